// The watermark: its controls, and how it will look, drawn over the preview.
import { call } from './api.js';
import { choice, slider } from './controls.js';
import { h, say } from './dom.js';

const TEXT_MAX = 80;
const PHOTOS_MAX = 50;
const EDGE = 0.96;
const PLACES = ['northwest', 'north', 'northeast', 'west', 'center', 'east', 'southwest', 'south', 'southeast'];

/// What a mark is when it is switched on; `size` is the server's default for its kind.
export const SIZES = { text: 0.05, photo: 0.25 };
export const firstMark = () => ({
  kind: 'text', text: '', photo: '', gravity: 'southeast', opacity: 0.7, size: SIZES.text,
});

/// Lies over `frame`, in the part of the picture that is kept.
export function markLayer(frame) {
  const layer = h('div.mark-layer', { 'aria-hidden': 'true', testid: 'mark', hidden: true });
  frame.append(layer);
  let seen;

  function draw(mark) {
    if (mark.kind === 'text') return h('span.mark-text', {}, mark.text);
    return h('img.mark-photo', { src: `/api/v1/photos/${mark.photo}/content`, alt: '' });
  }

  /// A line that is too long gets smaller, as it does on the server.
  function fit(mark) {
    const line = layer.firstChild;
    line.style.setProperty('--size', mark.size);
    if (mark.kind !== 'text') return;
    const room = layer.clientWidth * EDGE;
    if (line.offsetWidth > room) line.style.setProperty('--size', mark.size * (room / line.offsetWidth));
  }

  return {
    /// Shows `mark` in the box `cut` of a picture of `size`, or nothing.
    put(mark, cut, size) {
      layer.hidden = !mark || !mark[mark.kind];
      if (layer.hidden) return;
      layer.style.left = `${(cut.left / size.width) * 100}%`;
      layer.style.top = `${(cut.top / size.height) * 100}%`;
      layer.style.width = `${(cut.width / size.width) * 100}%`;
      layer.style.height = `${(cut.height / size.height) * 100}%`;
      layer.dataset.gravity = mark.gravity;
      const wanted = mark.kind + mark[mark.kind];
      if (seen !== wanted) layer.replaceChildren(draw(mark));
      seen = wanted;
      layer.firstChild.style.opacity = mark.opacity;
      fit(mark);
    },
  };
}

/// The controls; `change(mark)` is told of each new one, null if it is switched off.
export function markForm(change) {
  let mark = null;
  let last = firstMark();
  let loading = false;
  const tell = (part) => change({ ...mark, ...part });
  const on = h('input', { type: 'checkbox', role: 'switch', testid: 'mark-on',
    onchange: () => change(on.checked ? last : null) });
  const kind = choice({ name: 'mark-kind', label: 'mark.kind',
    choices: [['text', 'mark.text'], ['photo', 'mark.photo']],
    change: (value) => tell({ kind: value, size: SIZES[value] }) });
  const text = h('input', { type: 'text', maxLength: TEXT_MAX, testid: 'mark-text', label: 'mark.text',
    hint: 'mark.hint', oninput: () => tell({ text: text.value }) });
  const photo = h('select', { testid: 'mark-photo', label: 'mark.photo',
    onchange: () => tell({ photo: photo.value }) }, h('option', { value: '', t: 'mark.choose' }));
  const dots = PLACES.map((place) => h('button', { type: 'button', label: `place.${place}`,
    title: `place.${place}`, testid: `mark-${place}`, onclick: () => tell({ gravity: place }) }));
  const grid = h('div.places', { role: 'group', label: 'mark.place' }, dots);
  const opacity = slider({ name: 'mark-opacity', text: 'mark.opacity', label: 'mark.opacity', least: 0,
    most: 1, step: 0.05, linear: true, change: (value) => tell({ opacity: value }) });
  const size = slider({ name: 'mark-size', text: 'mark.size', label: 'mark.size', least: 0.01, most: 1,
    step: 0.01, change: (value) => tell({ size: value }) });
  const more = h('div.mark-more', {}, kind.element, text, photo,
    h('div.mark-place', {}, grid, h('div.mark-sliders', {}, opacity.element, size.element)));

  async function load() {
    if (loading) return;
    loading = true;
    try {
      const { photos } = await call('GET', `/photos?limit=${PHOTOS_MAX}`);
      for (const { id, name } of photos) {
        const option = h('option', { value: id });
        if (name) option.textContent = name;
        else say(option, 'photos.unnamed');
        photo.append(option);
      }
      photo.value = mark?.photo ?? '';
    } catch {
      // the list stays short; it is asked for again with the next change
      loading = false;
    }
  }

  return {
    on: h('label.toggle', {}, on, h('span.unseen', { t: 'mark.title' })),
    element: more,
    put(now) {
      mark = now;
      on.checked = Boolean(now);
      more.hidden = !now;
      if (!now) return;
      last = now;
      kind.put(now.kind);
      text.hidden = now.kind !== 'text';
      photo.hidden = now.kind !== 'photo';
      if (now.kind === 'photo') load();
      if (document.activeElement !== text) text.value = now.text;
      photo.value = now.photo;
      dots.forEach((dot, i) => dot.setAttribute('aria-pressed', String(PLACES[i] === now.gravity)));
      opacity.put(now.opacity);
      size.put(now.size);
    },
  };
}
