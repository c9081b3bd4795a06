// Starts the page: who is signed in, the frame around everything, and which view the address names.
import { call, listen } from './api.js';
import { accountMenu, languageSwitch } from './account.js';
import * as batches from './batches.js';
import { compareView } from './compare.js';
import { announce, h, icon, say } from './dom.js';
import { editorView } from './editor.js';
import { t } from './i18n.js';
import * as jobs from './jobs.js';
import { jobsPanel } from './jobs-panel.js';
import { library } from './library.js';
import { signCard } from './sign.js';

const app = document.getElementById('app');
const banner = document.getElementById('banner');
const LIVE_PATIENCE_MS = 3000;
let inside;
let pause;

listen({
  signedOut: () => inside && leave('sign.expired'),
  waiting: (problem, seconds, goOn) => {
    if (problem.message) say(banner, 'away.said', { detail: problem.message, seconds });
    else say(banner, 'away.wait', { seconds });
    const now = h('button.link', { t: 'away.now', type: 'button', onclick: goOn });
    banner.append(' ', now);
    banner.hidden = false;
  },
  back: () => {
    if (!banner.dataset.live) banner.hidden = true;
  },
});

/// A stream that is back soon is nobody's concern.
function live(isUp) {
  clearTimeout(pause);
  if (isUp) {
    delete banner.dataset.live;
    banner.hidden = true;
    return;
  }
  pause = setTimeout(() => {
    if (!inside || !banner.hidden) return;
    banner.dataset.live = 'down';
    say(banner, 'away.live');
    banner.hidden = false;
  }, LIVE_PATIENCE_MS);
}

async function boot() {
  try {
    enter((await call('GET', '/session', { quiet: true })).account);
  } catch (e) {
    showSign(e.status === 401 ? undefined : e);
  }
}

function showSign(problem) {
  document.title = 'Safelight';
  app.replaceChildren(
    h('div.gate', {}, h('header.gate-top', {}, languageSwitch()), signCard(enter, problem)),
  );
  [...app.querySelectorAll('input')].find((input) => input.offsetParent)?.focus();
}

function leave(key) {
  inside?.close();
  inside = undefined;
  jobs.forget();
  batches.forget();
  sessionStorage.clear();
  banner.hidden = true;
  if (!key) history.replaceState(null, '', '#/');
  showSign(key && { key });
}

function enter(account) {
  inside = frame(account);
  app.replaceChildren(...inside.elements);
  jobs.follow(live).catch(() => {});
  batches.follow().catch(() => {});
  inside.show();
}

function brand() {
  return h('a.brand', { href: '#/', testid: 'brand' },
    h('img', { src: '/ui/icon.svg', width: 28, height: 28, alt: '' }), h('span', {}, 'Safelight'));
}

function frame(account) {
  const photos = library();
  const panel = jobsPanel();
  const home = h('div.home', { testid: 'home' }, photos.element, panel.element);
  const main = h('main', { id: 'content', tabIndex: -1 }, home);
  const count = h('span.count', { testid: 'open-jobs' });
  const tabs = h('nav.tabs', { label: 'nav.main' },
    h('a', { href: '#/', testid: 'tab-photos' }, icon('photos'), h('span', { t: 'nav.photos' })),
    h('a', { href: '#/jobs', testid: 'tab-jobs' }, icon('jobs'), h('span', { t: 'nav.jobs' }),
      count));
  const stopCounting = jobs.watch(() => {
    const open = jobs.allJobs().filter(jobs.isOpen).length;
    count.textContent = open || '';
  });
  const skip = h('a.skip', {
    t: 'skip', href: '#content', onclick: (e) => {
      e.preventDefault();
      main.focus();
    },
  });
  const menu = accountMenu(account, leave);
  const top = h('header.top', {}, brand(), h('div.row', {}, languageSwitch(), menu.element));
  let view;

  function show() {
    const { name, id } = route();
    const from = view;
    view?.close();
    view?.element.remove();
    view = name === 'photo' ? editorView(id) : name === 'job' ? compareView(id) : undefined;
    home.hidden = Boolean(view);
    document.body.classList.toggle('focused', Boolean(view));
    home.classList.toggle('shows-jobs', name === 'jobs');
    for (const tab of tabs.querySelectorAll('a'))
      tab.toggleAttribute('aria-current', tab.hash === (name === 'jobs' ? '#/jobs' : '#/'));
    if (view) {
      main.append(view.element);
      scrollTo(0, 0);
      view.element.querySelector('h1')?.focus({ preventScroll: true });
    } else if (from) {
      home.querySelector(`[data-id="${from.id}"] a`)?.focus({ preventScroll: true });
      scrollTo(0, home.scrollKept ?? 0);
    }
    const title = view ? t(name === 'photo' ? 'edit.title' : 'jobs.compare') : t('nav.photos');
    document.title = `${title} · Safelight`;
    if (view || from) announce(title);
  }

  const keepScroll = () => {
    if (!home.hidden) home.scrollKept = scrollY;
  };
  addEventListener('hashchange', show);
  addEventListener('scroll', keepScroll, { passive: true });
  return {
    elements: [skip, top, main, tabs],
    show,
    close() {
      removeEventListener('hashchange', show);
      removeEventListener('scroll', keepScroll);
      stopCounting();
      document.body.classList.remove('focused');
      for (const part of [view, photos, panel]) part?.close();
    },
  };
}

function route() {
  const [, name, id] = location.hash.split('/');
  if ((name === 'photo' || name === 'job') && /^\w+$/.test(id ?? '')) return { name, id };
  return { name: name === 'jobs' ? 'jobs' : 'photos' };
}

boot();
