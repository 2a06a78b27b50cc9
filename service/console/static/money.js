// The Sankey of a place's money, drawn from the table of flows; what takes longer than the page is asked for after it.

import { told } from './frame.js';
import { ask, cut, draw, plain, ready } from './drawing.js';

const COLOURS = { source: '#0b4f8a', above: '#5b7083', level: '#8c1d18', end: '#2e7d46' };
const LINE = 'rgba(120, 130, 140, 0.35)';

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

async function whole() {
  const chart = document.getElementById('sankey');
  if (!chart || !ready()) return;
  const { ends, links } = flows();
  const yuan = told('元', 'yuan');
  const trace = {
    type: 'sankey',
    arrangement: 'snap',
    node: {
      label: ends.map((one) => `${plain(cut(one.name, 16))} ${many(Math.max(one.came, one.went))}`),
      color: ends.map((one) => COLOURS[one.tone]),
      customdata: ends.map((one) => one.href),
      hovertemplate: `%{label} ${yuan}<extra></extra>`,
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
      hovertemplate: `%{source.label} → %{target.label}<br>%{label} ${yuan}<extra></extra>`,
    },
  };
  await draw(chart, [trace], { height: Math.max(320, 60 + ends.length * 30), margin: { l: 12, r: 12, t: 14, b: 14 } });
  if (chart.dataset.heard) return;
  chart.dataset.heard = 'yes';
  chart.on('plotly_click', (event) => {
    const href = event.points[0].customdata;
    if (typeof href === 'string' && href) window.location.assign(href);
  });
}

async function all() {
  await whole();
  await ask(document.getElementById('vacant'));
}

document.addEventListener('zeren:swapped', all);
all();
