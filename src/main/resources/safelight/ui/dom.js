// Small tools for building the page: elements, texts that follow the language, icons, dialogs.
import { t, onLanguage } from './i18n.js';

const SAID = Symbol('what an element says, by part');

/// An element. `spec` is `tag.class.class`; in `props`, `t` is a text key (or [key, values]),
/// `label`, `title` and `hint` are text keys for aria-label, title and placeholder, `id` is an id,
/// `testid` the stable name for tests, `on…` a listener, and the rest are properties or attributes.
export function h(spec, props = {}, ...children) {
  const [tag, ...classes] = spec.split('.');
  const element = document.createElement(tag || 'div');
  if (classes.length) element.className = classes.join(' ');
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

const SPOKEN = { label: 'aria-label', title: 'title', hint: 'placeholder' };

function set(element, name, value) {
  if (value == null) return;
  if (name === 't') say(element, ...[].concat(value));
  else if (name in SPOKEN) sayIn(element, SPOKEN[name], ...[].concat(value));
  else if (name === 'testid') element.dataset.testid = value;
  else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
  else if (name in element && name !== 'list' && name !== 'form') element[name] = value;
  else if (value !== false) element.setAttribute(name, value === true ? '' : value);
}

/// Shows the text `key` in `element`, in this language and the next one.
export function say(element, key, values) {
  remember(element, '', key, values);
  element.textContent = key ? t(key, values) : '';
}

/// The same for an attribute.
export function sayIn(element, attribute, key, values) {
  remember(element, attribute, key, values);
  element.setAttribute(attribute, t(key, values));
}

/// Shows a text that comes from elsewhere, such as a server's sentence.
export function write(element, text) {
  if (element[SAID]) delete element[SAID][''];
  element.textContent = text ?? '';
}

function remember(element, part, key, values) {
  element.dataset.said = '';
  (element[SAID] ??= {})[part] = [key, values];
}

onLanguage(() => {
  for (const element of document.querySelectorAll('[data-said]'))
    for (const [part, [key, values]] of Object.entries(element[SAID] ?? {}))
      part ? sayIn(element, part, key, values) : say(element, key, values);
});

/// Tells a screen reader, without showing anything.
export function announce(text) {
  document.getElementById('spoken').textContent = text;
}

/// Runs `work` with `button` disabled and marked busy; the focus stays where it was.
export async function busy(button, work) {
  if (button.getAttribute('aria-busy') === 'true') return undefined;
  const focused = document.activeElement === button;
  button.disabled = true;
  button.setAttribute('aria-busy', 'true');
  try {
    return await work();
  } finally {
    button.disabled = false;
    button.removeAttribute('aria-busy');
    if (focused && document.activeElement === document.body) button.focus();
  }
}

/// A place for a problem's sentence: `show(problem)` and `clear()`.
export function complaint(testid) {
  const element = h('p.complaint', { role: 'alert', testid, hidden: true });
  return {
    element,
    show(problem) {
      if (problem.key) say(element, problem.key, problem.values);
      else write(element, problem.message);
      element.hidden = false;
    },
    clear() {
      write(element, '');
      element.hidden = true;
    },
  };
}

/// A labelled field of a form, with a place for what is wrong: `accept()` and `refuse(sentence)`. Its
/// label is the text `FORM.NAME`.
export function textField(form, name, props) {
  const id = `${form}-${name}`;
  const error = h('p.complaint', { id: `${id}-error`, testid: `${id}-error`, hidden: true });
  const input = h('input', {
    id, name, required: true, testid: id, autocapitalize: 'off', spellcheck: false,
    'aria-describedby': error.id, ...props,
  });
  return {
    input,
    element: h('div.field', {}, h('label', { for: id, t: `${form}.${name}` }), input, error),
    accept() {
      error.hidden = true;
      input.removeAttribute('aria-invalid');
    },
    refuse(sentence) {
      error.textContent = sentence;
      error.hidden = false;
      input.setAttribute('aria-invalid', 'true');
    },
  };
}

const ICONS = {
  trash: 'M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12M10.5 10.5v5.5M13.5 10.5v5.5',
  upload: 'M12 16V5m0 0-4 4m4-4 4 4M5 16v3h14v-3',
  download: 'M12 5v10m0 0-4-4m4 4 4-4M5 19h14',
  back: 'M14.5 6 8.5 12l6 6',
  close: 'M7 7l10 10M17 7 7 17',
  retry: 'M18.5 12a6.5 6.5 0 1 1-2-4.7M19 4v4h-4',
  rotateLeft: 'M5.5 12a6.5 6.5 0 1 0 2-4.7M5 4v4h4',
  rotateRight: 'M18.5 12a6.5 6.5 0 1 1-2-4.7M19 4v4h-4',
  flipHorizontal: 'M12 4v16M9 8v8H4zM15 8v8h5z',
  flipVertical: 'M4 12h16M8 9h8V4zM8 15h8v5z',
  split: 'M12 4v16M9 9l-3 3 3 3M15 9l3 3-3 3',
  photos: 'M4 6h16v12H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9.5h.01',
  jobs: 'M5 7h14M5 12h14M5 17h8',
  camera: 'M4 8h3.5L9 6h6l1.5 2H20v10H4zM12 16a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  key: 'M14.5 9.5a4 4 0 1 0-3.8 4L12 15h2v2h2v2h3v-3l-4.7-4.7M9.5 9.5h.01',
  out: 'M10 5H5v14h5M14 8l4 4-4 4M18 12H9',
  stack: 'M4 9h12v10H4zM7 9V6h12v10h-3M4 16l3.5-3.5L12 17',
  play: 'M8 5.5v13l10.5-6.5z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  link: 'M9 15 15 9M10.5 6.5l1-1a4.2 4.2 0 0 1 6 6l-1 1M13.5 17.5l-1 1a4.2 4.2 0 0 1-6-6l1-1',
};

/// A line icon; decoration only, so it is hidden from screen readers.
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/// Asks before something that cannot be undone; `work` runs while the dialog stays open, and its
/// problem is shown in it. Answers whether it was done.
export function confirmed({ title, text, yes, work }) {
  return new Promise((resolve) => {
    const problem = complaint('confirm-problem');
    const no = h('button.button', { t: 'cancel', type: 'button', testid: 'confirm-no' });
    const go = h('button.button.danger', { t: yes, type: 'button', testid: 'confirm-yes' });
    const heading = h('h2', { t: title, id: 'confirm-title' });
    const dialog = h(
      'dialog.dialog',
      { testid: 'confirm', 'aria-labelledby': 'confirm-title' },
      heading, h('p', { t: text }), problem.element, h('div.row.end', {}, no, go),
    );
    let done = false;
    no.onclick = () => dialog.close();
    go.onclick = () => busy(go, async () => {
      try {
        await work();
        done = true;
        dialog.close();
      } catch (e) {
        problem.show(e);
      }
    });
    dialog.onclose = () => {
      dialog.remove();
      resolve(done);
    };
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  });
}
