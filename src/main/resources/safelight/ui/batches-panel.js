// Batches above the jobs: how far each is, and Cancel.
import * as batches from './batches.js';
import { announce, busy, complaint, h, icon, say } from './dom.js';
import { language, onLanguage, t } from './i18n.js';

/// The list of batches; nothing is seen of it while there are none.
export function batchesPanel() {
  const rows = new Map();
  const problem = complaint('batches-problem');
  const list = h('ul.batches', { testid: 'batches', label: 'batch.title' });
  const more = h('button.link', {
    t: 'batch.more', type: 'button', testid: 'batches-more',
    onclick: () => busy(more, () => batches.loadMore().catch(problem.show)).then(arrange),
  });
  const element = h('div.batch-list', { hidden: true }, list, more, problem.element);

  let isWanted = true;

  function arrange() {
    const all = batches.allBatches();
    element.hidden = all.length === 0 || !isWanted;
    more.hidden = !batches.hasMore();
    let place = list.firstElementChild;
    for (const batch of all) {
      if (!rows.has(batch.id)) rows.set(batch.id, batchRow(batch));
      const row = rows.get(batch.id).element;
      if (row === place) place = place.nextElementSibling;
      else list.insertBefore(row, place);
    }
  }

  const stop = batches.watch(arrange);
  arrange();
  return {
    element,
    /// Shows or hides all of it.
    show(isShown) {
      isWanted = isShown;
      arrange();
    },
    close() {
      stop();
      rows.forEach((row) => row.close());
    },
  };
}

/// What a batch is as a whole.
function stateOf(batch) {
  const { counts, total } = batch;
  if (batches.isOpen(batch)) return counts.queued === total ? 'queued' : 'running';
  if (counts.cancelled > 0) return 'cancelled';
  return counts.failed > 0 ? 'failed' : 'succeeded';
}

/// One batch, which is followed until closed.
export function batchRow(first) {
  const { id, total } = first;
  const state = h('span.job-state', { testid: 'batch-state' });
  const counts = h('span', { testid: 'batch-counts' });
  const failed = h('span.batch-failed', { testid: 'batch-failed' });
  const cancelled = h('span', { testid: 'batch-cancelled' });
  const begun = h('span.job-recipe');
  const trouble = complaint('batch-problem');
  const stop = h('button.button.small', { type: 'button', testid: 'batch-cancel' }, icon('close'),
    h('span', { t: 'jobs.cancel' }));
  const actions = h('div.job-actions', {}, stop);
  const bar = h('div.bar', {
    role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': total, label: 'jobs.progress',
  }, h('i'));
  const element = h('li.job', { testid: 'batch', 'data-batch': id },
    h('span.job-thumb.batch-thumb', {}, icon('stack')),
    h('div.job-text', {},
      h('span.job-title', { t: ['batch.of', { total: total.toLocaleString(language()) }] }),
      begun, h('div.job-line', {}, state, counts, failed, cancelled)),
    bar, trouble.element, actions);
  let shown;

  function paint(batch) {
    const now = batch.counts;
    const whole = stateOf(batch);
    const ended = total - now.queued - now.running;
    element.dataset.state = whole;
    say(state, `state.${whole}`);
    say(counts, 'batch.done', { done: now.succeeded, total });
    say(failed, now.failed ? 'batch.failed' : '', { count: now.failed });
    say(cancelled, now.cancelled ? 'batch.cancelled' : '', { count: now.cancelled });
    begun.textContent = new Date(batch.createdAt).toLocaleString(language(), { dateStyle: 'medium', timeStyle: 'short' });
    bar.firstChild.style.transform = `scaleX(${ended / total})`;
    bar.setAttribute('aria-valuenow', String(ended));
    actions.hidden = !batches.isOpen(batch);
    if (shown && shown !== whole && !batches.isOpen(batch))
      announce(t('spoken.state', { name: t('batch.of', { total }), state: [`state.${whole}`] }));
    shown = whole;
  }

  stop.onclick = () => busy(stop, async () => {
    trouble.clear();
    await batches.cancel(id).catch(trouble.show);
  });
  let latest = first;
  const stopWatching = batches.watch((batch) => {
    if (batch.id === id) paint(latest = batch);
  });
  const stopLanguage = onLanguage(() => paint(latest));
  paint(first);
  return {
    element,
    close() {
      stopWatching();
      stopLanguage();
    },
  };
}
