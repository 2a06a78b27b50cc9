// The Sankey of a place's money, drawn from the table of flows; what takes longer than the page is asked for after it.

import { told } from './frame.js';
import { ask, cut, draw, plain, ready } from './drawing.js';

const COLOURS = { source: '#0b4f8a', above: '#5b7083', level: '#8c1d18', end: '#2e7d46' };
const LINE = 'rgba(120, 130, 140, 0.35)';
const APART = 20; // px between texts side by side: on paper the columns are nearer to each other

/** The ends and the flows between them, as the table has them. */
function flows() {
  const ends = new Map();
  const links = [];
  const end = (key, name, tone, cell) => {
    if (!ends.has(key)) {
      const link = cell.querySelector('a');
      ends.set(key, { at: ends.size, name, tone, href: link ? link.href : '', came: 0, went: 0 });
    }
    return ends.get(key);
  };
  document.querySelectorAll('#flows tr[data-amount]').forEach((row) => {
    const said = row.dataset;
    const from = end(said.from, said.fromName, said.fromTone, row.cells[0]);
    const to = end(said.to, said.toName, said.toTone, row.cells[1]);
    const amount = Number(said.amount);
    from.went += amount;
    to.came += amount;
    links.push({ from: from.at, to: to.at, amount, told: row.cells[2].textContent });
  });
  return { ends: Array.from(ends.values()), links };
}

function many(amount) {
  return amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function touch(one, other) {
  return one.left < other.right + APART && other.left < one.right + APART && one.top < other.bottom && other.top < one.bottom;
}

/** The texts of the ends so that none lies on another: amounts where there is room beside all names; null as drawn. */
function fitting(chart, ends) {
  const nodes = Array.from(chart.querySelectorAll('.sankey-node'));
  const texts = nodes.map((node) => node.querySelector('.node-label'));
  if (nodes.length !== ends.length || texts.some((text, at) => !text || text.textContent !== ends[at].full)) return null;
  const fit = ends.map((one, at) => {
    const full = texts[at].getBoundingClientRect();
    const wide = texts[at].getSubStringLength(0, one.short.length);
    const left = texts[at].getAttribute('text-anchor') === 'end' ? full.right - wide : full.left;
    return { at, size: Math.max(one.came, one.went), full, left, right: left + wide, top: full.top, bottom: full.bottom };
  });
  const free = (box, placed) => !placed.some((other) => touch(box, other));
  const placed = fit.sort((one, other) => other.size - one.size).reduce((some, one) => (free(one, some) ? some.concat(one) : some), []);
  const said = ends.map(() => '');
  placed.forEach((one) => {
    const whole = free(one.full, placed.filter((other) => other !== one));
    if (whole) Object.assign(one, { left: one.full.left, right: one.full.right });
    said[one.at] = plain(whole ? ends[one.at].full : ends[one.at].short);
  });
  return said;
}

async function whole() {
  const chart = document.getElementById('sankey');
  if (!chart || !ready()) return;
  const { ends, links } = flows();
  ends.forEach((one) => {
    one.short = cut(one.name, 16);
    one.full = `${one.short} ${many(Math.max(one.came, one.went))}`;
  });
  const yuan = told('元', 'yuan');
  const trace = {
    type: 'sankey',
    arrangement: 'snap',
    node: {
      label: ends.map((one) => plain(one.full)),
      color: ends.map((one) => COLOURS[one.tone]),
      customdata: ends.map((one) => [one.href, plain(one.full)]),
      hovertemplate: `%{customdata[1]} ${yuan}<extra></extra>`,
      pad: 26,
      thickness: 16,
      line: { width: 0 },
    },
    link: {
      source: links.map((one) => one.from),
      target: links.map((one) => one.to),
      value: links.map((one) => one.amount),
      label: links.map((one) => one.told),
      color: links.map(() => LINE),
      hovertemplate: `%{source.customdata[1]} → %{target.customdata[1]}<br>%{label} ${yuan}<extra></extra>`,
    },
  };
  const layout = { height: Math.max(320, 60 + ends.length * 30), margin: { l: 12, r: 12, t: 14, b: 14 } };
  await draw(chart, [trace], layout);
  const label = fitting(chart, ends);
  if (label) await draw(chart, [Object.assign({}, trace, { node: Object.assign({}, trace.node, { label }) })], layout);
  if (chart.dataset.heard) return;
  chart.dataset.heard = 'yes';
  chart.on('plotly_click', (event) => {
    const [href] = event.points[0].customdata || [''];
    if (href) window.location.assign(href);
  });
}

async function all() {
  await whole();
  await ask(document.getElementById('vacant'));
}

document.addEventListener('zeren:swapped', all);
all();
