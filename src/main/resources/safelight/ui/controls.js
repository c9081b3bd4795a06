// Form parts of the editor: a slider with a number beside it, a group of choices, a number.
import { h } from './dom.js';

const NOTCHES = 1000;

/// A slider and a number field for one value from 0 (off, if `least` allows) to `most`. The slider
/// runs by squares, so that small values, where the eye is keen, have the most room.
export function slider({ name, text, label, least, most, step, linear, change }) {
  const power = linear ? 1 : 2;
  const digits = step < 0.1 ? 2 : step < 1 ? 1 : 0;
  const floor = linear ? least : 0;
  const toPosition = (value) => (Math.max(0, value - floor) / (most - floor)) ** (1 / power) * NOTCHES;
  const toValue = (position) => floor + (position / NOTCHES) ** power * (most - floor);
  const range = h('input', {
    type: 'range', min: 0, max: NOTCHES, step: 1, testid: name, label,
    oninput: () => put(toValue(Number(range.value)), true),
    onkeydown: nudge,
  });
  const number = h('input.number', {
    type: 'number', inputMode: 'decimal', min: least, max: most, step, testid: `${name}-number`,
    label,
    oninput: () => number.validity.valid && number.value !== '' && put(Number(number.value), true),
    onchange: () => {
      put(Number(number.value), true);
      number.value = String(value);
    },
  });
  let value = least;

  /// What is being typed is left alone until it is done.
  function put(wanted, isTold) {
    const steps = Math.round(Math.max(least, Math.min(most, wanted || 0)) / step);
    value = Number((steps * step).toFixed(digits));
    if (least === 0 && value > 0 && value < step) value = step;
    range.value = String(toPosition(value));
    range.style.setProperty('--fill', `${range.value / (NOTCHES / 100)}%`);
    range.setAttribute('aria-valuetext', String(value));
    if (document.activeElement !== number) number.value = String(value);
    if (isTold) change(value);
  }

  /// Keys move by steps of the value, not of the slider's hidden scale.
  function nudge(e) {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
    if (!(e.key in by)) return;
    e.preventDefault();
    put(value + by[e.key] * step, true);
  }

  const element = h('div.slider', {}, h('span.slider-name', { t: text }), range,
    number);
  return { element, put, able: (isAble) => { range.disabled = number.disabled = !isAble; } };
}

/// Radio buttons that look like one bar; `choices` are [value, text key or plain text].
export function choice({ name, label, choices, change }) {
  const inputs = choices.map(([value, text]) => {
    const input = h('input', {
      type: 'radio', name, value, testid: `${name}-${value}`, onchange: () => change(value),
    });
    const word = text.includes('.') ? h('span', { t: text }) : h('span', {}, text);
    return [input, h('label', {}, input, word)];
  });
  const element = h('div.choices', { role: 'radiogroup', label }, inputs.map(([, box]) => box));
  return {
    element,
    put: (value) => inputs.forEach(([input]) => { input.checked = input.value === String(value); }),
  };
}

/// A small number field with a letter before it.
export function numberField({ name, letter, label, least, change }) {
  const input = h('input.number', {
    type: 'number', inputMode: 'numeric', min: least, step: 1, testid: name, label,
    onchange: () => change(input.value === '' ? NaN : Math.round(Number(input.value))),
  });
  return {
    element: h('label.lettered', {}, h('span', { t: letter, 'aria-hidden': 'true' }), input),
    put: (value) => { input.value = value; },
    input,
  };
}
