// What the page knows of jobs and photos: read once, then kept current by server-sent events.
import { at, call, waitSeconds } from './api.js';

const POLL_MS = 4000;
const PHOTOS_KEPT_MAX = 2000;
const RETRY_CALLS_MAX = 20;
const RETRIED_A_CALL = 1000;
const FULL = 429;
const OPEN = new Set(['queued', 'running']);

const jobs = new Map();
const heard = new Map();
const photos = new Map();
const hidden = new Set();
const watchers = new Set();
let stream;
let reopening;
let poll;
let attempts = 0;
let accounts = 0;
let next;
let onLive = () => {};

/// Whether something may still happen to a job by itself.
export const isOpen = (job) => OPEN.has(job.state);

/// The job, if it is known.
export const job = (id) => jobs.get(id);

/// Known jobs, newest first.
export const allJobs = () =>
  [...jobs.values()].filter((one) => !hidden.has(one.id)).sort(newestFirst);

/// Whether the server has older jobs than those known.
export const hasMore = () => next !== undefined;

const newestFirst = (a, b) =>
  b.createdAt < a.createdAt ? -1 : b.createdAt > a.createdAt ? 1 : b.id < a.id ? -1 : 1;

/// Calls `watcher(job, before)` on each change, and `watcher()` when jobs were dropped or hidden;
/// answers how to stop.
export function watch(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/// Takes in a job as it is now.
function take(fresh) {
  const before = jobs.get(fresh.id);
  jobs.set(fresh.id, fresh);
  heard.set(fresh.id, performance.now());
  for (const watcher of [...watchers]) watcher(fresh, before);
  return fresh;
}

/// Asks the server, and takes in the job that it answers, unless more was heard of it meanwhile: the
/// stream of events may be ahead of the answer.
export async function ask(...request) {
  const account = accounts;
  const asked = performance.now();
  const answer = await call(...request);
  if (account !== accounts) return answer;
  return (heard.get(answer.id) > asked && jobs.get(answer.id)) || take(answer);
}

/// Keeps a job out of the list: one that is not an edit of the person's.
export function hide(id) {
  hidden.add(id);
  for (const watcher of [...watchers]) watcher();
}

/// Starts to follow the account's jobs; `live(isUp)` is told when the stream comes and goes.
export function follow(live) {
  onLive = live;
  open();
  poll = setInterval(() => {
    const waits = [...jobs.values()].some(isOpen);
    if (waits && stream?.readyState !== EventSource.OPEN) load().catch(() => {});
  }, POLL_MS);
  return load();
}

/// Forgets everything, for another account; what is still to be answered is not taken in.
export function forget() {
  accounts++;
  stream?.close();
  stream = undefined;
  clearTimeout(reopening);
  clearInterval(poll);
  for (const all of [jobs, heard, photos, hidden]) all.clear();
  next = undefined;
}

function open() {
  stream = new EventSource(at.events);
  stream.onopen = () => {
    if (attempts > 0) load().catch(() => {});
    attempts = 0;
    onLive(true);
  };
  stream.addEventListener('job', (e) => take(JSON.parse(e.data)));
  stream.onerror = () => {
    onLive(false);
    attempts++;
    if (stream.readyState === EventSource.CLOSED) reopen();
  };
}

/// The browser reconnects by itself unless the answer was an error; then this does, or learns from
/// the session that the person is signed out.
function reopen() {
  clearTimeout(reopening);
  reopening = setTimeout(async () => {
    await call('GET', '/session').catch(() => {});
    if (stream) open();
  }, waitSeconds({}, attempts) * 1000);
}

async function load(cursor) {
  const account = accounts;
  const asked = performance.now();
  const page = await call('GET', cursor ? `/jobs?cursor=${encodeURIComponent(cursor)}` : '/jobs');
  if (account !== accounts) return;
  takeAll(page.jobs, asked);
  if (cursor || next === undefined) next = page.next;
}

/// What was heard of a job since the page was asked for is newer than the page.
function takeAll(page, asked) {
  for (const one of page) if (!(heard.get(one.id) > asked)) take(one);
}

/// Reads the next page of older jobs.
export const loadMore = () => load(next);

/// Reads the jobs anew, after some may have gone.
export async function reload() {
  jobs.clear();
  next = undefined;
  for (const watcher of [...watchers]) watcher();
  await load();
}

/// The job, from here or from the server.
export const findJob = async (id) => jobs.get(id) ?? ask('GET', `/jobs/${id}`);

/// Stops a job; a job that ended meanwhile shows its end.
export async function cancel(id) {
  await call('DELETE', `/jobs/${id}`);
  await ask('GET', `/jobs/${id}`);
}

/// Runs a failed job again.
export const retry = (id) => ask('POST', `/jobs/${id}/retry`);

/// Failed jobs, page by page with each call of `more`: all of them, or the dead ones that `filter`
/// names. `filter` has any of `code`, `text`, `since` and `until`, as the API does.
export function failedPages(filter) {
  const isAll = Object.keys(filter).length === 0;
  let cursor;
  let isRead = false;
  const account = accounts;
  return {
    hasMore: () => !isRead || cursor !== undefined,
    async more() {
      const asked = performance.now();
      const query = new URLSearchParams(isAll ? { state: 'failed' } : { account: 'me', ...filter });
      if (cursor) query.set('cursor', cursor);
      const page = await call('GET', `${isAll ? '/jobs' : '/jobs/dead'}?${query}`);
      if (account !== accounts) return;
      takeAll(page.jobs, asked);
      cursor = page.next;
      isRead = true;
    },
  };
}

/// Whether a job has failed in the way that `filter` names; the same as the API's answer.
export function isFailed(job, { code, text, since, until }) {
  if (job.state !== 'failed') return false;
  if (!code && !text && !since && !until) return true;
  const at = Date.parse(job.finishedAt);
  return Boolean(job.error?.retryable)
    && (!code || job.error.code === code)
    && (!text || job.error.message.toLowerCase().includes(text.toLowerCase()))
    && (!since || at >= Date.parse(since))
    && (!until || at < Date.parse(until));
}

/// The codes that known dead jobs ended with.
export const deadCodes = () =>
  [...new Set(allJobs().filter((one) => one.error?.retryable).map((one) => one.error.code))].sort();

/// Runs all dead jobs again that `filter` names: how many, and whether there may be more. Jobs that
/// die as quickly as they are retried come to an end too.
export async function retryDead(filter) {
  let retried = 0;
  for (let i = 0; i < RETRY_CALLS_MAX; i++) {
    const json = { account: 'me', ...filter, most: RETRIED_A_CALL };
    const done = await call('POST', '/jobs/dead/retry', { json }).catch((e) => {
      // There was room for those before.
      if (e.status !== FULL || retried === 0) throw e;
      return { retried: 0, more: true };
    });
    retried += done.retried;
    if (!done.more || done.retried === 0) return { retried, more: done.more };
  }
  return { retried, more: true };
}

/// Runs all dead jobs again that ended with the code this one ended with; answers as `retryDead`.
export async function retryAlike(id) {
  const done = await retryDead({ code: jobs.get(id).error.code });
  await load();
  await ask('GET', `/jobs/${id}`);
  return done;
}

/// Waits until a job has ended, and answers it.
export async function ended(id) {
  for (;;) {
    const now = jobs.get(id) ?? (await findJob(id));
    if (!isOpen(now)) return now;
    await new Promise((resolve) => {
      const stop = watch((fresh) => fresh?.id === id && go());
      const timer = setTimeout(async () => {
        await ask('GET', `/jobs/${id}`).catch(() => {});
        go();
      }, POLL_MS);
      const go = () => {
        stop();
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/// Remembers a photo for those who name it.
export function takePhoto(photo) {
  if (photos.size >= PHOTOS_KEPT_MAX) photos.delete(photos.keys().next().value);
  photos.set(photo.id, photo);
  return photo;
}

/// The photo, from here or from the server; one request however many ask.
export function findPhoto(id) {
  const known = photos.get(id);
  if (known) return Promise.resolve(known);
  const asked = call('GET', `/photos/${id}`).then(takePhoto, (e) => {
    photos.delete(id);
    throw e;
  });
  photos.set(id, asked);
  return asked;
}

/// Forgets a photo that was deleted.
export function dropPhoto(id) {
  photos.delete(id);
}
