// The photos: drop and upload, a grid that grows as one scrolls, the state of results, deleting.
import { at, call } from './api.js';
import { announce, complaint, confirmed, h, icon, say, sayIn } from './dom.js';
import { language, onLanguage, size, t } from './i18n.js';
import * as jobs from './jobs.js';
import { uploads } from './uploads.js';

const PAGE = 40;
const THUMBNAIL_TRIES_MAX = 8;

/// A thumbnail that waits for one that is not ready yet.
export function thumbnail(photo) {
  const img = h('img', { loading: 'lazy', decoding: 'async', alt: '', draggable: false });
  let tries = 0;
  img.onload = () => img.classList.add('seen');
  img.onerror = () => {
    if (++tries > THUMBNAIL_TRIES_MAX) img.classList.add('broken');
    else setTimeout(() => { img.src = at.thumbnail(photo); }, Math.min(8, 2 ** tries) * 500);
  };
  img.src = at.thumbnail(photo);
  return img;
}

/// The whole section.
export function library() {
  const cards = new Map();
  let next;
  let loading;
  const problem = complaint('photos-problem');
  const grid = h('ul.grid', { testid: 'grid', 'aria-busy': 'true' });
  const empty = h('div.empty', { testid: 'photos-empty', hidden: true }, icon('photos'),
    h('p', { t: 'photos.empty' }), h('p.hint', { t: 'photos.emptyHint' }));
  const more = h('button.button.more', {
    t: 'photos.more', type: 'button', testid: 'photos-more', hidden: true, onclick: () => load(),
  });
  const sending = uploads((photo) => {
    add(photo, true);
    arrange();
  });
  const drop = dropZone(sending.add);
  const element = h('section.photos', { 'aria-labelledby': 'photos-title' },
    h('div.section-head', {}, h('h1', { t: 'photos.title', id: 'photos-title', tabIndex: -1 }),
      drop.element),
    sending.element, problem.element, grid, empty, more);

  function add(photo, isFirst) {
    jobs.takePhoto(photo);
    if (cards.has(photo.id)) return;
    const card = photoCard(photo, () => remove(photo));
    cards.set(photo.id, card);
    if (isFirst) grid.prepend(card.element);
    else grid.append(card.element);
    card.paint();
  }

  function arrange() {
    empty.hidden = cards.size > 0 || grid.hasAttribute('aria-busy');
    more.hidden = !next;
  }

  function load() {
    loading ??= fetchPage().finally(() => { loading = undefined; });
    return loading;
  }

  async function fetchPage() {
    more.disabled = true;
    try {
      const cursor = next ? `&cursor=${encodeURIComponent(next)}` : '';
      const page = await call('GET', `/photos?limit=${PAGE}${cursor}`);
      problem.clear();
      for (const photo of page.photos) add(photo, false);
      next = page.next;
    } catch (e) {
      problem.show(e);
    } finally {
      grid.removeAttribute('aria-busy');
      more.disabled = false;
      arrange();
    }
  }

  async function remove(photo) {
    const name = photo.name || t('photos.unnamed');
    const done = await confirmed({
      title: 'photos.deleteTitle', text: ['photos.deleteText', { name }],
      yes: 'photos.deleteYes', work: () => call('DELETE', `/photos/${photo.id}`),
    });
    if (!done) return;
    const gone = family(photo.id, cards);
    const after = neighbour(cards.get(photo.id).element, gone);
    for (const id of gone) {
      cards.get(id)?.element.remove();
      cards.delete(id);
      jobs.dropPhoto(id);
    }
    announce(t('photos.deleted'));
    arrange();
    (after?.querySelector('a') ?? drop.button).focus();
    await jobs.reload().catch(() => {});
  }

  const stopJobs = jobs.watch((job, before) => {
    if (!job) return;
    for (const id of [job.photo, job.result?.photo]) cards.get(id)?.paint();
    const isNew = before && before.state !== 'succeeded' && job.state === 'succeeded';
    if (isNew && job.result?.photo && !cards.has(job.result.photo) && !isHidden(job))
      jobs.findPhoto(job.result.photo).then((photo) => {
        add(photo, true);
        arrange();
      }, () => {});
  });
  const isHidden = (job) => !jobs.allJobs().some((one) => one.id === job.id);
  const stopLanguage = onLanguage(() => cards.forEach((card) => card.paint()));
  const seeing = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting) && next) load();
  }, { rootMargin: '600px' });
  seeing.observe(more);
  load();
  return {
    element,
    close() {
      stopJobs();
      stopLanguage();
      seeing.disconnect();
      sending.close();
      drop.close();
    },
  };
}

/// The photo and, as far as is known, all results made from it.
function family(id, cards) {
  const gone = new Set([id]);
  for (let grew = true; grew;) {
    grew = false;
    for (const [other, card] of cards) {
      const source = card.photo.job && jobs.job(card.photo.job)?.photo;
      if (gone.has(source) && !gone.has(other)) grew = Boolean(gone.add(other));
    }
  }
  return gone;
}

function neighbour(card, gone) {
  let after = card.nextElementSibling;
  while (after && gone.has(after.dataset.id)) after = after.nextElementSibling;
  return after ?? card.previousElementSibling;
}

function photoCard(photo, remove) {
  const name = photo.name || t('photos.unnamed');
  const facts = h('span.facts');
  const state = h('span.card-state', { testid: 'photo-state' });
  const trash = h('button.icon-button.card-delete', {
    type: 'button', testid: 'photo-delete', label: ['photos.delete', { name }], onclick: remove,
  }, icon('trash'));
  const frame = h('a.shot', {
    href: `#/photo/${photo.id}`, testid: 'photo-open', label: ['photos.edit', { name }],
  }, thumbnail(photo.id));
  const element = h('li.tile', {
    testid: 'photo', 'data-id': photo.id, 'data-result': photo.job ? 'true' : undefined,
  }, frame, trash, h('div.caption', {}, h('span.name', {}, name), facts, state));

  function paint() {
    const { width, height } = photo;
    facts.textContent =
      `${width.toLocaleString(language())} × ${height.toLocaleString(language())} · ${size(photo.bytes)}`;
    if (photo.job) paintResult();
    else paintSource();
  }

  function paintResult() {
    if (state.firstChild) return;
    const badge = h('a.badge', { href: `#/job/${photo.job}`, testid: 'photo-job' }, icon('split'),
      h('span', { t: 'photos.result' }));
    state.append(badge);
    const source = h('a.source', { testid: 'photo-source', href: `#/job/${photo.job}` });
    jobs.findJob(photo.job).then(async (job) => {
      const { name } = await jobs.findPhoto(job.photo);
      source.href = `#/photo/${job.photo}`;
      say(source, 'photos.of', { name: name || t('photos.unnamed') });
      state.append(source);
    }).catch(() => {});
  }

  function paintSource() {
    const mine = jobs.allJobs().filter((job) => job.photo === photo.id);
    const open = mine.find(jobs.isOpen);
    const done = mine.filter((job) => job.state === 'succeeded').length;
    const failed = mine[0]?.state === 'failed';
    const shown = open?.state ?? (failed ? 'failed' : done ? 'succeeded' : '');
    state.dataset.state = shown;
    if (open || failed) say(state, `state.${shown}`);
    else if (done) say(state, done === 1 ? 'photos.results.one' : 'photos.results', { count: done });
    else say(state, '');
  }

  sayIn(trash, 'title', 'photos.deleteYes');
  return { element, paint, photo };
}

function dropZone(add) {
  const input = h('input', {
    type: 'file', accept: 'image/*', multiple: true, hidden: true, testid: 'files',
    onchange: () => {
      add([...input.files]);
      input.value = '';
    },
  });
  const button = h('button.button.primary', {
    type: 'button', testid: 'choose', onclick: () => input.click(),
  }, icon('upload'), h('span', { t: 'photos.choose' }));
  const overlay = h('div.drop', { hidden: true, 'aria-hidden': 'true' },
    h('p', {}, icon('upload'), h('span', { t: 'photos.dropNow' })));
  const carries = (e) => [...(e.dataTransfer?.types ?? [])].includes('Files');
  const over = (e) => {
    if (!carries(e)) return;
    e.preventDefault();
    overlay.hidden = false;
  };
  const out = (e) => {
    if (!e.relatedTarget) overlay.hidden = true;
  };
  const dropped = (e) => {
    if (!carries(e)) return;
    e.preventDefault();
    overlay.hidden = true;
    add([...e.dataTransfer.files]);
    if (location.hash !== '#/') location.hash = '#/';
  };
  document.body.append(overlay);
  addEventListener('dragover', over);
  addEventListener('dragleave', out);
  addEventListener('drop', dropped);
  return {
    element: h('div.choose', {}, h('span.choose-hint', { t: 'photos.drop' }), button, input),
    button,
    close() {
      overlay.remove();
      removeEventListener('dragover', over);
      removeEventListener('dragleave', out);
      removeEventListener('drop', dropped);
    },
  };
}
