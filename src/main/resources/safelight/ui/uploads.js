// Files on their way: at most three at a time, progress and problems for each.
import { upload, waitSeconds } from './api.js';
import { h, icon, say, sayIn, write } from './dom.js';
import { size } from './i18n.js';
import { MAY_GO_ON, uploadInParts } from './tus.js';

const AT_ONCE_MAX = 3;
const ATTEMPTS_MAX = 4;
const SHOWN_DONE_MS = 2500;

/// Larger files go in parts, and so need not begin again when something breaks.
const IN_ONE_PIECE_BYTES_MAX = 1 << 20;

/// The list of uploads; `arrived(photo)` is called for each that ends well.
export function uploads(arrived) {
  const list = h('ul.uploads', { testid: 'uploads', label: 'upload.title' });
  const waiting = [];
  let running = 0;

  function add(files) {
    for (const file of files) {
      const row = uploadRow(file);
      row.onRetry = () => {
        waiting.push(row);
        pump();
      };
      row.onStop = () => {
        const index = waiting.indexOf(row);
        if (index >= 0) waiting.splice(index, 1);
      };
      list.append(row.element);
      waiting.push(row);
    }
    pump();
  }

  function pump() {
    while (running < AT_ONCE_MAX && waiting.length) {
      running++;
      run(waiting.shift()).finally(() => {
        running--;
        pump();
      });
    }
  }

  async function run(row) {
    for (let attempt = 1; ; attempt++) {
      try {
        row.sending(0);
        const photo = await sent(row);
        row.done();
        arrived(photo);
        return;
      } catch (e) {
        if (e.name === 'AbortError') return;
        const passing = !isInParts(row.file) && (e.isAway || e.status === 429);
        if (!passing || attempt >= ATTEMPTS_MAX) {
          row.failed(e);
          return;
        }
        await row.again(waitSeconds(e, attempt));
        if (row.signal.aborted) return;
      }
    }
  }

  const stop = () => {
    waiting.length = 0;
    for (const row of [...list.children]) row.leave?.();
  };
  return { element: list, add, close: stop };
}

const isInParts = (file) => file.size > IN_ONE_PIECE_BYTES_MAX;

function sent(row) {
  return isInParts(row.file)
    ? uploadInParts(row.file, row, row.signal)
    : upload(row.file, row.sending, row.signal);
}

function uploadRow(file) {
  let best = 0;
  const abort = new AbortController();
  const state = h('span.upload-state', { t: 'upload.waiting', testid: 'upload-state' });
  const bar = h('div.bar', {
    role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': 0,
    'aria-label': file.name,
  }, h('i'));
  const retry = h('button.icon-button', {
    type: 'button', testid: 'upload-retry', label: ['upload.retry', { name: file.name }],
    hidden: true,
  }, icon('retry'));
  const close = h('button.icon-button', {
    type: 'button', testid: 'upload-stop', label: ['upload.stop', { name: file.name }],
  }, icon('close'));
  const element = h('li.upload', { testid: 'upload', 'data-state': 'waiting' },
    h('span.upload-name', {}, file.name),
    h('span.upload-size', {}, size(file.size)), state, h('span.row', {}, retry, close), bar);
  const fill = (share) => {
    bar.firstChild.style.transform = `scaleX(${share})`;
    bar.setAttribute('aria-valuenow', String(Math.round(share * 100)));
  };
  const row = {
    file, element, signal: abort.signal, onRetry() {}, onStop() {},
    // What has left may have to leave again; the bar does not go back for that.
    sending(now) {
      const share = best = Math.max(best, now);
      element.dataset.state = 'sending';
      fill(share);
      if (share >= 1) say(state, 'upload.checking');
      else say(state, 'upload.sending', { percent: Math.round(share * 100) });
    },
    done() {
      element.dataset.state = 'done';
      fill(1);
      say(state, 'upload.done');
      setTimeout(() => element.remove(), SHOWN_DONE_MS);
    },
    failed(problem) {
      element.dataset.state = 'failed';
      if (problem.key) say(state, problem.key, problem.values);
      else write(state, problem.message);
      state.setAttribute('role', 'alert');
      retry.hidden = false;
    },
    again: (seconds) => new Promise((resolve) => {
      say(state, 'upload.again', { seconds });
      setTimeout(resolve, seconds * 1000);
      abort.signal.addEventListener('abort', resolve);
    }),
    stop(mayGoOn) {
      row.onStop();
      abort.abort(mayGoOn);
      element.remove();
    },
  };
  element.leave = () => row.stop(MAY_GO_ON);
  close.onclick = () => row.stop();
  retry.onclick = () => {
    best = 0;
    retry.hidden = true;
    state.removeAttribute('role');
    element.dataset.state = 'waiting';
    say(state, 'upload.waiting');
    close.focus();
    row.onRetry();
  };
  sayIn(close, 'title', 'close');
  return row;
}
