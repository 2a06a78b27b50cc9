// The two sliders: moving one asks for the page as of that day or state of knowledge, and marks what changed.

import { announce, told } from './frame.js';

const form = document.getElementById('times');
const valid = document.getElementById('valid_at');
const known = document.getElementById('known_at');
const validSlider = document.getElementById('valid-slider');
const knownSlider = document.getElementById('known-slider');
const DAY = 86400000;

let asked = 0; // the number of the newest question: an older answer that comes late is not shown
let shown = 0;

function dayOf(step) {
  return new Date(Date.parse(form.dataset.first) + step * DAY).toISOString().slice(0, 10);
}

function stepOf(day) {
  return Math.round((Date.parse(day) - Date.parse(form.dataset.first)) / DAY);
}

function address() {
  const url = new URL(window.location.href);
  const set = (name, value) => (value ? url.searchParams.set(name, value) : url.searchParams.delete(name));
  set('valid_at', valid.value);
  set('known_at', known.value.trim());
  return url;
}

function states(root) {
  const found = new Map();
  root.querySelectorAll('[data-key][data-state]').forEach((one) => found.set(one.dataset.key, one.dataset.state));
  return found;
}

/** Mark what stands otherwise than before; how many that is. */
function mark(before, main) {
  let many = 0;
  main.querySelectorAll('[data-key][data-state]').forEach((one) => {
    if (before.get(one.dataset.key) !== one.dataset.state) {
      one.classList.add('changed');
      many += 1;
    }
    before.delete(one.dataset.key);
  });
  return many + before.size;
}

function swap(text, keepTold) {
  const page = new DOMParser().parseFromString(text, 'text/html');
  const main = document.getElementById('main');
  const next = page.getElementById('main');
  const before = states(main);
  const open = Array.from(main.querySelectorAll('details[data-key][open]')).map((one) => one.dataset.key);
  main.replaceWith(next);
  open.forEach((key) => {
    const one = next.querySelector(`details[data-key="${CSS.escape(key)}"]`);
    if (one) one.open = true;
  });
  ['foot', 'known-told'].forEach((id) => {
    const fresh = page.getElementById(id);
    if (fresh && document.getElementById(id)) document.getElementById(id).replaceWith(fresh);
  });
  document.querySelectorAll('.tabs a').forEach((one, at) => {
    const fresh = page.querySelectorAll('.tabs a')[at];
    if (fresh) one.href = fresh.getAttribute('href');
  });
  document.title = page.title;
  const many = mark(before, next);
  if (!keepTold) announce(told(`已更新:${many} 处变化`, `Updated: ${many} changed`));
  document.dispatchEvent(new CustomEvent('zeren:swapped'));
}

/** Show the page of another address in place of this one; `keep` replaces the address instead of adding one. */
async function go(url, keep) {
  asked += 1;
  const mine = asked;
  const answer = await fetch(url, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
  const text = await answer.text();
  if (mine < shown) return;
  if (answer.redirected) {
    window.location.assign(answer.url);
    return;
  }
  shown = mine;
  if (keep) window.history.replaceState(null, '', url);
  else window.history.pushState(null, '', url);
  swap(text);
}

let waiting = null; // the last move made while a question was under way
let busy = false;

async function move(keep) {
  if (busy) {
    waiting = keep;
    return;
  }
  busy = true;
  try {
    await go(address(), keep);
  } catch (error) {
    announce(told('无法取得页面,请检查网络后重试', 'The page cannot be reached: check the network and try again'));
  } finally {
    busy = false;
  }
  if (waiting !== null) {
    const next = waiting;
    waiting = null;
    move(next);
  }
}

if (form) {
  document.querySelectorAll('#times [hidden]:not([type=hidden])').forEach((one) => { one.hidden = false; });
  validSlider.addEventListener('input', () => { valid.value = dayOf(Number(validSlider.value)); move(true); });
  validSlider.addEventListener('change', () => move(false));
  knownSlider.addEventListener('input', () => {
    const at = Number(knownSlider.value);
    known.value = at >= Number(form.dataset.head) ? '' : `@${at}`;
    move(true);
  });
  knownSlider.addEventListener('change', () => move(false));
  valid.addEventListener('change', () => {
    if (!valid.value) return;
    validSlider.value = stepOf(valid.value);
    move(false);
  });
  known.addEventListener('change', () => {
    if (/^@\d+$/.test(known.value)) knownSlider.value = known.value.slice(1);
    move(false);
  });
  form.addEventListener('submit', (event) => { event.preventDefault(); move(false); });
  form.querySelectorAll('.step').forEach((button) => button.addEventListener('click', () => {
    const slider = button.dataset.of === 'valid' ? validSlider : knownSlider;
    slider.value = Number(slider.value) + Number(button.dataset.by);
    slider.dispatchEvent(new Event('input'));
  }));
  window.addEventListener('popstate', () => window.location.reload());
}
