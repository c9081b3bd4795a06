// The editor of one photo: crop box, turns, blur, sharpen, colours, watermark, size, format; an
// instant preview; Run.
import { bytes, call } from './api.js';
import { runBatch } from './batch-dialog.js';
import { batchRow } from './batches-panel.js';
import { announce, busy, complaint, h, icon, say, sayIn, write } from './dom.js';
import { choice, numberField, slider } from './controls.js';
import { cropBox } from './crop.js';
import { t } from './i18n.js';
import * as jobs from './jobs.js';
import { markForm, markLayer } from './mark.js';
import { jobRow } from './jobs-panel.js';
import { Preview } from './preview.js';
import * as recipe from './recipe.js';

const PREVIEW_SIDE_MAX = 1000;
const PICTURE_SIDE_MAX = 8000;
const DETAIL_STEP_PX = 24;
const DETAIL_SHAPE = 160 / 288;
const ASPECTS = [['0', 'edit.free'], ['1', '1:1'], [String(4 / 3), '4:3'], [String(16 / 9), '16:9']];
const QUALITY_DEFAULT = 85;

const untouched = (photo) => ({
  turn: recipe.UPRIGHT, crop: null, aspect: 0, blurSigma: 0, sharpenSigma: 1, sharpenAmount: 0,
  brightness: 1, contrast: 1, saturation: 1, grayscale: false, mark: null, attention: false,
  resizeWidth: 0, format: photo.frames > 1 ? 'webp' : photo.format, quality: QUALITY_DEFAULT,
});

/// The view of the photo `id`.
export function editorView(id) {
  const leaving = new AbortController();
  const title = h('h1', { t: 'edit.title', tabIndex: -1 });
  const facts = h('span.facts');
  const problem = complaint('edit-problem');
  const stage = h('div.stage', { testid: 'stage' },
    h('p.stage-note', { t: 'edit.loading', testid: 'stage-note' }));
  const controls = h('div.controls', { testid: 'controls' });
  const element = h('article.editor', { testid: 'editor' },
    h('div.view-head', {},
      h('a.icon-button', { href: '#/', label: 'edit.back', title: 'edit.back', testid: 'back' },
        icon('back')), h('div.view-title', {}, title, facts)),
    stage, controls);
  controls.append(problem.element);
  let desk;

  async function open() {
    try {
      const [photo, formats] = await Promise.all([
        jobs.findPhoto(id), call('GET', '/formats', { signal: leaving.signal }),
      ]);
      if (leaving.signal.aborted) return;
      if (photo.name) write(title, photo.name);
      facts.textContent = `${photo.width} × ${photo.height} · ${photo.format.toUpperCase()}`;
      desk = editingDesk({ photo, formats, stage, controls });
      const picture = await pictureOf(photo, leaving.signal);
      if (!leaving.signal.aborted) desk.show(picture);
    } catch (e) {
      if (leaving.signal.aborted) return;
      if (desk) return void say(stage.firstChild, 'edit.noPreview');
      const shown = e.status === 404 ? { key: 'edit.missing' } : e;
      stage.replaceChildren();
      problem.show(shown);
    }
  }

  open();
  return {
    element,
    id,
    close() {
      leaving.abort();
      desk?.close();
    },
  };
}

/// The photo's pixels, upright: of the photo itself, or of its thumbnail where the browser cannot
/// read the format.
export async function pictureOf(photo, signal) {
  try {
    return { bitmap: await decoded(await bytes(`/photos/${photo.id}/content`, signal), photo) };
  } catch (e) {
    if (e.name === 'AbortError' || e.status === 401 || e.status === 404) throw e;
    const small = await bytes(`/photos/${photo.id}/thumbnail`, signal).then(createImageBitmap);
    return { bitmap: small, isSmall: true };
  }
}

function decoded(blob, { width, height }) {
  if (Math.max(width, height) <= PICTURE_SIDE_MAX) return createImageBitmap(blob);
  const side = width > height ? 'resizeWidth' : 'resizeHeight';
  return createImageBitmap(blob, { [side]: PICTURE_SIDE_MAX, resizeQuality: 'medium' });
}

function editingDesk({ photo, formats, stage, controls }) {
  const kept = `safelight.edit.${photo.id}`;
  let edit = { ...untouched(photo), ...JSON.parse(sessionStorage.getItem(kept) ?? '{}') };
  if (!formats.encode.includes(edit.format)) edit.format = formats.encode[0];
  const canvas = h('canvas', { testid: 'preview', role: 'img', label: 'edit.stage' });
  const frame = h('div.frame', { hidden: true }, canvas);
  const looks = new Preview(canvas);
  const mark = markLayer(frame);
  const box = cropBox(frame, (crop) => change({ crop }));
  const detail = detailWindow();
  let picture;
  let scale = 1;

  const turned = () => recipe.turnedSize(photo, edit.turn);

  /// Takes in a change and shows it everywhere.
  function change(part) {
    const before = edit;
    edit = { ...edit, ...part };
    sessionStorage.setItem(kept, JSON.stringify(edit));
    if (before.turn !== edit.turn) draw();
    paint();
  }

  function draw() {
    if (!picture) return;
    const list = recipe.operations({ turn: edit.turn });
    const spare = document.createElement('canvas');
    scale = recipe.drawPart(spare, picture, photo, list, PREVIEW_SIDE_MAX);
    looks.takeSource(spare);
    fit();
  }

  function fit() {
    const { width, height } = turned();
    const room = { width: stage.clientWidth - 32, height: stage.clientHeight - 32 };
    const zoom = Math.min(room.width / width, room.height / height);
    frame.style.width = `${Math.floor(width * zoom)}px`;
    frame.style.height = `${Math.floor(height * zoom)}px`;
  }

  function paint() {
    const out = recipe.sizeOf(edit, photo);
    const outScale = out.width / recipe.cutOf(edit, photo).width;
    box.put(edit.attention ? null : edit.crop, turned(), edit.aspect);
    mark.put(edit.mark, recipe.cutOf(edit, photo), turned());
    const { sharpenAmount, brightness, contrast, saturation, grayscale } = edit;
    const sigmas = (by) => ({
      blurSigma: edit.blurSigma * by, sharpenSigma: edit.sharpenSigma * by,
      sharpenAmount, brightness, contrast, saturation, grayscale,
    });
    looks.show(sigmas(scale / outScale));
    if (picture) detail.show(picture, photo, edit, sigmas(1), outScale);
    form.put(edit, out);
  }

  function turn(step) {
    const crop = edit.crop && recipe.boxAfter(step, edit.crop, turned());
    const quarter = { left: -1, right: 1 }[step];
    const next = quarter ? recipe.rotated(edit.turn, quarter) : recipe.flipped(edit.turn, step);
    const aspect = quarter && edit.aspect > 1 ? 0 : edit.aspect;
    change({ turn: next, crop, aspect, attention: edit.attention && aspect > 0 });
  }

  const form = editForm({
    photo, formats, detail: detail.element, change, turn,
    setCrop: (crop) => change({ crop: recipe.boxWithin(crop, turned()) }),
    shape: (aspect) => change({ aspect, attention: edit.attention && aspect > 0,
      crop: recipe.boxShaped(edit.crop, aspect, turned()) }),
    toggleCrop: (isOn) => {
      const { width, height } = turned();
      const inner = { left: width * 0.1, top: height * 0.1, width: width * 0.8, height: height * 0.8 };
      change({ crop: isOn ? recipe.boxWithin(inner, turned()) : null, aspect: 0, attention: false });
    },
    reset: () => change(untouched(photo)),
    wanted: () => ({
      photo: photo.id, operations: recipe.operations(edit),
      output: { format: edit.format, quality: edit.quality }, priority: 'interactive',
    }),
  });
  controls.append(...form.elements);
  const resized = new ResizeObserver(fit);
  resized.observe(stage);
  paint();

  return {
    show({ bitmap, isSmall }) {
      picture = bitmap;
      stage.replaceChildren(frame);
      if (isSmall) stage.append(h('p.stage-note.low', { t: 'edit.small' }));
      frame.hidden = false;
      draw();
      paint();
    },
    close() {
      resized.disconnect();
      looks.close();
      detail.close();
      form.close();
      picture?.close?.();
    },
  };
}

/// A window on the result at actual size, since a small preview cannot show what sharpening does.
function detailWindow() {
  const canvas = h('canvas', { width: 288, height: 160, testid: 'detail', tabIndex: 0, role: 'img',
    label: 'edit.detailHint' });
  const looks = new Preview(canvas);
  const size = { width: 288, height: 160 };
  let seen;
  let shift = { x: 0, y: 0 };
  let again = () => {};

  function move(dx, dy) {
    shift = { x: shift.x + dx, y: shift.y + dy };
    again();
  }

  canvas.addEventListener('pointerdown', (e) => {
    canvas.setPointerCapture(e.pointerId);
    let last = e;
    canvas.onpointermove = (next) => {
      const dpr = devicePixelRatio;
      move((last.clientX - next.clientX) * dpr, (last.clientY - next.clientY) * dpr);
      last = next;
    };
  });
  const release = () => { canvas.onpointermove = null; };
  canvas.addEventListener('pointerup', release);
  canvas.addEventListener('pointercancel', release);
  canvas.addEventListener('keydown', (e) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    if (!way) return;
    e.preventDefault();
    move(way[0] * DETAIL_STEP_PX, way[1] * DETAIL_STEP_PX);
  });

  /// One pixel of the result is one of the screen's.
  function fit() {
    size.width = Math.round(canvas.clientWidth * devicePixelRatio) || size.width;
    size.height = Math.round(size.width * DETAIL_SHAPE);
  }

  function show(picture, photo, edit, settings, outScale) {
    fit();
    again = () => show(picture, photo, edit, settings, outScale);
    const cut = recipe.cutOf(edit, photo);
    const view = { width: size.width / outScale, height: size.height / outScale };
    const limit = (at, low, span, part) => Math.max(low, Math.min(low + span - part, at));
    const left = limit(cut.left + cut.width / 2 - view.width / 2 + shift.x / outScale,
      cut.left, Math.max(view.width, cut.width), view.width);
    const top = limit(cut.top + cut.height / 2 - view.height / 2 + shift.y / outScale,
      cut.top, Math.max(view.height, cut.height), view.height);
    const wanted = [left, top, outScale, size.width, ...Object.values(edit.turn)].join();
    if (seen !== wanted) {
      seen = wanted;
      looks.takeSource(part(picture, photo, edit, { left, top, outScale }));
    }
    looks.show(settings);
  }

  function part(picture, photo, edit, { left, top, outScale }) {
    const { width, height } = size;
    const full = document.createElement('canvas');
    const list = recipe.operations({ turn: edit.turn });
    const crop = { op: 'crop', left, top, width: width / outScale, height: height / outScale };
    recipe.drawPart(full, picture, photo, [...list, crop], Math.max(width, crop.width));
    const scaled = h('canvas', { width, height });
    const context = scaled.getContext('2d', { willReadFrequently: true });
    context.imageSmoothingQuality = 'high';
    context.drawImage(full, 0, 0, width, height);
    return scaled;
  }

  return { element: h('div.detail', {}, canvas, h('span', { t: 'edit.detail' })), show,
    close: looks.close.bind(looks) };
}

function editForm(desk) {
  const { photo, formats, change } = desk;
  const cropOn = h('input', {
    type: 'checkbox', testid: 'crop-on', role: 'switch',
    onchange: () => desk.toggleCrop(cropOn.checked),
  });
  const shape = choice({ name: 'aspect', label: 'edit.shape', choices: ASPECTS,
    change: (value) => desk.shape(Number(value)) });
  const sides = cropFields(desk);
  const attention = h('input', { type: 'checkbox', testid: 'attention',
    onchange: () => change({ attention: attention.checked }) });
  const attentive = h('label.check', {}, attention, h('span', { t: 'edit.attention' }));
  const fields = h('div.fields', {}, sides.elements);
  const cropMore = h('div.crop-more', {}, shape.element, attentive, fields);
  const amount = slider({ name: 'sharpen-amount', text: 'edit.amount', label: 'edit.sharpenAmount',
    least: 0, most: 10, step: 0.05, change: (sharpenAmount) => change({ sharpenAmount }) });
  const sigma = slider({ name: 'sharpen-sigma', text: 'edit.radius', label: 'edit.sharpenSigma',
    least: 0.1, most: 100, step: 0.1, change: (sharpenSigma) => change({ sharpenSigma }) });
  const blur = slider({ name: 'blur-sigma', text: 'edit.radius', label: 'edit.blurSigma',
    least: 0, most: 100, step: 0.1, change: (blurSigma) => change({ blurSigma }) });
  const looks = lookSliders(change);
  const marks = markForm((mark) => change({ mark }));
  const width = h('input.number.grow', {
    type: 'number', inputMode: 'numeric', min: 1, max: 65500, step: 1, testid: 'resize-width',
    label: 'edit.width', hint: 'edit.original',
    onchange: () => change({
      resizeWidth: Math.max(0, Math.min(65500, Math.round(Number(width.value) || 0))),
    }),
  });
  const format = h('select', { testid: 'format', label: 'edit.format',
    onchange: () => change({ format: format.value }) },
    formats.encode.map((name) => h('option', { value: name }, name.toUpperCase())));
  const quality = slider({ name: 'quality', text: 'edit.quality', label: 'edit.quality', least: 1,
    most: 100, step: 1, linear: true, change: (value) => change({ quality: value }) });
  const run = runBar(desk);

  return {
    elements: [
      part('edit.turn', null, h('div.tools', {}, turnButtons(desk.turn))),
      part('edit.crop', h('label.toggle', {}, cropOn, h('span.unseen', { t: 'edit.crop' })), cropMore),
      part('edit.sharpen', null, amount.element, sigma.element),
      part('edit.blur', null, blur.element),
      desk.detail,
      part('edit.look', null, ...looks.elements),
      part('mark.title', marks.on, marks.element),
      part('edit.resize', null, h('label.line', {}, h('span', { t: 'edit.width' }), width,
        h('span.unit', {}, 'px'))),
      part('edit.output', null, h('label.line', {}, h('span', { t: 'edit.format' }), format),
        quality.element),
      run.element,
    ],
    put(edit, out) {
      cropOn.checked = Boolean(edit.crop);
      cropMore.hidden = !edit.crop;
      shape.put(edit.aspect);
      if (edit.crop) sides.put(edit.crop);
      attentive.hidden = !edit.aspect;
      attention.checked = edit.attention;
      fields.hidden = edit.attention;
      looks.put(edit);
      marks.put(edit.mark);
      amount.put(edit.sharpenAmount);
      sigma.put(edit.sharpenSigma);
      blur.put(edit.blurSigma);
      width.value = edit.resizeWidth || '';
      format.value = edit.format;
      quality.put(edit.quality);
      quality.element.classList.toggle('off', recipe.isLossless(edit.format));
      quality.able(!recipe.isLossless(edit.format));
      run.put(out, edit);
    },
    close: run.close,
  };
}

/// Brightness, contrast, saturation, and gray.
function lookSliders(change) {
  const one = (name) => slider({ name, text: `edit.${name}`, label: `edit.${name}`, least: 0, most: 2,
    step: 0.05, linear: true, change: (value) => change({ [name]: value }) });
  const sliders = Object.fromEntries(['brightness', 'contrast', 'saturation'].map((n) => [n, one(n)]));
  const gray = h('input', { type: 'checkbox', testid: 'grayscale',
    onchange: () => change({ grayscale: gray.checked }) });
  return {
    elements: [...Object.values(sliders).map((s) => s.element),
      h('label.check', {}, gray, h('span', { t: 'edit.grayscale' }))],
    put(edit) {
      for (const [name, each] of Object.entries(sliders)) each.put(edit[name]);
      gray.checked = edit.grayscale;
      sliders.saturation.element.classList.toggle('off', edit.grayscale);
      sliders.saturation.able(!edit.grayscale);
    },
  };
}

function part(key, extra, ...content) {
  return h('section.part', {}, h('div.part-head', {}, h('h2', { t: key }), extra), content);
}

function turnButtons(turn) {
  const made = (symbol, key, step, testid) => h('button.button.tool', {
    type: 'button', label: key, title: key, testid, onclick: () => turn(step),
  }, icon(symbol));
  return [
    made('rotateLeft', 'edit.left', 'left', 'rotate-left'),
    made('rotateRight', 'edit.right', 'right', 'rotate-right'),
    made('flipHorizontal', 'edit.flipH', 'horizontal', 'flip-horizontal'),
    made('flipVertical', 'edit.flipV', 'vertical', 'flip-vertical'),
  ];
}

function cropFields(desk) {
  let now;
  const field = (side, letter, least) => numberField({
    name: `crop-${side}`, letter: `edit.${letter}`, label: `edit.${letter}Long`, least,
    change: (value) => {
      const wanted = Number.isNaN(value) ? now[side] : Math.max(least, value);
      desk.setCrop({ ...now, [side]: wanted });
    },
  });
  const fields = {
    left: field('left', 'x', 0), top: field('top', 'y', 0),
    width: field('width', 'w', 1), height: field('height', 'h', 1),
  };
  return {
    elements: Object.values(fields).map((one) => one.element),
    put(crop) {
      now = crop;
      for (const [side, one] of Object.entries(fields)) one.put(crop[side]);
    },
  };
}

/// What will come out, Run, and the job that came of it. A click that got no answer is repeated
/// with its key, so that it makes one job.
function runBar(desk) {
  const result = h('span.run-size', { testid: 'result-size' });
  const trouble = complaint('run-problem');
  const place = h('ul.run-job', { testid: 'run-job' });
  const go = h('button.button.primary.run', { type: 'button', testid: 'run', onclick: run },
    icon('play'), h('span', { t: 'edit.run' }));
  const reset = h('button.button', { t: 'edit.reset', type: 'button', testid: 'reset',
    onclick: desk.reset });
  const many = h('button.button.icon-only', { type: 'button', testid: 'batch', label: 'edit.batch',
    title: 'edit.batch', onclick: runMany }, icon('stack'));
  let row;
  let intent;

  function run() {
    trouble.clear();
    return busy(go, async () => {
      const json = desk.wanted();
      const text = JSON.stringify(json);
      if (intent?.text !== text) intent = { text, key: crypto.randomUUID() };
      try {
        const headers = { 'Idempotency-Key': intent.key };
        const job = await jobs.ask('POST', '/jobs', { json, headers });
        intent = undefined;
        follow(job);
      } catch (e) {
        if (!e.isAway) intent = undefined;
        trouble.show({ key: e.key, values: e.values, message: sentence(e) });
      }
    });
  }

  async function runMany() {
    trouble.clear();
    const { operations, output } = desk.wanted();
    const batch = await runBatch(desk.photo, { operations, output });
    if (batch) show(batchRow(batch));
  }

  const sentence = (e) => e.errors?.[0]?.detail ?? e.message;

  function show(made) {
    row?.close();
    row = made;
    place.replaceChildren(row.element);
  }

  function follow(job) {
    show(jobRow(job));
    announce(t('spoken.state', { name: '', state: [`state.${job.state}`] }));
  }

  return {
    element: h('div.run-bar', {}, place, trouble.element,
      h('div.row', {}, result, reset, many, go)),
    put: (out, edit) => {
      say(result, 'edit.result', out);
      sayIn(result, 'title', 'edit.result', out);
      go.dataset.format = edit.format;
    },
    close: () => row?.close(),
  };
}
