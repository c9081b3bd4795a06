// Blur and sharpen on RGBA bytes, by the server's definitions: a Gaussian with its edges repeated,
// and out = in + amount * (in - blur(in, sigma)) on luma.

const EXACT_SIGMA_MAX = 4;
const BOXES = 3;

/// A new plane: `plane` (width x height numbers) blurred with `sigma`. Small sigmas use the kernel
/// itself; larger ones three boxes with fractional edges, whose cost does not grow with sigma.
export function blurred(plane, width, height, sigma) {
  if (sigma < 0.05) return plane;
  return sigma <= EXACT_SIGMA_MAX
    ? exactly(plane, width, height, gaussian(sigma))
    : byBoxes(plane, width, height, boxRadius(sigma));
}

function exactly(plane, width, height, kernel) {
  const turned = new Float32Array(plane.length);
  const out = new Float32Array(plane.length);
  convolve(plane, turned, width, height, kernel);
  convolve(turned, out, height, width, kernel);
  return out;
}

/// The edges are repeated once, before the first box, as one pass of a Gaussian would.
function byBoxes(plane, width, height, radius) {
  const margin = Math.ceil(BOXES * (radius + 1));
  const [wide, high] = [width + 2 * margin, height + 2 * margin];
  const big = new Float32Array(wide * high);
  for (let y = 0; y < high; y++) {
    const from = Math.max(0, Math.min(height - 1, y - margin)) * width;
    fillRow(big.subarray(y * wide, (y + 1) * wide), plane, from, width, margin);
  }
  const other = new Float32Array(big.length);
  for (let pass = 0; pass < BOXES; pass++) {
    box(big, other, wide, high, radius);
    box(other, big, high, wide, radius);
  }
  const out = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) {
    const start = (y + margin) * wide + margin;
    out.set(big.subarray(start, start + width), y * width);
  }
  return out;
}

/// Half of a kernel that sums to 1: the middle, then one side.
function gaussian(sigma) {
  const half = Math.max(1, Math.ceil(3 * sigma));
  const kernel = new Float32Array(half + 1);
  let sum = 0;
  for (let i = 0; i <= half; i++) {
    kernel[i] = Math.exp((-i * i) / (2 * sigma * sigma));
    sum += i ? 2 * kernel[i] : kernel[i];
  }
  return kernel.map((weight) => weight / sum);
}

/// Filters the rows of `from` and writes them as columns of `to`, so that two calls do both axes.
function convolve(from, to, width, height, kernel) {
  const half = kernel.length - 1;
  const row = new Float32Array(width + 2 * half);
  for (let y = 0; y < height; y++) {
    fillRow(row, from, y * width, width, half);
    for (let x = 0; x < width; x++) {
      const middle = x + half;
      let sum = row[middle] * kernel[0];
      for (let i = 1; i <= half; i++) sum += (row[middle - i] + row[middle + i]) * kernel[i];
      to[x * height + y] = sum;
    }
  }
}

/// The radius (with a fraction) of a box that, run three times, has the variance of the Gaussian.
function boxRadius(sigma) {
  return (Math.sqrt((12 * sigma * sigma) / BOXES + 1) - 1) / 2;
}

function box(from, to, width, height, radius) {
  const whole = Math.floor(radius);
  const part = radius - whole;
  const half = whole + 1;
  const weight = 1 / (2 * radius + 1);
  const row = new Float32Array(width + 2 * half);
  for (let y = 0; y < height; y++) {
    fillRow(row, from, y * width, width, half);
    let sum = 0;
    for (let i = 1; i <= 2 * whole + 1; i++) sum += row[i];
    for (let x = 0; x < width; x++) {
      to[x * height + y] = (sum + part * (row[x] + row[x + 2 * half])) * weight;
      sum += row[x + 2 * half] - row[x + 1];
    }
  }
}

function fillRow(row, from, start, width, half) {
  row.fill(from[start], 0, half);
  row.set(from.subarray(start, start + width), half);
  row.fill(from[start + width - 1], half + width);
}

/// The picture after blur, sharpen and then colours; a sigma or amount of 0 leaves that step out.
export function filtered(source, width, height, settings) {
  const { blurSigma, sharpenSigma, sharpenAmount } = settings;
  const planes = planesOf(source);
  if (blurSigma)
    for (let c = 0; c < 3; c++) planes[c] = blurred(planes[c], width, height, blurSigma);
  const out = new Uint8ClampedArray(source.length);
  const added = sharpenAmount ? detail(planes, width, height, sharpenSigma, sharpenAmount) : null;
  for (let i = 0, p = 0; i < source.length; i += 4, p++) {
    const more = added ? added[p] : 0;
    out[i] = planes[0][p] + more;
    out[i + 1] = planes[1][p] + more;
    out[i + 2] = planes[2][p] + more;
    out[i + 3] = source[i + 3];
  }
  recolour(out, settings);
  return out;
}

/// Brightness, contrast and saturation by the server's definition, then gray, in place.
function recolour(bytes, { brightness = 1, contrast = 1, saturation = 1, grayscale = false }) {
  if (brightness === 1 && contrast === 1 && saturation === 1 && !grayscale) return;
  const factor = contrast * brightness;
  const shift = 127.5 * (1 - contrast);
  for (let i = 0; i < bytes.length; i += 4) {
    const [red, green, blue] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    for (let c = 0; c < 3; c++)
      bytes[i + c] = factor * (luma + saturation * ([red, green, blue][c] - luma)) + shift;
    if (grayscale)
      bytes.fill(0.299 * bytes[i] + 0.587 * bytes[i + 1] + 0.114 * bytes[i + 2] + 0.5, i, i + 3);
  }
}

function planesOf(source) {
  const planes = [0, 1, 2].map(() => new Float32Array(source.length / 4));
  for (let i = 0, p = 0; i < source.length; i += 4, p++) {
    planes[0][p] = source[i];
    planes[1][p] = source[i + 1];
    planes[2][p] = source[i + 2];
  }
  return planes;
}

function detail([red, green, blue], width, height, sigma, amount) {
  const luma = red.map((r, p) => 0.299 * r + 0.587 * green[p] + 0.114 * blue[p]);
  const soft = blurred(luma, width, height, sigma);
  return luma.map((value, p) => amount * (value - soft[p]));
}
