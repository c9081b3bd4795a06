// The page's side of the preview worker: one canvas a slot, at most one request under way in each,
// and the newest settings win.
import { isAdjusted } from './recipe.js';

let worker;
const slots = new Map();
let slotCount = 0;

function start() {
  worker = new Worker('/ui/preview-worker.js', { type: 'module' });
  worker.onmessage = ({ data }) => slots.get(data.slot)?.done(data);
}

/// A canvas whose picture is shown with blur, sharpen and colours.
export class Preview {
  #canvas;
  #slot = ++slotCount;
  #source;
  #settings;
  #version = 0;
  #busy = false;
  #stale = false;

  constructor(canvas) {
    this.#canvas = canvas;
    if (!worker) start();
    slots.set(this.#slot, this);
  }

  /// Takes the pixels of another canvas as the picture to filter; what is shown stays until there
  /// is something better.
  takeSource(from) {
    const { width, height } = from;
    this.#source = from.getContext('2d').getImageData(0, 0, width, height);
    this.#version++;
    worker.postMessage({ slot: this.#slot, source: this.#source });
    if (this.#settings) this.show(this.#settings);
  }

  /// Shows the picture with these settings, as soon as they are computed.
  show(settings) {
    this.#settings = settings;
    if (!this.#source) return;
    if (this.#busy) {
      this.#stale = true;
      return;
    }
    if (!settings.blurSigma && !settings.sharpenAmount && !settings.grayscale && !isAdjusted(settings)) {
      this.#put(this.#source);
      return;
    }
    this.#busy = true;
    worker.postMessage({ slot: this.#slot, id: this.#version, settings });
  }

  done({ id, pixels }) {
    this.#busy = false;
    if (id === this.#version) this.#put(pixels);
    if (!this.#stale) return;
    this.#stale = false;
    this.show(this.#settings);
  }

  #put(pixels) {
    const { width, height } = pixels;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#canvas.getContext('2d').putImageData(pixels, 0, 0);
    this.#canvas.dataset.shown = String(Number(this.#canvas.dataset.shown ?? 0) + 1);
  }

  close() {
    slots.delete(this.#slot);
  }
}
