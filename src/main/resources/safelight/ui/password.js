// The dialog that changes the password.
import { call } from './api.js';
import { busy, complaint, h, say, textField } from './dom.js';

const POINTERS = { '/current': 'current', '/new': 'next' };

/// Asks for the old and the new password, and stays until it is done or given up.
export function changePassword(account) {
  const trouble = complaint('password-problem');
  const fields = {
    current: textField('password', 'current', { type: 'password', autocomplete: 'current-password', maxLength: 1000 }),
    next: textField('password', 'new', { type: 'password', autocomplete: 'new-password', maxLength: 1000 }),
  };
  const no = h('button.button', { t: 'cancel', type: 'button', testid: 'password-no' });
  const go = h('button.button.primary', { t: 'password.go', type: 'submit', testid: 'password-go' });
  const done = h('p', { role: 'status', testid: 'password-done', hidden: true });
  const form = h('form', { onsubmit: submit },
    // Password managers want to know whose it is.
    h('input', { type: 'email', autocomplete: 'username', value: account.email, readOnly: true, hidden: true }),
    fields.current.element, fields.next.element, trouble.element, h('div.row.end', {}, no, go));
  const hint = h('p', { t: 'password.hint' });
  const dialog = h('dialog.dialog', { testid: 'password', 'aria-labelledby': 'password-title' },
    h('h2', { t: 'password.title', id: 'password-title' }), hint, done, form);

  function submit(e) {
    e.preventDefault();
    trouble.clear();
    for (const field of Object.values(fields)) field.accept();
    return busy(go, async () => {
      const json = { current: fields.current.input.value, new: fields.next.input.value };
      try {
        await call('PUT', '/account/password', { json, once: true });
        finish();
      } catch (e) {
        complain(e);
      }
    });
  }

  function complain(e) {
    const known = e.errors?.filter((error) => POINTERS[error.pointer]) ?? [];
    for (const error of known) fields[POINTERS[error.pointer]].refuse(error.detail);
    if (!known.length) trouble.show(e);
    fields[known.length ? POINTERS[known[0].pointer] : 'current'].input.focus();
  }

  function finish() {
    const close = h('button.button.primary', { t: 'close', type: 'button', testid: 'password-close' });
    close.onclick = () => dialog.close();
    form.replaceWith(h('div.row.end', {}, close));
    say(done, 'password.done');
    done.hidden = false;
    hint.hidden = true;
    close.focus();
  }

  no.onclick = () => dialog.close();
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
}
