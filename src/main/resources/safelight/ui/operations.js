// The operations page: where the data centers are, how they are, what runs and what waits.
import { languageSwitch } from './account.js';
import { call } from './api.js';
import { h, say, write } from './dom.js';
import { language, onLanguage, size, t } from './i18n.js';
import { worldMap } from './world.js';

const LOOK_EVERY_MS = 2000;
const QUEUE = ['waiting', 'ready', 'delivering', 'scheduled', 'dead'];
const LANES = ['interactive', 'normal', 'bulk'];
const ROLES = ['web', 'worker', 'broker', 'autoscaler', 'dns'];

const app = document.getElementById('app');
const banner = document.getElementById('banner');
const content = h('main.ops', { testid: 'operations' });
let last;

/// Up, down, drained; unknown where no DNS server says so.
function state(center) {
  if (!center.dns) return center.replication?.lost ? 'lost' : 'noDns';
  if (center.dns.drained) return 'drained';
  return center.dns.up ? 'up' : 'down';
}

/// Seconds for a person: 4 s, 3 min, 2 h, 5 d.
function age(seconds) {
  const steps = [[86400, 'day'], [3600, 'hour'], [60, 'minute'], [1, 'second']];
  const [step, unit] = steps.find(([s]) => seconds >= s) ?? steps.at(-1);
  return Math.floor(seconds / step).toLocaleString(language(), { style: 'unit', unit, unitDisplay: 'short' });
}

const since = (time) => age(Math.max(0, (Date.now() - Date.parse(time)) / 1000));
const number = (value, digits = 0) => value.toLocaleString(language(), { maximumFractionDigits: digits });

function fact(key, ...value) {
  return h('div.ops-fact', {}, h('dt', { t: key }), h('dd', {}, ...value));
}

function lag(replication) {
  if (replication.waiting === 0) return t('ops.lagNone');
  const { waiting, bytes, oldestSeconds } = replication;
  return t('ops.lagSome', { n: number(waiting), size: size(bytes), age: age(oldestSeconds) });
}

function roles(running) {
  const known = ROLES.filter((role) => running[role]);
  const others = Object.keys(running).filter((role) => !ROLES.includes(role));
  return [...known, ...others].map((role) => `${running[role]} ${role}`).join(', ') || '0';
}

function card(center) {
  const { name, desired, running, replication } = center;
  const wanted = desired.web !== (running.web ?? 0) || desired.worker !== (running.worker ?? 0);
  return h('li.ops-card', { testid: 'center' },
    h('div.ops-head', {}, h('h3', {}, name),
      h(`span.ops-state.is-${state(center)}`, { t: `ops.${state(center)}`, testid: `state-${name}` })),
    h('dl', {},
      fact('ops.running', roles(running),
        wanted && h('span.hint', {}, ` (${t('ops.wanted', { n: `${desired.web} web, ${desired.worker} worker` })})`)),
      replication && fact('ops.lag', lag(replication)),
      replication && fact('ops.seen', t('ops.ago', { age: age(replication.seenSeconds) }))),
    replication?.waitsFor && h('p.complaint', { t: ['ops.waitsFor', { why: replication.waitsFor }] }));
}

function queue({ queue: counts, lanes, dataCenter }) {
  return h('section.ops-section', { testid: 'line' },
    h('h2', { t: ['ops.line', { name: dataCenter }] }),
    h('dl.ops-numbers', {},
      QUEUE.map((key) => fact(`ops.${key}`, number(counts[key]))),
      fact('ops.oldest', age(counts.oldestSeconds))),
    h('h3.ops-small', { t: 'ops.lanes' }),
    h('dl.ops-numbers', { testid: 'lanes' }, LANES.map((key) => fact(`ops.${key}`, number(lanes[key])))));
}

function instances(all) {
  if (!all) return h('p.hint', { t: 'ops.admin' });
  const row = (i) => h('tr', {},
    h('td', {}, i.role), h('td', {}, i.dataCenter), h('td', {}, since(i.startedAt)),
    h('td', {}, i.places ? `${number(i.busy, 1)} / ${number(i.places)}` : ''),
    h('td', {}, number(i.cpuCores, 2)),
    h('td.ops-id', {}, i.id, i.draining && h('span.hint', { t: 'ops.leaving' })));
  const sorted = [...all].sort((a, b) =>
    a.dataCenter.localeCompare(b.dataCenter) || a.role.localeCompare(b.role) || a.id.localeCompare(b.id));
  const head = ['role', 'where', 'age', 'load', 'cpu'].map((key) => h('th', { t: `ops.${key}`, scope: 'col' }));
  return h('div.ops-scroll', { tabIndex: 0, label: 'ops.instances', role: 'region' },
    h('table', { testid: 'instances' },
      h('thead', {}, h('tr', {}, head, h('th', { scope: 'col' }, 'id'))), h('tbody', {}, sorted.map(row))));
}

function show(cluster) {
  last = cluster;
  const placed = cluster.dataCenters.filter((c) => c.dns);
  const steer = placed.map((c) => ({ name: c.name, state: state(c), ...c.dns }));
  const time = new Date().toLocaleTimeString(language());
  content.replaceChildren(
    ...(steer.length ? [worldMap(steer, t('ops.map'), (s) => t(`ops.${s}`))] : []),
    h('section.ops-section', {}, h('h2', { t: 'ops.centers' }),
      h('ul.ops-cards', {}, cluster.dataCenters.map(card)),
      steer.length > 0 && h('p.hint', { t: 'ops.drainHint' })),
    queue(cluster),
    h('section.ops-section', {}, h('h2', { t: 'ops.instances' }), instances(cluster.instances)),
    h('p.hint', { t: ['ops.updated', { time }] }));
}

async function look() {
  try {
    const scroll = content.querySelector('.ops-scroll')?.scrollLeft ?? 0;
    show(await call('GET', '/cluster', { once: true, quiet: true }));
    const table = content.querySelector('.ops-scroll');
    if (table) table.scrollLeft = scroll;
    banner.hidden = true;
  } catch (e) {
    if (e.status === 401) return content.replaceChildren(h('p', { t: 'ops.signIn', testid: 'sign-first' }));
    if (e.key) say(banner, e.key, e.values);
    else write(banner, e.message);
    banner.hidden = false;
  }
  return setTimeout(look, LOOK_EVERY_MS);
}

const title = () => { document.title = `${t('ops.title')} – Safelight`; };
title();
onLanguage(() => {
  title();
  if (last) show(last);
});
app.replaceChildren(
  h('header.ops-top', {}, h('h1', { t: 'ops.title' }),
    h('div.row', {}, h('a.link', { t: 'ops.main', href: '/' }), languageSwitch())),
  content);
look();
