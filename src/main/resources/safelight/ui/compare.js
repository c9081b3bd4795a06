// One job: what it did, how far it is, and its result beside the original.
import { complaint, h, icon, say, write } from './dom.js';
import { size } from './i18n.js';
import * as jobs from './jobs.js';
import { jobRow, steps } from './jobs-panel.js';
import { pictureOf } from './editor.js';
import { thumbnail } from './library.js';
import { drawPart } from './recipe.js';

const SIDE_MAX = 2000;

/// The view of the job `id`.
export function compareView(id) {
  const leaving = new AbortController();
  const title = h('h1', { t: 'jobs.compare', tabIndex: -1 });
  const facts = h('span.facts');
  const problem = complaint('job-missing');
  const stage = h('div.stage', { testid: 'stage' });
  const side = h('div.controls', {}, problem.element);
  const element = h('article.editor.view-job', { testid: 'job-view' },
    h('div.view-head', {},
      h('a.icon-button', { href: '#/', label: 'edit.back', title: 'edit.back', testid: 'back' },
        icon('back')), h('div.view-title', {}, title, facts)),
    stage, side);
  const view = { element, id, close };
  let row;
  let stop = () => {};
  let shown;

  async function open() {
    try {
      const job = await jobs.findJob(id);
      if (leaving.signal.aborted) return;
      view.id = job.photo;
      row = jobRow(job);
      const table = h('dl.table', { testid: 'job-table' });
      side.append(h('ul.run-job', {}, row.element), table, h('a.button', {
        href: `#/photo/${job.photo}`, t: 'jobs.edit', testid: 'job-edit',
      }));
      stop = jobs.watch((fresh) => fresh?.id === id && show(fresh, table));
      show(job, table);
    } catch (e) {
      if (!leaving.signal.aborted) problem.show(e.status === 404 ? { key: 'jobs.missing' } : e);
    }
  }

  async function show(job, table) {
    table.replaceChildren(...facing(job));
    if (shown === job.state) return;
    const before = shown;
    shown = job.state;
    if (job.state !== 'succeeded') {
      if (!before) stage.replaceChildren(h('div.still', {}, job.photo ? thumbnail(job.photo) : null));
      return;
    }
    try {
      await compare(job);
    } catch (e) {
      if (!leaving.signal.aborted) problem.show(e);
    }
  }

  async function compare(job) {
    const photo = await jobs.findPhoto(job.photo);
    if (leaving.signal.aborted) return;
    write(title, photo.name || '');
    if (!photo.name) say(title, 'jobs.compare');
    facts.textContent = `${job.result.width} × ${job.result.height} · ${job.result.format.toUpperCase()}`;
    const comparison = comparing(job, stage);
    stage.replaceChildren(comparison.element);
    comparison.fit();
    const resized = new ResizeObserver(comparison.fit);
    resized.observe(stage);
    leaving.signal.addEventListener('abort', () => resized.disconnect());
    const { bitmap } = await pictureOf(photo, leaving.signal);
    if (leaving.signal.aborted) return;
    drawPart(comparison.before, bitmap, photo, job.operations ?? [], SIDE_MAX);
    comparison.ready();
    bitmap.close?.();
  }

  function close() {
    leaving.abort();
    stop();
    row?.close();
  }

  open();
  return view;
}

function facing(job) {
  const line = (key, ...content) => [h('dt', { t: key }), h('dd', {}, content)];
  const took = job.startedAt && job.finishedAt
    ? (Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1000 : undefined;
  return [
    ...line('compare.recipe', ...steps(job)),
    ...(job.result ? line('compare.size',
      `${job.result.width} × ${job.result.height} · ${size(job.result.bytes)}`) : []),
    ...(job.result?.flags ?? []).flatMap((flag) =>
      line('compare.note', h('span', { t: `flag.${flag}` }))),
    ...(took === undefined ? [] : line('compare.took',
      h('span', { t: ['compare.seconds', { seconds: Math.max(0, took).toFixed(1) }] }))),
    ...(job.worker ? line('compare.where', job.worker) : []),
  ];
}

/// The original's part under the result, and a line between them that a range input moves.
function comparing(job, stage) {
  const { width, height } = job.result;
  const before = h('canvas', { 'aria-hidden': 'true' });
  const note = h('p.stage-note', { t: 'compare.noShow', hidden: true, testid: 'no-show' });
  const after = h('img.compare-after', {
    src: job.result.url, alt: '', testid: 'after', draggable: false,
    onload: () => { element.dataset.after = 'ready'; },
    onerror: () => { note.hidden = false; },
  });
  const range = h('input', {
    type: 'range', min: 0, max: 100, step: 1, value: 50, label: 'compare.slider',
    testid: 'compare-slider',
    oninput: () => element.style.setProperty('--split', `${range.value}%`),
  });
  const element = h('div.frame.compare', { testid: 'compare' }, before, after,
    h('i.compare-line'), range,
    h('span.compare-word.left', { t: 'compare.before' }),
    h('span.compare-word.right', { t: 'compare.after' }), note);
  return {
    element,
    before,
    ready: () => { element.dataset.before = 'ready'; },
    fit() {
      const zoom = Math.min(2,
        (stage.clientWidth - 32) / width, (stage.clientHeight - 32) / height);
      element.style.width = `${Math.max(1, Math.floor(width * zoom))}px`;
      element.style.height = `${Math.max(1, Math.floor(height * zoom))}px`;
    },
  };
}

