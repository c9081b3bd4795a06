// Jobs as a list that stays current, and one job's row, which the editor and the comparison share.
import { batchesPanel } from './batches-panel.js';
import { announce, busy, complaint, h, icon, say, sayIn, write } from './dom.js';
import { failedFilter } from './failed.js';
import { language, t } from './i18n.js';
import * as jobs from './jobs.js';
import { thumbnail } from './library.js';
import { described } from './recipe.js';

/// The list beside the photos.
export function jobsPanel() {
  const rows = new Map();
  const problem = complaint('jobs-problem');
  const list = h('ul.jobs', { testid: 'jobs' });
  const empty = h('div.empty.small', { testid: 'jobs-empty', hidden: true },
    h('p', { t: 'jobs.empty' }), h('p.hint', { t: 'jobs.emptyHint' }));
  const more = h('button.button.more', {
    t: 'jobs.more', type: 'button', hidden: true, testid: 'jobs-more', onclick: () => busy(more, readOn),
  });
  const failed = failedFilter(show);
  const batches = batchesPanel();
  const element = h('aside.panel', { 'aria-labelledby': 'jobs-title' },
    h('h2', { t: 'jobs.title', id: 'jobs-title' }), failed.element, problem.element,
    h('div.panel-scroll', {}, batches.element, list, empty, more));
  let filter;
  let pages;

  /// What was shown as failed stays while it is tried again.
  const isShown = (job) => !filter || rows.has(job.id) || jobs.isFailed(job, filter);

  /// Shows all jobs, or the failed ones that `wanted` names.
  async function show(wanted) {
    filter = wanted;
    batches.show(!wanted);
    pages = wanted && jobs.failedPages(wanted);
    say(empty.firstChild, wanted ? 'failed.none' : 'jobs.empty');
    empty.lastChild.hidden = Boolean(wanted);
    rows.forEach((row, id) => drop(id, row));
    arrange();
    if (wanted) await readOn();
  }

  async function readOn() {
    problem.clear();
    await (pages ? pages.more() : jobs.loadMore()).catch(problem.show);
    arrange();
  }

  function arrange() {
    const all = jobs.allJobs().filter(isShown);
    const known = new Set(all.map((job) => job.id));
    for (const [id, row] of rows) if (!known.has(id)) drop(id, row);
    let place = list.firstElementChild;
    for (const job of all) {
      const row = rows.get(job.id) ?? make(job);
      if (row.element === place) place = place.nextElementSibling;
      else list.insertBefore(row.element, place);
    }
    empty.hidden = all.length > 0;
    more.hidden = !hasMore();
    failed.suggest(jobs.deadCodes());
  }

  const hasMore = () => (pages ?? jobs).hasMore();

  function make(job) {
    const row = jobRow(job);
    rows.set(job.id, row);
    return row;
  }

  function drop(id, row) {
    row.close();
    row.element.remove();
    rows.delete(id);
  }

  const stop = jobs.watch((job, before) => {
    if (!job || !before || rows.has(job.id) !== isShown(job)) arrange();
    else more.hidden = !hasMore();
  });
  arrange();
  return {
    element,
    close() {
      stop();
      batches.close();
      rows.forEach((row) => row.close());
    },
  };
}

/// One job: what it does, how far it is, and what can be done about it. Follows its job until
/// closed.
export function jobRow(first) {
  const { id } = first;
  const href = `#/job/${id}`;
  const title = h('a.job-title', { href, testid: 'job-open', t: 'jobs.photo' });
  const recipe = h('span.job-recipe');
  const state = h('span.job-state', { testid: 'job-state' });
  const attempt = h('span', { testid: 'job-attempt' });
  const percent = h('span.job-percent', { testid: 'job-percent' });
  const error = h('p.complaint', { testid: 'job-error', hidden: true });
  const history = attemptList();
  const trouble = complaint('job-problem');
  const actions = h('div.job-actions');
  const bar = h('div.bar', {
    role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100, label: 'jobs.progress',
    testid: 'job-bar',
  }, h('i'));
  const element = h('li.job', { testid: 'job', 'data-id': id },
    h('a.job-thumb', { href, tabIndex: -1, 'aria-hidden': 'true' },
      first.photo ? thumbnail(first.photo) : null),
    h('div.job-text', {}, title, recipe, h('div.job-line', {}, state, percent, attempt)),
    bar, error, history.element, trouble.element, actions);
  let name = '';
  let shown;

  function paint(job) {
    const progress = job.state === 'succeeded' ? 1 : (job.progress ?? 0);
    element.dataset.state = job.state;
    say(state, `state.${job.state}`);
    if (job.state === 'failed') say(attempt, ...attemptsOf(job));
    else say(attempt, job.attempt > 1 ? 'jobs.attempt' : '', { attempt: job.attempt });
    percent.textContent = job.state === 'running' ? `${Math.round(progress * 100)}%` : '';
    bar.firstChild.style.transform = `scaleX(${progress})`;
    bar.setAttribute('aria-valuenow', String(Math.round(progress * 100)));
    error.hidden = job.state !== 'failed' || !job.error;
    write(error, job.error?.message);
    history.put(job);
    if (shown === job.state) return;
    if (shown && !jobs.isOpen(job))
      announce(t('spoken.state', { name, state: [`state.${job.state}`] }));
    shown = job.state;
    fill(job);
  }

  function fill(job) {
    const held = actions.contains(document.activeElement);
    trouble.clear();
    actions.replaceChildren(...buttons(job));
    if (held) (actions.querySelector('button, a') ?? title).focus();
  }

  function buttons(job) {
    if (jobs.isOpen(job)) return [button('close', 'jobs.cancel', 'job-cancel', jobs.cancel)];
    if (job.state === 'failed') {
      if (!job.error?.retryable) return [];
      return [
        button('retry', 'jobs.retry', 'job-retry', jobs.retry),
        button('retry', 'jobs.retryAlike', 'job-retry-alike', retryAlike),
      ];
    }
    if (job.state !== 'succeeded' || !job.result) return [];
    return [
      h('a.button.small', { href, testid: 'job-compare' }, icon('split'),
        h('span', { t: 'jobs.compare' })),
      h('a.button.small', { href: job.result.url, download: '', testid: 'job-download' },
        icon('download'), h('span', { t: 'jobs.download' })),
    ];
  }

  async function retryAlike() {
    const { retried, more } = await jobs.retryAlike(id);
    if (more) trouble.show({ key: 'failed.someDone', values: { retried } });
  }

  function button(symbol, key, testid, work) {
    const made = h('button.button.small', { type: 'button', testid }, icon(symbol),
      h('span', { t: key }));
    made.onclick = () => busy(made, async () => {
      trouble.clear();
      await work(id).catch(trouble.show);
    });
    return made;
  }

  recipe.append(...steps(first));
  if (first.photo)
    jobs.findPhoto(first.photo).then((photo) => {
      name = photo.name;
      if (name) write(title, name);
      else say(title, 'photos.unnamed');
    }, () => {});
  const stop = jobs.watch((job) => job?.id === id && paint(job));
  paint(first);
  sayIn(bar, 'aria-label', 'jobs.progress');
  return { element, close: stop };
}

/// How often it was tried, before somebody's retries too.
function attemptsOf({ attempt, attempts = [] }) {
  const all = Math.max(attempt, attempts.length);
  return [all === 1 ? 'jobs.attempts.one' : 'jobs.attempts', { attempt: all }];
}

/// What became of each attempt, to unfold. Nothing for a job that has neither failed nor begun
/// twice.
function attemptList() {
  const list = h('ol.attempts', { testid: 'job-attempts' });
  const element = h('details.history', { testid: 'job-history', hidden: true },
    h('summary', { t: 'jobs.history' }), list);
  let seen;
  return {
    element,
    put({ state, attempts = [] }) {
      element.hidden = attempts.length === 0 || (state !== 'failed' && attempts.length === 1);
      const now = JSON.stringify(attempts);
      if (element.hidden || seen === now) return;
      seen = now;
      list.replaceChildren(...attempts.map(attemptLine));
    },
  };
}

function attemptLine({ worker, startedAt, endedAt, outcome, code }) {
  const begun = new Date(startedAt);
  const seconds = ((new Date(endedAt) - begun) / 1000).toLocaleString(language(), { maximumFractionDigits: 1 });
  return h('li', { testid: 'job-history-line', 'data-outcome': outcome ?? 'running', title: ['jobs.by', { worker }] },
    h('span.outcome', { t: `outcome.${outcome ?? 'running'}` }),
    code && h('a', { href: `/errors/${code}`, target: '_blank' }, code),
    h('span', { title: startedAt }, begun.toLocaleString(language(), { dateStyle: 'short', timeStyle: 'medium' })),
    endedAt && h('span', { t: ['compare.seconds', { seconds }] }));
}

/// The recipe in words, one element a step.
export function steps(job) {
  const list = job.operations?.length ? job.operations.map(described) : [['op.none']];
  const words = [
    ...list.map((said) => h('span.step', { t: said })),
    h('span.step', {}, (job.output?.format ?? '').toUpperCase()),
  ];
  return words.flatMap((word) => [word, ' ']);
}
