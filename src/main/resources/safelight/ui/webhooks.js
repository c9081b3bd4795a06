// The dialog with what webhooks were told, and the secret that signs it.
import { call } from './api.js';
import { busy, complaint, confirmed, h, write } from './dom.js';

const SHOWN = 50;

/// Shows the latest deliveries, each with its state and a button that sends it again.
export function showWebhooks() {
  const trouble = complaint('webhooks-problem');
  const list = h('ul.hooks', { testid: 'webhooks-list' });
  const none = h('p', { t: 'webhooks.none', testid: 'webhooks-none', hidden: true });
  const secret = h('code.secret', { testid: 'webhooks-secret', hidden: true });
  const show = h('button.button', { t: 'webhooks.show', type: 'button', testid: 'webhooks-show' });
  const replace = h('button.button', { t: 'webhooks.replace', type: 'button', testid: 'webhooks-replace' });
  const again = h('button.button', { t: 'webhooks.look', type: 'button', testid: 'webhooks-look' });
  const close = h('button.button.primary', { t: 'close', type: 'button', testid: 'webhooks-close' });
  const dialog = h('dialog.dialog', { testid: 'webhooks-dialog', 'aria-labelledby': 'webhooks-title' },
    h('h2', { t: 'webhooks.title', id: 'webhooks-title' }), h('p', { t: 'webhooks.hint' }),
    none, list, trouble.element, secret,
    h('div.row.end', {}, show, replace, again, close));

  async function attempt(work) {
    trouble.clear();
    try {
      await work();
    } catch (e) {
      trouble.show(e);
    }
  }

  const look = () => attempt(async () => {
    const page = await call('GET', `/webhooks/deliveries?limit=${SHOWN}`);
    list.replaceChildren(...page.deliveries.map(row));
    none.hidden = page.deliveries.length > 0;
  });

  function row(delivery) {
    const resend = h('button.button', { t: 'webhooks.resend', type: 'button', testid: 'webhooks-resend' });
    resend.onclick = () => busy(resend, () => attempt(async () => {
      const path = `/webhooks/deliveries/${delivery.id}/resend`;
      const next = row(await call('POST', path, { once: true }));
      item.replaceWith(next);
      next.querySelector('button').focus();
    }));
    const item = h('li', { testid: 'webhooks-delivery' },
      h('span', { t: `webhooks.${delivery.state}`, testid: 'webhooks-state' }), h('span', {}, delivery.type),
      h('span.hook-url', { 'data-url': delivery.url }, delivery.url), resend);
    item.dataset.state = delivery.state;
    return item;
  }

  function reveal(secrets) {
    write(secret, secrets.secret);
    secret.hidden = false;
  }

  show.onclick = () => busy(show, () => attempt(async () =>
    reveal(await call('GET', '/account/webhook-secret'))));
  replace.onclick = () => confirmed({
    title: 'webhooks.replace', text: 'webhooks.replaceHint', yes: 'webhooks.replace',
    work: async () => reveal(await call('POST', '/account/webhook-secret', { once: true })),
  });
  again.onclick = () => busy(again, look);
  close.onclick = () => dialog.close();
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
  look();
}
