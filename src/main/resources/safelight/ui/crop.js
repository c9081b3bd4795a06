// The crop box on the picture: drag it, drag its eight handles, or use the arrow keys.
import { h } from './dom.js';
import { boxDragged, boxWithin } from './recipe.js';

const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];
const ARROWS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

/// Lies over `frame`, which shows the whole picture. `change(box)` is told of each new box, in
/// pixels of the full picture.
export function cropBox(frame, change) {
  const hole = h('i');
  const shade = h('div.crop-shade', { 'aria-hidden': 'true' }, hole);
  const handles = HANDLES.map((where) =>
    h(`i.handle.handle-${where}`, { 'data-handle': where, testid: `crop-${where}` }));
  const box = h('div.crop-box', {
    tabIndex: 0, role: 'group', label: 'edit.cropBox', testid: 'crop-box',
  }, h('i.thirds'), handles);
  let now = { left: 0, top: 0, width: 1, height: 1 };
  let size = { width: 1, height: 1 };
  let aspect = 0;
  let grip;

  function place() {
    for (const part of [hole, box]) {
      part.style.left = `${(now.left / size.width) * 100}%`;
      part.style.top = `${(now.top / size.height) * 100}%`;
      part.style.width = `${(now.width / size.width) * 100}%`;
      part.style.height = `${(now.height / size.height) * 100}%`;
    }
  }

  function move(next) {
    now = next;
    place();
    change(now);
  }

  const shifted = (from, dx, dy) =>
    boxWithin({ ...from, left: from.left + dx, top: from.top + dy }, size);

  box.addEventListener('pointerdown', (e) => {
    if (e.button !== 0 || grip) return;
    e.preventDefault();
    box.focus({ preventScroll: true });
    box.setPointerCapture(e.pointerId);
    box.classList.add('held');
    grip = { id: e.pointerId, x: e.clientX, y: e.clientY, from: now,
      handle: e.target.dataset?.handle };
  });
  box.addEventListener('pointermove', (e) => {
    if (grip?.id !== e.pointerId) return;
    const scale = size.width / frame.getBoundingClientRect().width;
    const dx = (e.clientX - grip.x) * scale;
    const dy = (e.clientY - grip.y) * scale;
    if (grip.handle) move(boxDragged(grip.from, grip.handle, dx, dy, aspect, size));
    else move(shifted(grip.from, dx, dy));
  });
  const release = (e) => {
    if (grip?.id !== e.pointerId) return;
    grip = undefined;
    box.classList.remove('held');
  };
  box.addEventListener('pointerup', release);
  box.addEventListener('pointercancel', release);
  box.addEventListener('keydown', (e) => {
    const arrow = ARROWS[e.key];
    if (!arrow || e.altKey) return;
    e.preventDefault();
    const by = e.ctrlKey || e.metaKey ? 1 : Math.max(1, Math.round(size.width / 100));
    const [dx, dy] = arrow.map((way) => way * by);
    const handle = dx ? 'e' : 's';
    if (e.shiftKey) move(boxDragged(now, handle, dx, dy, aspect, size));
    else move(shifted(now, dx, dy));
  });

  frame.append(shade, box);
  return {
    /// Shows `crop` on a picture of `picture` size, or nothing if there is no crop.
    put(crop, picture, proportions) {
      size = picture;
      aspect = proportions;
      shade.hidden = box.hidden = !crop;
      if (!crop) return;
      now = crop;
      place();
    },
  };
}
