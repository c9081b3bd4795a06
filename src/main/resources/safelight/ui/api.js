// Talks to the server: JSON calls, uploads with progress, problems, and patience when it is away.
import { language } from './i18n.js';

const ROOT = '/api/v1';
const ATTEMPTS_MAX = 30;
const BYTES_ATTEMPTS_MAX = 6;
const WAIT_MIN_SECONDS = 1;
const WAIT_MAX_SECONDS = 30;
const STALLED_MS = 60_000;
const AWAY = new Set([0, 502, 503, 504]);

/// An answer that is not a success. `message` is the server's sentence; `key` is set instead when
/// there was no answer, and names a text of ours.
export class Problem extends Error {
  constructor(status, body, retryAfterSeconds) {
    super(body?.detail ?? body?.title ?? '');
    this.status = status;
    this.code = body?.code;
    this.errors = body?.errors ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
    if (status === 0) this.key = 'problem.away';
    else if (!this.message) [this.key, this.values] = ['problem.status', { status }];
  }

  /// Whether the server is away rather than unwilling.
  get isAway() {
    return AWAY.has(this.status);
  }
}

const listeners = { signedOut: () => {}, waiting: () => {}, back: () => {} };

/// Registers what to do on `signedOut()`, `waiting(problem, seconds, goOn)` and `back()`.
export function listen(these) {
  Object.assign(listeners, these);
}

/// One call. GET, PUT, DELETE and calls with an `Idempotency-Key` wait and try again while the
/// server is away; others fail at once. `quiet` keeps a 401 from leading to the sign-in card.
export async function call(method, path, options = {}) {
  const safe = !options.once && (method !== 'POST' || options.headers?.['Idempotency-Key']);
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await once(method, path, options);
      listeners.back();
      return answer;
    } catch (e) {
      if (!(e instanceof Problem)) throw e;
      if (!e.isAway) listeners.back();
      if (e.status === 401 && !options.quiet) listeners.signedOut();
      if (!e.isAway || !safe || attempt >= ATTEMPTS_MAX || options.signal?.aborted) throw e;
      await patience(e, attempt);
    }
  }
}

async function once(method, path, { json, body, headers = {}, signal }) {
  const init = { method, signal, headers: { 'Accept-Language': language(), ...headers } };
  if (json !== undefined) {
    init.headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(json);
  } else if (body !== undefined) {
    init.body = body;
  }
  const response = await answered(path, init);
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined;
  return response.json();
}

async function answered(path, init) {
  try {
    return await fetch(ROOT + path, init);
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new Problem(0);
  }
}

async function problemOf(response) {
  const body = await response.json().catch(() => undefined);
  return new Problem(response.status, body, retryAfter(response.headers.get('Retry-After')));
}

function retryAfter(header) {
  if (!header) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const until = Date.parse(header) - Date.now();
  return Number.isNaN(until) ? undefined : Math.max(0, Math.ceil(until / 1000));
}

/// Seconds to wait after the `attempt`th failure: what the server asked for, else 1, 2, 4, ... 30.
export function waitSeconds(problem, attempt) {
  const seconds = problem.retryAfterSeconds ?? WAIT_MIN_SECONDS * 2 ** (attempt - 1);
  return Math.min(WAIT_MAX_SECONDS, Math.max(WAIT_MIN_SECONDS, seconds));
}

function patience(problem, attempt) {
  return new Promise((resolve) => {
    const seconds = waitSeconds(problem, attempt);
    const timer = setTimeout(resolve, seconds * 1000);
    const goOn = () => {
      clearTimeout(timer);
      resolve();
    };
    addEventListener('online', goOn, { once: true });
    listeners.waiting(problem, seconds, goOn);
  });
}

/// The bytes of a photo or a result.
export async function bytes(path, signal) {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await answered(path, { signal });
      if (!response.ok) throw await problemOf(response);
      return await response.blob();
    } catch (e) {
      if (e.status === 401) listeners.signedOut();
      if (!e.isAway || attempt >= BYTES_ATTEMPTS_MAX) throw e;
      const seconds = waitSeconds(e, attempt);
      await new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
    }
  }
}

/// One request that tells how much of its body has left: `progress(bytes)`. Answers the finished
/// XMLHttpRequest; ends in a problem when nothing moves for a minute.
export function send(method, path, { headers = {}, body, progress, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    let stalled = false;
    let timer;
    const moved = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        stalled = true;
        stop();
      }, STALLED_MS);
    };
    request.open(method, ROOT + path);
    request.responseType = 'json';
    request.setRequestHeader('Accept-Language', language());
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (e) => {
      moved();
      progress?.(e.loaded);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve(request);
      if (request.status === 401) listeners.signedOut();
      const after = retryAfter(request.getResponseHeader('Retry-After'));
      return reject(new Problem(request.status, request.response, after));
    };
    request.onerror = () => reject(new Problem(0));
    request.onabort = () =>
      reject(stalled ? new Problem(0) : new DOMException('stopped', 'AbortError'));
    request.onloadend = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    };
    if (signal?.aborted) return reject(new DOMException('stopped', 'AbortError'));
    signal?.addEventListener('abort', stop);
    moved();
    request.send(body);
  });
}

/// Sends one file as a photo; `progress(share)` is told how much has left, from 0 to 1.
export async function upload(file, progress, signal) {
  const headers = {
    'Content-Type': file.type || 'application/octet-stream',
    'X-File-Name': encodeURIComponent(file.name),
  };
  const told = (bytes) => progress(bytes / file.size);
  return (await send('POST', '/photos', { headers, body: file, progress: told, signal })).response;
}

/// Addresses that the page shows as pictures and links.
export const at = {
  content: (photo) => `${ROOT}/photos/${photo}/content`,
  thumbnail: (photo) => `${ROOT}/photos/${photo}/thumbnail`,
  avatar: (version) => `${ROOT}/account/avatar?v=${version}`,
  events: `${ROOT}/events`,
};
