// The corner of the header: language, name, profile picture, signing out.
import { at, call } from './api.js';
import { busy, complaint, h, icon } from './dom.js';
import { language, LANGUAGES, speak } from './i18n.js';
import * as jobs from './jobs.js';
import { changePassword } from './password.js';
import { showWebhooks } from './webhooks.js';

const SHORT = { en: 'EN', ko: '한' };

/// Two buttons, one a language.
export function languageSwitch() {
  const buttons = Object.entries(LANGUAGES).map(([tag, name]) =>
    h('button', {
      type: 'button', lang: tag, 'aria-label': name.includes(SHORT[tag]) ? name : `${SHORT[tag]} ${name}`, title: name, testid: `language-${tag}`,
      onclick: () => {
        speak(tag);
        press();
      },
    }, SHORT[tag]));
  const press = () => {
    for (const button of buttons)
      button.setAttribute('aria-pressed', String(button.lang === language()));
  };
  press();
  return h('div.switch', { role: 'group', label: 'language' }, buttons);
}

/// The button with name and picture, and its menu; `leave()` is called when signed out.
export function accountMenu(account, leave) {
  const face = h('span.face', { testid: 'avatar' });
  const problem = complaint('account-problem');
  const picker = h('input', {
    type: 'file', accept: 'image/*', hidden: true, testid: 'avatar-file',
    onchange: () => picker.files[0] && change(picker.files[0]),
  });
  const picture = item('camera', 'account.picture', 'avatar-change', () => picker.click());
  const secret = item('key', 'account.password', 'password-change', () => {
    menu.hidePopover();
    changePassword(account);
  });
  const hooks = item('link', 'account.webhooks', 'webhooks', () => {
    menu.hidePopover();
    showWebhooks();
  });
  const out = item('out', 'account.out', 'sign-out', () => signOut(out, '/session'));
  const all = item('out', 'account.outAll', 'sign-out-all', () => signOut(all, '/sessions'));
  const waiting = h('p.hint', { t: 'account.pictureWait', hidden: true, role: 'status' });
  const menu = h('div.menu', { id: 'account-menu', popover: 'auto', testid: 'account-panel' },
    h('p.menu-who', {}, h('strong', {}, account.name), h('span', {}, account.email)),
    picture, waiting, problem.element, secret, hooks, out, all, picker);
  const button = h('button.who', {
    type: 'button', testid: 'account', label: ['account.menu', { name: account.name }],
  }, face, h('span.who-name', {}, account.name));
  button.setAttribute('popovertarget', menu.id);

  function paint(version) {
    if (!version) return face.replaceChildren(h('span', { 'aria-hidden': 'true' }, initials(account.name)));
    const img = h('img', { src: at.avatar(version), width: 32, height: 32, alt: '' });
    img.onerror = () => paint();
    return face.replaceChildren(img);
  }

  function change(file) {
    problem.clear();
    waiting.hidden = false;
    face.classList.add('working');
    return busy(picture, async () => {
      try {
        const headers = { 'Content-Type': file.type || 'application/octet-stream' };
        const begun = await jobs.ask('PUT', '/account/avatar', { body: file, headers, once: true });
        jobs.hide(begun.id);
        const done = await jobs.ended(begun.id);
        if (done.state === 'succeeded') paint(done.id);
        else if (done.error) refuse({ message: done.error.message });
      } catch (e) {
        refuse(e);
      } finally {
        waiting.hidden = true;
        face.classList.remove('working');
        picker.value = '';
      }
    });
  }

  /// Choosing a file may have closed the menu.
  function refuse(e) {
    problem.show(e);
    if (menu.isConnected && !menu.matches(':popover-open')) menu.showPopover();
  }

  const signOut = (from, path) => busy(from, async () => {
    problem.clear();
    try {
      await call('DELETE', path, { once: true });
      leave();
    } catch (e) {
      problem.show(e);
    }
  });

  paint(account.avatar ? account.id : undefined);
  return { element: h('div', {}, button, menu) };
}

function item(name, key, testid, onclick) {
  return h('button.menu-item', { type: 'button', testid, onclick }, icon(name),
    h('span', { t: key }));
}

const initials = (name) =>
  name.trim().split(/\s+/).map((word) => [...word][0] ?? '').slice(0, 2).join('').toUpperCase();
