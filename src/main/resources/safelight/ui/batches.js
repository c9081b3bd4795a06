// What the page knows of batches: read once, then counted anew while their jobs go on.
import { call } from './api.js';
import * as jobs from './jobs.js';

const PAGE = 3;
const COUNT_MS = 1500;
const GONE = 404;

const batches = new Map();
const stale = new Set();
const watchers = new Set();
let next;
let stopJobs = () => {};
let counting;
let isCounting = false;
let accounts = 0;

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

/// Forgets everything, for another account; what is still to be answered is not taken in.
export function forget() {
  accounts++;
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
  const account = accounts;
  stale.clear();
  for (const id of wanted) {
    if (account !== accounts) break;
    await look(id).catch((e) => {
      if (account === accounts && e.status !== GONE) stale.add(id);
    });
  }
  isCounting = false;
}

const look = (id) => heard(call('GET', `/batches/${id}`, { once: true }));

async function heard(request) {
  const account = accounts;
  const batch = await request;
  return account === accounts ? take(batch) : batch;
}

async function load(cursor) {
  const account = accounts;
  const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
  const page = await call('GET', `/batches?limit=${PAGE}${after}`);
  if (account !== accounts) return;
  next = page.next;
  page.batches.forEach(take);
}

/// Reads the next page of older batches.
export const loadMore = () => load(next);

/// Hands in one recipe for many photos; the same `key` makes no second batch.
export async function run(wanted, key) {
  return heard(call('POST', '/batches', { json: wanted, headers: { 'Idempotency-Key': key } }));
}

/// Cancels what has not ended.
export async function cancel(id) {
  await call('DELETE', `/batches/${id}`);
  await look(id);
}
