// The filter over failed jobs: by code, text and time of their end, and all of these once more.
import { announce, busy, complaint, h, icon, say } from './dom.js';
import { t } from './i18n.js';
import * as jobs from './jobs.js';

/// A switch and, while it is on, a form. `change(filter)` is told what to show: nothing for all
/// jobs, `{}` for all failed ones; it answers once they are read.
export function failedFilter(change) {
  const trouble = complaint('failed-problem');
  const done = h('p.hint', { testid: 'failed-done', role: 'status' });
  const codes = h('datalist', { id: 'failed-codes' });
  const field = (name, props) => h('input', {
    testid: `failed-${name}`, label: `failed.${name}`, title: `failed.${name}`, spellcheck: false,
    onchange: apply, ...props,
  });
  const code = field('code', { hint: 'failed.code', list: codes.id, maxLength: 20 });
  const text = field('text', { hint: 'failed.text', type: 'search', maxLength: 200 });
  const since = field('since', { type: 'datetime-local' });
  const until = field('until', { type: 'datetime-local' });
  const again = h('button.button.small', { type: 'button', testid: 'failed-retry' }, icon('retry'),
    h('span', { t: 'failed.retry' }));
  const timed = (key, input) => h('label', {}, h('span', { t: key }), input);
  const form = h('form.failed-form', { hidden: true, testid: 'failed-form' }, code, text, codes,
    timed('failed.since', since), timed('failed.until', until),
    h('div.row', {}, again, done), trouble.element);
  const toggle = h('button.button.small', {
    t: 'jobs.failedOnly', type: 'button', testid: 'jobs-failed', 'aria-pressed': 'false',
  });

  const isOn = () => toggle.getAttribute('aria-pressed') === 'true';
  const time = ({ value }) => value && new Date(value).toISOString();

  function filter() {
    const all = {
      code: code.value.trim().toUpperCase(), text: text.value.trim(), since: time(since),
      until: time(until),
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
  }

  function apply() {
    trouble.clear();
    say(done, '');
    return change(isOn() ? filter() : undefined);
  }

  toggle.onclick = () => busy(toggle, () => {
    toggle.setAttribute('aria-pressed', String(!isOn()));
    form.hidden = !isOn();
    return apply();
  });
  again.onclick = () => busy(again, async () => {
    trouble.clear();
    try {
      const { retried, more } = await jobs.retryDead(filter());
      const said = [more ? 'failed.someDone' : retried === 1 ? 'failed.done.one' : 'failed.done', { retried }];
      say(done, ...said);
      announce(t(...said));
    } catch (e) {
      trouble.show(e);
    }
  });
  form.onsubmit = (e) => e.preventDefault();

  let suggested = '';
  return {
    element: h('div.failed', {}, toggle, form),
    /// Offers these codes to choose from.
    suggest(list) {
      if (suggested === list.join()) return;
      suggested = list.join();
      codes.replaceChildren(...list.map((value) => h('option', { value })));
    },
  };
}
