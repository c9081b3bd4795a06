// The card to sign in or to create an account.
import { call } from './api.js';
import { busy, complaint, h, say, textField } from './dom.js';

const FIELDS = ['name', 'email', 'password'];

/// The card; `enter(account)` is called once someone is in. `problem` is shown at the start.
export function signCard(enter, problem) {
  let isNew = false;
  const trouble = complaint('sign-problem');
  const title = h('h1', { id: 'sign-title' });
  const fields = {
    name: textField('sign', 'name', { autocomplete: 'name', maxLength: 200 }),
    email: textField('sign', 'email', { type: 'email', autocomplete: 'username', maxLength: 254 }),
    password: textField('sign', 'password', { type: 'password', maxLength: 1000 }),
  };
  const show = h('input', {
    type: 'checkbox', id: 'sign-show', testid: 'sign-show',
    onchange: () => { fields.password.input.type = show.checked ? 'text' : 'password'; },
  });
  const go = h('button.button.primary.wide', { type: 'submit', testid: 'sign-go' });
  const toggle = h('button.link', {
    type: 'button', testid: 'sign-toggle', onclick: () => {
      isNew = !isNew;
      arrange();
      fields[isNew ? 'name' : 'email'].input.focus();
    },
  });
  const form = h('form', { onsubmit: submit, testid: 'sign-form' },
    ...FIELDS.map((name) => fields[name].element),
    h('label.check', { for: 'sign-show' }, show, h('span', { t: 'sign.show' })),
    trouble.element, go);

  function arrange() {
    say(title, isNew ? 'sign.upTitle' : 'sign.inTitle');
    say(go, isNew ? 'sign.up' : 'sign.in');
    say(toggle, isNew ? 'sign.toIn' : 'sign.toUp');
    fields.name.element.hidden = !isNew;
    fields.name.input.required = isNew;
    fields.password.input.autocomplete = isNew ? 'new-password' : 'current-password';
    quiet();
  }

  function quiet() {
    trouble.clear();
    for (const name of FIELDS) fields[name].accept();
  }

  function submit(e) {
    e.preventDefault();
    quiet();
    return busy(go, async () => {
      try {
        enter(await account());
      } catch (e) {
        complain(e);
      }
    });
  }

  async function account() {
    const value = (name) => fields[name].input.value;
    const json = { email: value('email').trim(), password: value('password') };
    const options = { json: isNew ? { ...json, name: value('name').trim() } : json, quiet: true };
    const answer = await call('POST', isNew ? '/accounts' : '/session', options);
    return answer.account ?? answer;
  }

  function complain(e) {
    const known = e.errors?.filter((error) => fields[error.pointer?.slice(1)]) ?? [];
    for (const error of known) fields[error.pointer.slice(1)].refuse(error.detail);
    if (!known.length) trouble.show(e);
    const first = known[0]?.pointer.slice(1) ?? 'password';
    fields[first].input.focus();
  }

  arrange();
  if (problem) trouble.show(problem);
  return h('main.card', { 'aria-labelledby': 'sign-title', testid: 'sign' },
    h('img.card-mark', { src: '/ui/icon.svg', width: 48, height: 48, alt: '' }),
    title, h('p.tagline', { t: 'tagline' }), form, toggle);
}
