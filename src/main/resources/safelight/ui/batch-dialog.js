// The dialog that runs one recipe on several photos.
import { call } from './api.js';
import * as batches from './batches.js';
import { busy, complaint, h, say } from './dom.js';
import { thumbnail } from './library.js';

const PAGE = 60;
const EMPTY_PAGES_MAX = 5;

/// Where in the recipe a fault lies, which a person has not numbered.
const PLACE = /^operations\/\d+[^:]*: /;

/// Lets a person choose among the photos, `first` being chosen already, and runs `recipe`, which
/// has `operations` and `output`. Answers the batch, or nothing if there was none.
export function runBatch(first, recipe) {
  return new Promise((resolve) => {
    const tiles = new Map();
    const trouble = complaint('batch-problem');
    const grid = h('ul.choice-grid', { testid: 'batch-photos' });
    const more = h('button.link', { t: 'photos.more', type: 'button', testid: 'batch-more', hidden: true });
    const all = h('button.link', { t: 'batch.all', type: 'button', testid: 'batch-all' });
    const no = h('button.button', { t: 'cancel', type: 'button', testid: 'batch-no' });
    const words = h('span');
    const go = h('button.button.primary', { type: 'button', testid: 'batch-run' }, words);
    const dialog = h('dialog.dialog.wide', { testid: 'batch-dialog', 'aria-labelledby': 'batch-title' },
      h('h2', { t: 'batch.choose', id: 'batch-title' }),
      h('div.choice-head', {}, h('p', { t: 'batch.hint' }), all),
      h('div.choice-scroll', {}, grid, more), trouble.element, h('div.row.end', {}, no, go));
    let next;
    let intent;
    let made;

    const chosen = () => [...tiles.values()].filter((tile) => tile.box.checked).map((tile) => tile.id);

    function count() {
      const { length } = chosen();
      say(words, length === 1 ? 'batch.run.one' : 'batch.run', { count: length });
      go.disabled = length === 0;
    }

    function add(photo) {
      if (tiles.has(photo.id)) return;
      const box = h('input', { type: 'checkbox', checked: photo.id === first.id, onchange: count });
      const name = h('span.name');
      if (photo.name) name.textContent = photo.name;
      else say(name, 'photos.unnamed');
      const element = h('li', { testid: 'batch-photo', 'data-id': photo.id },
        h('label.choice', {}, h('span.shot', {}, thumbnail(photo.id)), name, box));
      tiles.set(photo.id, { id: photo.id, box, element, name });
      grid.append(element);
    }

    /// Results are left out: the next batch would run on those of the last.
    async function load() {
      const before = tiles.size;
      try {
        for (let i = 0; i < EMPTY_PAGES_MAX && tiles.size === before; i++) {
          const cursor = next ? `&cursor=${encodeURIComponent(next)}` : '';
          const page = await call('GET', `/photos?limit=${PAGE}${cursor}`);
          next = page.next;
          page.photos.filter((photo) => !photo.job).forEach(add);
          if (!next) break;
        }
      } catch (e) {
        trouble.show(e);
      }
      more.hidden = !next;
      count();
    }

    function refuse(problem, photos) {
      const faults = (problem.errors ?? []).map(({ pointer, detail }) => {
        const place = /^\/photos\/(\d+)$/.exec(pointer)?.[1];
        return { tile: place && tiles.get(photos[place]), detail: detail.replace(PLACE, '') };
      });
      for (const { tile } of faults) if (tile) tile.element.dataset.wrong = '';
      const [one] = faults;
      if (!one) trouble.show(problem);
      else trouble.show({ message: one.tile ? `${one.tile.name.textContent}: ${one.detail}` : one.detail });
    }

    async function run() {
      trouble.clear();
      for (const { element } of tiles.values()) delete element.dataset.wrong;
      const photos = chosen();
      const text = photos.join();
      if (intent?.text !== text) intent = { text, key: crypto.randomUUID() };
      try {
        made = await batches.run({ photos, ...recipe }, intent.key);
        dialog.close();
      } catch (e) {
        if (!e.isAway) intent = undefined;
        refuse(e, photos);
      }
    }

    more.onclick = () => busy(more, load);
    all.onclick = () => {
      const boxes = [...tiles.values()].map((tile) => tile.box);
      const isAll = boxes.every((box) => box.checked);
      for (const box of boxes) box.checked = !isAll;
      count();
    };
    no.onclick = () => dialog.close();
    go.onclick = () => busy(go, run);
    dialog.onclose = () => {
      dialog.remove();
      resolve(made);
    };
    document.body.append(dialog);
    dialog.showModal();
    add(first);
    load();
  });
}
