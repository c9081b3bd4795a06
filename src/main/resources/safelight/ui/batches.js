// What the page knows of batches: read once, then counted anew while their jobs go on.
import { call } from './api.js';
import * as jobs from './jobs.js';

const PAGE = 3;
const COUNT_MS = 1500;

const batches = new Map();
const stale = new Set();
const watchers = new Set();
let next;
let stopJobs = () => {};
let counting;
let isCounting = false;

/// Whether some of a batch's jobs may still change by themselves.
export const isOpen = ({ counts }) => counts.queued + counts.running > 0;

/// Known batches, newest first.
export const allBatches = () => [...batches.values()].sort((a, b) => (a.id < b.id ? 1 : -1));

/// Whether the server has older batches than those known.
export const hasMore = () => next !== undefined;

/// Calls `watcher(batch)` on each change; answers how to stop.
export function watch(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/// Takes in a batch that an answer carried.
export function take(fresh) {
  batches.set(fresh.id, fresh);
  for (const watcher of [...watchers]) watcher(fresh);
  return fresh;
}

/// Starts to follow the account's batches.
export function follow() {
  stopJobs = jobs.watch((job) => job?.batch && stale.add(job.batch));
  counting = setInterval(count, COUNT_MS);
  return load();
}

/// Forgets everything, for another account.
export function forget() {
  stopJobs();
  clearInterval(counting);
  for (const all of [batches, stale]) all.clear();
  next = undefined;
}

/// Jobs tell of themselves once they begin, but not how many of a batch are left.
async function count() {
  if (isCounting || document.hidden) return;
  isCounting = true;
  const open = allBatches().filter(isOpen).map((batch) => batch.id);
  const wanted = new Set([...open, ...stale]);
  stale.clear();
  for (const id of wanted) await look(id).catch(() => {});
  isCounting = false;
}

const look = async (id) => take(await call('GET', `/batches/${id}`, { once: true }));

async function load(cursor) {
  const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
  const page = await call('GET', `/batches?limit=${PAGE}${after}`);
  next = page.next;
  page.batches.forEach(take);
}

/// Reads the next page of older batches.
export const loadMore = () => load(next);

/// Hands in one recipe for many photos; the same `key` makes no second batch.
export async function run(wanted, key) {
  return take(await call('POST', '/batches', { json: wanted, headers: { 'Idempotency-Key': key } }));
}

/// Cancels what has not ended.
export async function cancel(id) {
  await call('DELETE', `/batches/${id}`);
  await look(id);
}
