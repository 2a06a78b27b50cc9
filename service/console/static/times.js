// The two sliders: moving one asks for the page as of that day or state of knowledge, and marks what changed.

import { announce, told } from './frame.js';
import { dayOf } from './instants.js';
import { changes, mark, states } from './moved.js';

const form = document.getElementById('times');
const valid = document.getElementById('valid_at');
const known = document.getElementById('known_at');
const validSlider = document.getElementById('valid-slider');
const knownSlider = document.getElementById('known-slider');
const DAY = 86400000;
const GESTURE_MS = 800; // moves of one slider closer together are one: one entry of the history, compared with its start
const MONTH = 30;
const KEPT = ['foot', 'known-told']; // beside main, what else a move replaces

let begun = null; // what the page said when the gesture began: { states, name }
let last = { at: 0, slider: null }; // when the last move was, and by which slider
let wanted = window.location.href; // the address that was asked for last

function dayAt(step) {
  return dayOf(Date.parse(form.dataset.first) + step * DAY);
}

function stepOf(day) {
  return Math.round((Date.parse(day) - Date.parse(form.dataset.first)) / DAY);
}

function address() {
  const url = new URL(window.location.href);
  const set = (name, value) => (value ? url.searchParams.set(name, value) : url.searchParams.delete(name));
  set('valid_at', valid.value);
  set('known_at', known.value.trim());
  url.hash = '';
  return url;
}

/** What a view is called where another is compared with it: its day, and its state of knowledge. */
function nameOf(url) {
  const at = url.searchParams.get('known_at');
  const day = url.searchParams.get('valid_at') || form.dataset.day || '';
  return at ? told(`${day}(知悉至 ${at})`, `${day} (known at ${at})`) : day;
}

/** Where the focus is within main, so that it can be given to what stands there afterwards. */
function focused(main) {
  const at = document.activeElement;
  if (!at || !main.contains(at)) return null;
  const within = at.closest('[data-key]');
  return { key: within ? within.dataset.key : null, href: at.getAttribute('href'), name: at.tagName };
}

function refocus(main, was) {
  if (!was) return;
  const within = (was.key && main.querySelector(`[data-key="${CSS.escape(was.key)}"]`)) || main;
  const same = Array.from(within.querySelectorAll(was.name.toLowerCase()));
  const found = same.find((one) => one.getAttribute('href') === was.href) || same[0] || main;
  found.focus({ preventScroll: true });
}

/** The fields and sliders as the page of an address has them. */
function adopt(page, moved) {
  const fresh = page.getElementById('times');
  if (!fresh) return;
  form.dataset.turns = fresh.dataset.turns;
  form.dataset.head = fresh.dataset.head;
  knownSlider.max = fresh.dataset.head;
  form.dataset.day = page.getElementById('valid_at').value;
  if (last.slider !== knownSlider && !waiting) knownSlider.value = page.getElementById('known-slider').value;
  if (moved) return;
  form.dataset.first = fresh.dataset.first;
  validSlider.max = page.getElementById('valid-slider').max;
  valid.value = page.getElementById('valid_at').value;
  known.value = page.getElementById('known_at').value;
  validSlider.value = stepOf(valid.value);
}

function swap(text, moved) {
  const page = new DOMParser().parseFromString(text, 'text/html');
  const main = document.getElementById('main');
  const next = page.getElementById('main');
  const was = focused(main);
  const open = Array.from(main.querySelectorAll('details[data-key][open]')).map((one) => one.dataset.key);
  main.replaceWith(next);
  open.forEach((key) => {
    const one = next.querySelector(`details[data-key="${CSS.escape(key)}"]`);
    if (one) one.open = true;
  });
  KEPT.forEach((id) => {
    const fresh = page.getElementById(id);
    const old = document.getElementById(id);
    if (fresh && old) old.replaceWith(fresh);
  });
  ['.place', '.language'].forEach((name) => {
    const [old, fresh] = [document.querySelector(name), page.querySelector(name)];
    if (old && fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
  });
  document.querySelectorAll('input[name=next]').forEach((one) => {
    one.value = window.location.pathname + window.location.search;
  });
  document.title = page.title;
  adopt(page, moved);
  refocus(next, was);
  if (begun) {
    const found = changes(begun.states, next);
    mark(found, next, begun.name);
    announce(told(`已更新:${found.length} 处变化`, `Updated: ${found.length} changes`));
  }
  document.dispatchEvent(new CustomEvent('zeren:swapped'));
}

/** Show the page of another address in place of this one; `how` is what becomes of the history. */
async function go(url, how) {
  const answer = await fetch(url, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
  const text = await answer.text();
  if (answer.redirected) {
    window.location.assign(url);
    return;
  }
  if (how === 'replace') window.history.replaceState(null, '', url);
  else if (how === 'push') window.history.pushState(null, '', url);
  swap(text, how !== 'none');
}

let waiting = null; // the last move made while a question was under way
let busy = false;

async function run(how, where) {
  if (busy) {
    waiting = { how: how === 'none' ? 'none' : 'replace', where };
    return;
  }
  busy = true;
  try {
    await go(where || address(), how);
  } catch (error) {
    wanted = null;
    announce(told('无法取得页面,请检查网络后重试', 'The page cannot be reached: check the network and try again'));
  } finally {
    busy = false;
  }
  if (waiting) {
    const next = waiting;
    waiting = null;
    run(next.how, next.where);
  }
}

/** A move by the user: the first of a slider's gesture adds to the history, the others of it replace. */
function move(slider) {
  const url = address().href;
  if (url === wanted) return;
  wanted = url;
  const now = performance.now();
  const goesOn = begun !== null && slider && slider === last.slider && now - last.at < GESTURE_MS;
  last = { at: now, slider };
  if (goesOn) {
    run('replace');
    return;
  }
  begun = { states: states(document.getElementById('main')), name: nameOf(new URL(window.location.href)) };
  run('push');
}

function sayDay() {
  validSlider.setAttribute('aria-valuetext', valid.value);
}

function toDay(day, slider) {
  valid.value = day;
  validSlider.value = stepOf(day);
  sayDay();
  move(slider);
}

function toSize(size, slider) {
  const at = Math.max(0, Math.min(Number(form.dataset.head), size));
  knownSlider.value = at;
  known.value = at >= Number(form.dataset.head) ? '' : `@${at}`;
  document.getElementById('known-told').textContent = told(
    `知悉日志前 ${at} / ${form.dataset.head} 条……`,
    `The first ${at} / ${form.dataset.head} entries…`,
  );
  move(slider);
}

/** To the day of the change before or after the one shown. */
function turn(by) {
  const turns = (form.dataset.turns || '').split(' ').filter((day) => day);
  const day = by < 0 ? turns.filter((one) => one < valid.value).pop() : turns.find((one) => one > valid.value);
  if (day) toDay(day);
  else announce(by < 0 ? told('此前没有变动', 'No change before') : told('此后没有变动', 'No change after'));
}

/** A slider that PageUp and PageDown take further than one step. */
function pages(slider, by, to) {
  slider.addEventListener('keydown', (event) => {
    if (event.key !== 'PageUp' && event.key !== 'PageDown') return;
    event.preventDefault();
    to(Math.max(0, Math.min(Number(slider.max), Number(slider.value) + (event.key === 'PageUp' ? by() : -by()))));
  });
}

if (form) {
  form.dataset.day = valid.value;
  form.querySelectorAll('[hidden]:not([type=hidden])').forEach((one) => { one.hidden = false; });
  validSlider.addEventListener('input', () => toDay(dayAt(Number(validSlider.value)), validSlider));
  knownSlider.addEventListener('input', () => toSize(Number(knownSlider.value), knownSlider));
  pages(validSlider, () => MONTH, (step) => toDay(dayAt(step), validSlider));
  pages(knownSlider, () => Math.max(1, Math.round(Number(knownSlider.max) / 20)), (size) => toSize(size, knownSlider));
  valid.addEventListener('change', () => { if (valid.value) toDay(valid.value); });
  known.addEventListener('change', () => {
    if (/^@\d+$/.test(known.value)) knownSlider.value = known.value.slice(1);
    move();
  });
  form.addEventListener('submit', (event) => { event.preventDefault(); move(); });
  form.querySelectorAll('[data-by]').forEach((button) => button.addEventListener('click', () => {
    const by = Number(button.dataset.by);
    if (button.dataset.of === 'known') toSize(Number(knownSlider.value) + by);
    else toDay(dayOf(Date.parse(valid.value || form.dataset.day) + by * DAY));
  }));
  form.querySelectorAll('[data-turn]').forEach((button) => button.addEventListener('click', () => turn(Number(button.dataset.turn))));
  form.querySelectorAll('.now').forEach((button) => button.addEventListener('click', () => toSize(Number(form.dataset.head))));
  window.addEventListener('popstate', () => {
    begun = { states: states(document.getElementById('main')), name: told('前一视图', 'the view before') };
    last = { at: 0, slider: null };
    wanted = window.location.href;
    run('none', new URL(window.location.href));
  });
}
