// Jobs as a list that stays current, and one job's row, which the editor and the comparison share.
import { announce, busy, complaint, h, icon, say, sayIn, write } from './dom.js';
import { t } from './i18n.js';
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
    t: 'jobs.more', type: 'button', hidden: true, testid: 'jobs-more',
    onclick: () => busy(more, () => jobs.loadMore().catch(problem.show)).then(arrange),
  });
  const failed = h('button.button.small', {
    t: 'jobs.failedOnly', type: 'button', testid: 'jobs-failed', 'aria-pressed': 'false',
    onclick: () => busy(failed, async () => {
      const isOn = failed.getAttribute('aria-pressed') === 'false';
      failed.setAttribute('aria-pressed', String(isOn));
      if (isOn) await jobs.loadFailed().catch(problem.show);
      arrange();
    }),
  });
  const element = h('aside.panel', { 'aria-labelledby': 'jobs-title' },
    h('h2', { t: 'jobs.title', id: 'jobs-title' }), failed, problem.element, list, empty, more);

  const isShown = (job) =>
    failed.getAttribute('aria-pressed') === 'false' || job.state === 'failed';

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
    more.hidden = !jobs.hasMore();
  }

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
    else more.hidden = !jobs.hasMore();
  });
  arrange();
  return {
    element,
    close() {
      stop();
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
    bar, error, trouble.element, actions);
  let name = '';
  let shown;

  function paint(job) {
    const progress = job.state === 'succeeded' ? 1 : (job.progress ?? 0);
    element.dataset.state = job.state;
    say(state, `state.${job.state}`);
    say(attempt, job.attempt > 1 ? 'jobs.attempt' : '', { attempt: job.attempt });
    percent.textContent = job.state === 'running' ? `${Math.round(progress * 100)}%` : '';
    bar.firstChild.style.transform = `scaleX(${progress})`;
    bar.setAttribute('aria-valuenow', String(Math.round(progress * 100)));
    error.hidden = job.state !== 'failed' || !job.error;
    write(error, job.error?.message);
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
      const again = button('retry', 'jobs.retry', 'job-retry', jobs.retry);
      if (!job.error?.retryable) return [again];
      return [again, button('retry', 'jobs.retryAlike', 'job-retry-alike', jobs.retryAlike)];
    }
    if (job.state !== 'succeeded' || !job.result) return [];
    return [
      h('a.button.small', { href, testid: 'job-compare' }, icon('split'),
        h('span', { t: 'jobs.compare' })),
      h('a.button.small', { href: job.result.url, download: '', testid: 'job-download' },
        icon('download'), h('span', { t: 'jobs.download' })),
    ];
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

/// The recipe in words, one element a step.
export function steps(job) {
  const list = job.operations?.length ? job.operations.map(described) : [['op.none']];
  const words = [
    ...list.map((said) => h('span.step', { t: said })),
    h('span.step', {}, (job.output?.format ?? '').toUpperCase()),
  ];
  return words.flatMap((word) => [word, ' ']);
}
