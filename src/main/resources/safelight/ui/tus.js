// Uploads in parts by tus 1.0 (tus.io): after an error, a killed server or a reload they go on
// where they were.
import { call, send, waitSeconds } from './api.js';

const PATH = '/uploads';
const VERSION = { 'Tus-Resumable': '1.0.0' };
const PART_BYTES = 5 << 20;
const PATIENCE_MS = 90_000;
const KEPT = 'safelight.upload.';

/// Answers that say where to go on, or that pass: asking for the offset comes next.
const ASK_AGAIN = new Set([0, 408, 409, 423, 429, 460, 500, 502, 503, 504]);

/// Answers after which the server has dropped the upload: its bytes are no photo.
const REFUSED = new Set([413, 415, 422]);

/// The reason of an abort after which somebody may go on later; any other ends the upload.
export const MAY_GO_ON = new DOMException('may go on', 'AbortError');

const mine = new Set();

/// Sends a file; `show.sending(share)` is told how much has left and `show.again(seconds)` waits.
/// Answers the photo.
export async function uploadInParts(file, show, signal) {
  const key = KEPT + [file.name, file.type, file.size, file.lastModified].join('|');
  const state = { file, show, signal, key, offset: 0, isSure: false };
  const before = kept(key);
  if (before && !mine.has(before)) own(state, before);
  try {
    await persist(state);
    forget(state);
    return await call('GET', `/photos/${state.photo}`, { signal });
  } catch (e) {
    if (e.name === 'AbortError' && signal.reason !== MAY_GO_ON) end(state);
    if (REFUSED.has(e.status)) forget(state);
    throw e;
  } finally {
    mine.delete(state.id);
  }
}

/// Goes on until the photo is there; gives up when nothing has moved for a while. An upload that
/// the server does not know any more begins again.
async function persist(state) {
  let moved = Date.now();
  for (let failures = 0; !state.photo;) {
    const before = state.offset;
    try {
      if (!state.id) await create(state);
      else if (!state.isSure) await look(state);
      if (!state.photo) await append(state);
      failures = 0;
    } catch (e) {
      const isGone = e.status === 404 && state.id;
      if (!isGone && !ASK_AGAIN.has(e.status)) throw e;
      if (Date.now() - moved > PATIENCE_MS) throw e;
      state.isSure = false;
      if (isGone) forget(state);
      if (++failures > 1 || !isGone) await pause(state, e, failures);
    }
    if (state.offset > before) moved = Date.now();
  }
}

async function pause(state, problem, failures) {
  const seconds = Math.min(5, waitSeconds(problem, failures));
  await state.show.again(seconds);
  if (state.signal.aborted) throw new DOMException('stopped', 'AbortError');
}

async function create(state) {
  const { file, signal } = state;
  const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
  const headers = {
    ...VERSION, 'Upload-Length': file.size, 'Upload-Metadata': `filename ${name}`,
  };
  const answer = await send('POST', PATH, { headers, signal });
  own(state, answer.getResponseHeader('Location').split('/').pop());
  state.isSure = true;
  keep(state.key, state.id);
}

function own(state, id) {
  state.id = id;
  mine.add(id);
}

async function look(state) {
  const answer = await send('HEAD', `${PATH}/${state.id}`, {
    headers: VERSION, signal: state.signal,
  });
  told(state, answer);
  state.show.sending(state.offset / state.file.size);
}

async function append(state) {
  const { file, offset, show, signal } = state;
  const headers = {
    ...VERSION, 'Upload-Offset': offset, 'Content-Type': 'application/offset+octet-stream',
  };
  const body = file.slice(offset, offset + PART_BYTES);
  const progress = (bytes) => show.sending((offset + bytes) / file.size);
  told(state, await send('PATCH', `${PATH}/${state.id}`, { headers, body, progress, signal }));
}

function told(state, answer) {
  state.offset = Number(answer.getResponseHeader('Upload-Offset'));
  state.photo = answer.getResponseHeader('Safelight-Photo') ?? undefined;
  state.isSure = true;
}

function forget(state) {
  keep(state.key, undefined);
  mine.delete(state.id);
  state.id = undefined;
  state.offset = 0;
}

/// If this request does not arrive, the server drops the upload by itself a day later.
function end(state) {
  const { id } = state;
  forget(state);
  if (id) send('DELETE', `${PATH}/${id}`, { headers: VERSION }).catch(() => {});
}

// A browser may refuse to keep anything; then a reload begins again.
function keep(key, id) {
  try {
    if (id) localStorage.setItem(key, id);
    else localStorage.removeItem(key);
  } catch {
    return;
  }
}

function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return undefined;
  }
}
