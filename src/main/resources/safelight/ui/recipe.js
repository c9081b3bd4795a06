// The arithmetic of an edit, without a page: turns, crop boxes, sizes, and the operations to send.
// A turn is {quarters, mirrored}: the picture is first mirrored left to right, then turned clockwise.

export const UPRIGHT = Object.freeze({ quarters: 0, mirrored: false });
export const CROP_SIDE_MIN = 8;
const LOSSLESS = new Set(['png', 'gif', 'tiff']);

/// One more quarter turn, `by` 1 clockwise or -1.
export const rotated = (turn, by) => ({ ...turn, quarters: (turn.quarters + by + 4) % 4 });

/// Mirrored as it is seen: left to right, or top to bottom.
export function flipped(turn, direction) {
  const half = direction === 'vertical' ? 2 : 0;
  return { quarters: (half - turn.quarters + 4) % 4, mirrored: !turn.mirrored };
}

/// The size of a picture after a turn.
export const turnedSize = ({ width, height }, turn) =>
  turn.quarters % 2 ? { width: height, height: width } : { width, height };

/// Where a box lies after one more step on a picture of `size`: 'left', 'right', 'horizontal' or
/// 'vertical'.
export function boxAfter(step, box, size) {
  const right = size.width - box.left - box.width;
  const bottom = size.height - box.top - box.height;
  if (step === 'horizontal') return { ...box, left: right };
  if (step === 'vertical') return { ...box, top: bottom };
  const sides = { width: box.height, height: box.width };
  if (step === 'right') return { left: bottom, top: box.left, ...sides };
  return { left: box.top, top: right, ...sides };
}

const between = (low, value, high) => Math.max(low, Math.min(high, value));

/// The nearest box of whole pixels inside a picture of `size`.
export function boxWithin(box, size) {
  const width = between(1, Math.round(box.width), size.width);
  const height = between(1, Math.round(box.height), size.height);
  return {
    left: between(0, Math.round(box.left), size.width - width),
    top: between(0, Math.round(box.top), size.height - height),
    width,
    height,
  };
}

/// The largest box with proportions `aspect` (width / height; 0 is free) around the middle of `box`.
export function boxShaped(box, aspect, size) {
  if (!aspect) return box;
  const area = Math.max(box.width * box.height, CROP_SIDE_MIN ** 2);
  let width = Math.min(Math.sqrt(area * aspect), size.width, size.height * aspect);
  width = Math.max(1, width);
  const height = width / aspect;
  const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  return boxWithin({ left: middle.x - width / 2, top: middle.y - height / 2, width, height }, size);
}

/// The box after one of its handles ('n', 'se', ...) was dragged by (dx, dy). The opposite side or
/// corner stays; the box keeps `aspect` if there is one, and stays inside the picture.
export function boxDragged(box, handle, dx, dy, aspect, size) {
  const right = box.left + box.width;
  const bottom = box.top + box.height;
  const least = Math.min(CROP_SIDE_MIN, size.width, size.height);
  let { left, top } = box;
  let [r, b] = [right, bottom];
  if (handle.includes('w')) left = between(0, left + dx, right - least);
  if (handle.includes('e')) r = between(left + least, r + dx, size.width);
  if (handle.includes('n')) top = between(0, top + dy, bottom - least);
  if (handle.includes('s')) b = between(top + least, b + dy, size.height);
  let width = r - left;
  let height = b - top;
  if (aspect) {
    [width, height] = shapedSides(box, handle, { width, height }, aspect, size);
    if (handle === 'n' || handle === 's') left = box.left + (box.width - width) / 2;
    else if (handle.includes('w')) left = right - width;
    if (handle === 'e' || handle === 'w') top = box.top + (box.height - height) / 2;
    else if (handle.includes('n')) top = bottom - height;
  }
  return boxWithin({ left, top, width, height }, size);
}

function shapedSides(box, handle, { width, height }, aspect, size) {
  const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  const room = {
    width: handle.includes('w') ? box.left + box.width
      : handle.includes('e') ? size.width - box.left
      : 2 * Math.min(middle.x, size.width - middle.x),
    height: handle.includes('n') ? box.top + box.height
      : handle.includes('s') ? size.height - box.top
      : 2 * Math.min(middle.y, size.height - middle.y),
  };
  const wanted = handle === 'n' || handle === 's' ? height * aspect
    : handle === 'e' || handle === 'w' ? width
    : Math.max(width, height * aspect);
  const fits = Math.min(wanted, room.width, room.height * aspect);
  return [fits, fits / aspect];
}

/// The part that is kept: of the middle, where the server looks for the place.
export function cutOf(edit, photo) {
  const size = turnedSize(photo, edit.turn);
  if (edit.attention && edit.aspect) return aspectBox({ aspect: named(edit.aspect) }, size);
  return edit.crop ?? { left: 0, top: 0, ...size };
}

/// Proportions as the server takes them: 4:3 for 1.333….
const named = (aspect) => ({ [4 / 3]: '4:3', [16 / 9]: '16:9' })[aspect] ?? `${aspect}:1`;

/// Whether colours change.
export const isAdjusted = ({ brightness, contrast, saturation }) =>
  brightness !== 1 || contrast !== 1 || saturation !== 1;

/// The operations of an edit in their order: turn, crop, resize, blur, sharpen, colours, watermark.
export function operations(edit) {
  const list = [];
  if (edit.turn.mirrored) list.push({ op: 'flip', direction: 'horizontal' });
  if (edit.turn.quarters) list.push({ op: 'rotate', angle: edit.turn.quarters * 90 });
  if (edit.attention && edit.aspect)
    list.push({ op: 'crop', aspect: named(edit.aspect), gravity: 'attention' });
  else if (edit.crop) list.push({ op: 'crop', ...edit.crop });
  if (edit.resizeWidth) list.push({ op: 'resize', width: edit.resizeWidth, fit: 'contain' });
  if (edit.blurSigma) list.push({ op: 'blur', sigma: edit.blurSigma });
  if (edit.sharpenAmount)
    list.push({ op: 'sharpen', sigma: edit.sharpenSigma, amount: edit.sharpenAmount });
  const { brightness = 1, contrast = 1, saturation = 1 } = edit;
  if (isAdjusted({ brightness, contrast, saturation }))
    list.push({ op: 'adjust', brightness, contrast, saturation });
  if (edit.grayscale) list.push({ op: 'grayscale' });
  if (edit.mark?.[edit.mark.kind]) {
    const { kind, gravity, opacity, size } = edit.mark;
    list.push({ op: 'watermark', [kind]: edit.mark[kind], gravity, opacity, size });
  }
  return list;
}

/// The size of the result.
export function sizeOf(edit, photo) {
  const cut = cutOf(edit, photo);
  if (!edit.resizeWidth) return { width: cut.width, height: cut.height };
  const height = Math.max(1, Math.round((edit.resizeWidth / cut.width) * cut.height));
  return { width: edit.resizeWidth, height };
}

/// Whether a format has no quality to choose.
export const isLossless = (format) => LOSSLESS.has(format);

/// Text key and values for an operation, for `t`.
export function described(operation) {
  const { op } = operation;
  if (op === 'crop' && operation.aspect) return ['op.cropAspect', operation];
  if (op === 'watermark')
    return operation.text ? ['op.watermarkText', operation] : ['op.watermarkPhoto', operation];
  if (op === 'flip') return [`op.flip.${operation.direction ?? 'horizontal'}`];
  if (op === 'resize') {
    const { width, height } = operation;
    return ['op.resize', { size: width && height ? `${width} × ${height}` : (width ?? height) }];
  }
  if (op === 'sharpen') return ['op.sharpen', { sigma: 1, amount: 1, ...operation }];
  return [`op.${op}`, operation];
}

/// Draws what the turns and crops in `list` leave of `picture` (full size `photo`) on a canvas no
/// longer than `sideMax`; the rest of the list does not change what part is seen.
export function drawPart(canvas, picture, photo, list, sideMax) {
  let matrix = new DOMMatrix();
  let size = { width: photo.width, height: photo.height };
  for (const step of list) {
    const { width, height } = size;
    if (step.op === 'flip')
      matrix = (step.direction === 'vertical'
        ? new DOMMatrix([1, 0, 0, -1, 0, height])
        : new DOMMatrix([-1, 0, 0, 1, width, 0])).multiply(matrix);
    if (step.op === 'rotate') [matrix, size] = quarters(matrix, size, (step.angle / 90 + 4) % 4);
    if (step.op === 'crop') {
      const box = step.aspect ? aspectBox(step, size) : step;
      matrix = new DOMMatrix([1, 0, 0, 1, -box.left, -box.top]).multiply(matrix);
      size = { width: box.width, height: box.height };
    }
  }
  const scale = Math.min(1, sideMax / Math.max(size.width, size.height));
  canvas.width = Math.max(1, Math.round(size.width * scale));
  canvas.height = Math.max(1, Math.round(size.height * scale));
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.setTransform(new DOMMatrix([scale, 0, 0, scale, 0, 0]).multiply(matrix));
  context.drawImage(picture, 0, 0, photo.width, photo.height);
  context.resetTransform();
  return scale;
}

function quarters(matrix, size, count) {
  for (let i = 0; i < count; i++) {
    matrix = new DOMMatrix([0, 1, -1, 0, size.height, 0]).multiply(matrix);
    size = { width: size.height, height: size.width };
  }
  return [matrix, size];
}

/// Where the server puts it; what draws the eye is not known here, and lies in the middle.
function aspectBox({ aspect, gravity = 'center' }, size) {
  const [across, down] = aspect.split(':').map(Number);
  const width = Math.max(1, Math.min(size.width, Math.floor((size.height * across) / down)));
  const height = Math.max(1, Math.min(size.height, Math.floor((size.width * down) / across)));
  const at = (low, high, spare) =>
    gravity.includes(low) ? 0 : gravity.includes(high) ? spare : spare >> 1;
  return {
    left: at('west', 'east', size.width - width), top: at('north', 'south', size.height - height),
    width, height,
  };
}
