// The chart of a timeline, drawn from the tables of the page: bars and signs in lanes, with zoom in the address.

import { announce, told } from './frame.js';
import { ask, cut, draw, plain, ready } from './drawing.js';
import { dayOf } from './instants.js';

const DAY = 86400000;
const TRACKS = 8; // of one lane, for what overlaps
const ROOMY = 25; // px of a track that has room for words
const NARROW = 9; // px of a track in a lane of many
const THIN = 8; // px at the foot of a lane, for how the post stood
const GAP = 8; // px between lanes
const STANDINGS = ['vacant', 'uncertain', 'contested'];
const COLOURS = {
  held: '#2e7d46', vacant: '#c62828', uncertain: '#7e6bc4', contested: '#b26a00', letter: '#1f6fb2', pairing: '#3a8a8a', visit: '#6b8e23',
  money: '#9a7400', project: '#8d6e63', finding: '#ad1457', rectification: '#d84315', accountability: '#6a1b9a', exit: '#00695c',
  work: '#607d8b', register: '#78909c', breached: '#9b1c1c', overdue: '#b26a00',
};
const chart = document.getElementById('chart');
const axis = document.getElementById('axis');

const msOf = (day) => Date.parse(day);

/** What the tables say, line by line, without what is hidden by a filter. */
function lines() {
  return Array.from(document.querySelectorAll('#items tr[data-lane], #breach-table tr[data-lane]')).map((row) => {
    const said = row.dataset;
    const link = row.querySelector('th a, td a');
    return {
      row,
      lane: said.lane,
      rank: Number(said.rank),
      tone: said.tone,
      label: said.label,
      told: said.told,
      from: said.from,
      until: said.until,
      sure: said.sure !== 'no',
      sureFrom: said.sureFrom,
      sureUntil: said.sureUntil,
      point: 'point' in said,
      href: link ? link.href : '',
    };
  });
}

/** The lanes from the top down, each with its lines on as few tracks as hold them without overlap. */
function lanes(all) {
  const found = new Map();
  all.forEach((line) => {
    if (!found.has(line.lane)) found.set(line.lane, { name: line.lane, rank: line.rank, lines: [], ends: [], foot: 0 });
    const lane = found.get(line.lane);
    if (STANDINGS.indexOf(line.tone) >= 0) {
      lane.foot = THIN;
      lane.lines.push(Object.assign(line, { track: -1 }));
      return;
    }
    const from = line.from || '0000';
    let track = lane.ends.findIndex((end) => end <= from);
    if (track < 0 && lane.ends.length < TRACKS) track = lane.ends.length;
    if (track < 0) track = lane.lines.length % TRACKS;
    lane.ends[track] = line.until || '9999';
    lane.lines.push(Object.assign(line, { track }));
  });
  const list = Array.from(found.values());
  list.sort((a, b) => a.rank - b.rank);
  let top = 0;
  list.forEach((lane) => {
    const track = lane.ends.length > 3 ? NARROW : ROOMY;
    Object.assign(lane, { top, track, height: track * lane.ends.length + lane.foot });
    top += lane.height + GAP;
  });
  return list;
}

/** Where the middle of a line stands in its lane, and how thick it is. */
function place(lane, line) {
  if (line.track < 0) return [lane.top + lane.height - THIN / 2, THIN * 0.8];
  return [lane.top + lane.track * (line.track + 0.5), lane.track * 0.9];
}

/** One bar for each run of days: the certain one solid, the merely possible ones hatched. */
function runs(line) {
  if (line.point) return [];
  if (!line.sure) return [{ from: line.from, until: line.until, solid: false }];
  const found = [{ from: line.sureFrom, until: line.sureUntil, solid: true }];
  if (line.from !== line.sureFrom) found.unshift({ from: line.from, until: line.sureFrom, solid: false });
  if (line.until !== line.sureUntil) found.push({ from: line.sureUntil, until: line.until, solid: false });
  return found;
}

function hover(line, solid) {
  const state = line.point ? '' : `<br>${solid ? told('确定', 'certain') : told('可能', 'possible')}`;
  return `${plain(line.lane)}<br>${plain(line.label)}<br>${plain(line.told)}${state}`;
}

function bars(list, first, last) {
  const trace = {
    type: 'bar', orientation: 'h', base: [], x: [], y: [], width: [], text: [], hovertext: [], customdata: [],
    textposition: 'inside', insidetextanchor: 'start', insidetextfont: { color: '#fff', size: 11 }, cliponaxis: true,
    hoverinfo: 'text', showlegend: false,
    marker: { color: [], line: { color: [], width: 1 }, pattern: { shape: [], fgcolor: [], bgcolor: [], size: 7, solidity: 0.35 } },
  };
  const ends = { type: 'scatter', mode: 'markers', x: [], y: [], hovertext: [], hoverinfo: 'text', showlegend: false, customdata: [], cliponaxis: false, marker: { symbol: [], color: [], size: 9, line: { color: '#fff', width: 1 } } };
  list.forEach((lane) => lane.lines.forEach((line) => {
    const [y, thick] = place(lane, line);
    const colour = COLOURS[line.tone] || COLOURS.work;
    runs(line).forEach((run) => {
      const from = run.from || first;
      const until = run.until || last;
      const strong = run.solid && line.tone !== 'vacant';
      trace.base.push(from);
      trace.x.push(Math.max(DAY, msOf(until) - msOf(from)));
      trace.y.push(y);
      trace.width.push(thick);
      trace.text.push(strong && thick > 20 ? plain(cut(line.label, 24)) : '');
      trace.hovertext.push(hover(line, run.solid));
      trace.customdata.push(line.href);
      trace.marker.color.push(colour);
      trace.marker.line.color.push(run.solid && line.tone !== 'vacant' ? '#fff' : colour);
      trace.marker.pattern.shape.push(run.solid ? (line.tone === 'vacant' ? 'x' : '') : '/');
      trace.marker.pattern.fgcolor.push(colour);
      trace.marker.pattern.bgcolor.push('#fff');
    });
    if (line.point) return;
    [[line.from, first, 'triangle-left'], [line.until, last, 'triangle-right']].forEach(([day, edge, symbol]) => {
      if (day) return;
      ends.x.push(edge);
      ends.y.push(y);
      ends.hovertext.push(`${hover(line, line.sure)}<br>${symbol === 'triangle-left' ? told('起始未载明', 'start not stated') : told('未载明结束', 'no end stated')}`);
      ends.customdata.push(line.href);
      ends.marker.symbol.push(symbol);
      ends.marker.color.push(colour);
    });
  }));
  return [trace, ends];
}

function points(list) {
  const trace = { type: 'scatter', mode: 'markers', x: [], y: [], hovertext: [], hoverinfo: 'text', showlegend: false, customdata: [], marker: { symbol: 'diamond', size: 9, color: [], line: { color: '#fff', width: 1 } } };
  list.forEach((lane) => lane.lines.filter((line) => line.point).forEach((line) => {
    trace.x.push(line.from);
    trace.y.push(place(lane, line)[0]);
    trace.hovertext.push(hover(line, true));
    trace.customdata.push(line.href);
    trace.marker.color.push(COLOURS[line.tone] || COLOURS.work);
  }));
  return trace;
}

const loaded = axis ? { from: axis.dataset.from, until: axis.dataset.until } : null;
let range = loaded ? { from: loaded.from, until: loaded.until } : null;

function layout(list) {
  const last = list[list.length - 1];
  const bottom = last.top + last.height + GAP / 2;
  const shapes = axis.dataset.day ? [{ type: 'line', x0: axis.dataset.day, x1: axis.dataset.day, yref: 'paper', y0: 0, y1: 1, line: { color: '#8c1d18', width: 2, dash: 'dot' } }] : [];
  return {
    height: Math.round(bottom) + 46,
    margin: { l: 210, r: 18, t: 30, b: 16 },
    barmode: 'overlay',
    bargap: 0,
    hovermode: 'closest',
    dragmode: 'zoom',
    shapes,
    uniformtext: { minsize: 9, mode: 'hide' },
    xaxis: { type: 'date', range: [range.from, range.until], side: 'top', gridcolor: '#e3e6ea', tickformatstops: [{ dtickrange: [null, 86400000 * 27], value: '%Y-%m-%d' }, { dtickrange: ['M1', 'M11'], value: '%Y-%m' }, { dtickrange: ['M12', null], value: '%Y' }] },
    yaxis: { range: [bottom, -GAP / 2], fixedrange: true, tickvals: list.map((lane) => lane.top + lane.height / 2), ticktext: list.map((lane) => plain(cut(lane.name, 15))), zeroline: false, showgrid: false, automargin: false },
  };
}

/** Hide the lines of the tables that are outside the range, and say how many are left. */
function narrow() {
  let many = 0;
  let all = 0;
  document.querySelectorAll('#items tr[data-lane]').forEach((row) => {
    const out = (row.dataset.from && row.dataset.from >= range.until) || (row.dataset.until && row.dataset.until <= range.from);
    row.hidden = Boolean(out);
    all += 1;
    if (!out) many += 1;
  });
  const place = document.getElementById('shown-told');
  if (place) place.textContent = many === all ? '' : told(` · 本时段 ${many} 项`, ` · ${many} in this range`);
  document.getElementById('range-told').textContent = `${range.from} → ${range.until}`;
}

/** The address with the range in it; the one that the page was loaded with is left out as it was. */
function address() {
  const url = new URL(window.location.href);
  const set = (name, value, was, whole) => {
    if (value === whole) {
      if (was) url.searchParams.set(name, was);
      else url.searchParams.delete(name);
    } else url.searchParams.set(name, value);
  };
  set('from', range.from, axis.dataset.since, loaded.from);
  set('to', range.until, axis.dataset.to, loaded.until);
  return url;
}

function carry(url) {
  window.history.replaceState(null, '', url);
  document.getElementById('from').value = url.searchParams.get('from') || '';
  document.getElementById('to').value = url.searchParams.get('to') || '';
  narrow();
  announce(told(`时间轴:${range.from} 至 ${range.until}`, `Axis: ${range.from} to ${range.until}`));
}

/** Show another range: from what is here, or from the service where it reaches beyond that. */
function show(from, until) {
  const beyond = (axis.dataset.since && from < loaded.from) || (axis.dataset.to && until > loaded.until);
  if (beyond) {
    const url = new URL(window.location.href);
    url.searchParams.set('from', from);
    url.searchParams.set('to', until);
    window.location.assign(url);
    return;
  }
  window.Plotly.relayout(chart, { 'xaxis.range': [from, until] });
}

function moved() {
  const [from, until] = chart.layout.xaxis.range.map((one) => String(one).slice(0, 10));
  const last = until > from ? until : dayOf(msOf(from) + DAY);
  if (from === range.from && last === range.until) return;
  range = { from, until: last };
  carry(address());
}

const MOVES = {
  in: (from, length) => [from + length / 4, from + (length * 3) / 4],
  out: (from, length) => [from - length / 2, from + (length * 3) / 2],
  earlier: (from, length) => [from - length / 2, from + length / 2],
  later: (from, length) => [from + length / 2, from + (length * 3) / 2],
};

function zoom(move) {
  if (move === 'all') {
    show(loaded.from, loaded.until);
    return;
  }
  const from = msOf(range.from);
  const [left, right] = MOVES[move](from, msOf(range.until) - from);
  show(dayOf(left), dayOf(Math.max(right, left + DAY)));
}

async function whole() {
  const list = lanes(lines());
  await draw(chart, [...bars(list, loaded.from, loaded.until), points(list)], layout(list));
}

/** Ask for the duties that were not met, and draw them below. */
async function breaches() {
  const came = await ask(document.getElementById('breaches'));
  if (came && chart && ready()) await whole();
}

if (chart && axis && ready()) {
  whole().then(() => {
    document.getElementById('zoom').hidden = false;
    document.querySelectorAll('#zoom button').forEach((button) => button.addEventListener('click', () => zoom(button.dataset.zoom)));
    chart.on('plotly_relayout', moved);
    chart.on('plotly_click', (event) => {
      const href = event.points[0].customdata;
      if (href) window.location.assign(href);
    });
    document.getElementById('range-told').textContent = `${range.from} → ${range.until}`;
    return breaches();
  });
} else breaches();
