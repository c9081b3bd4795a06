// A plain map of the world, longitudes to the right and latitudes up, with the data centers on it.

const SPACE = 'http://www.w3.org/2000/svg';
const GRID = 30;
const TOP = 75;
const BOTTOM = -58;

// Coasts as a hand would draw them: longitude, latitude, ...
const LAND = [
  [-168, 66, -156, 71, -128, 70, -95, 72, -82, 68, -94, 59, -80, 52, -77, 62, -64, 58, -56, 52, -66, 45, -70, 42,
    -76, 35, -81, 31, -80, 25, -84, 30, -97, 28, -97, 19, -88, 21, -88, 16, -83, 9, -78, 8, -87, 13, -105, 20,
    -112, 30, -118, 34, -124, 42, -125, 50, -135, 58, -152, 60, -165, 55, -158, 60],
  [-78, 8, -72, 12, -60, 9, -50, 0, -35, -6, -39, -15, -48, -26, -58, -35, -65, -42, -68, -54, -74, -50, -71, -30,
    -70, -18, -81, -5],
  [-17, 15, -10, 30, -6, 35, 10, 37, 20, 31, 32, 31, 37, 20, 43, 11, 51, 12, 40, -4, 40, -15, 33, -27, 27, -34,
    18, -34, 12, -17, 9, 4, -8, 4],
  [-9, 38, -9, 43, -2, 44, -4, 48, 8, 54, 10, 58, 5, 60, 14, 67, 26, 71, 42, 67, 60, 69, 75, 72, 105, 75, 140, 73,
    180, 68, 163, 60, 156, 52, 142, 58, 135, 45, 127, 39, 122, 40, 121, 30, 110, 20, 106, 10, 100, 14, 104, 1,
    98, 9, 93, 21, 80, 14, 77, 8, 72, 20, 60, 25, 52, 24, 57, 19, 44, 13, 35, 29, 36, 36, 27, 37, 23, 37, 19, 41,
    13, 45, 18, 40, 8, 44, 0, 39, -5, 36],
  [114, -22, 122, -18, 131, -12, 136, -15, 142, -11, 153, -27, 150, -37, 140, -38, 131, -32, 116, -35],
  [-5, 50, 1, 52, -2, 57, -5, 58],
  [130, 32, 140, 36, 142, 43, 137, 37],
  [96, 5, 104, -4, 115, -8, 107, -7],
  [110, 1, 118, 6, 116, -3],
  [132, -1, 147, -6, 141, -9],
  [-45, 60, -22, 70, -32, 75, -55, 75, -53, 67],
  [167, -46, 173, -41, 178, -38, 174, -42],
  [44, -25, 49, -15, 47, -25],
];

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function lines() {
  const all = [];
  for (let x = -180 + GRID; x < 180; x += GRID) all.push(svg('line', { x1: x, x2: x, y1: -TOP, y2: -BOTTOM }));
  for (let y = -30; y <= 60; y += GRID) all.push(svg('line', { x1: -180, x2: 180, y1: -y, y2: -y }));
  return svg('g', { class: 'map-grid' }, ...all);
}

function land(points) {
  const pairs = [];
  for (let i = 0; i < points.length; i += 2) pairs.push(`${points[i]},${-points[i + 1]}`);
  return svg('polygon', { points: pairs.join(' '), class: 'map-land' });
}

/// A mark tells by its shape too: a disc, a ring when drained, a cross when down.
function mark({ name, state, latitude, longitude }, said) {
  const y = Math.min(-BOTTOM, Math.max(-TOP, -latitude));
  const shape = state === 'down'
    ? svg('path', { d: 'M-3.5-3.5 3.5 3.5M-3.5 3.5 3.5-3.5' })
    : svg('circle', { r: 4 });
  const isLeft = longitude > 120;
  const label = svg('text', { x: isLeft ? -7 : 7, y: 3.5, 'text-anchor': isLeft ? 'end' : 'start' }, name);
  return svg('g', { class: `map-mark is-${state}`, transform: `translate(${longitude} ${y})` },
    svg('title', {}, `${name}: ${said(state)}`), shape, label);
}

/// `centers` have name, state, latitude and longitude; `said(state)` is a state in words.
export function worldMap(centers, label, said) {
  return svg('svg', {
    viewBox: `-180 ${-TOP} 360 ${TOP - BOTTOM}`, class: 'map', role: 'img', 'data-testid': 'map',
    'aria-label': `${label}. ${centers.map((c) => `${c.name}: ${said(c.state)}`).join(', ')}`,
  }, ...LAND.map(land), lines(), ...centers.map((c) => mark(c, said)));
}
