// Plays the events of a chain: each step is the page of the next address, put in place of this one.

import { announce, told } from './frame.js';

let playing = null; // the timer of the next step
let busy = false;

function control(id) {
  return document.getElementById(id);
}

function show(on) {
  const play = control('play');
  if (!play) return;
  play.setAttribute('aria-pressed', String(on));
  play.textContent = on ? `‖ ${play.dataset.pause}` : `▶ ${play.dataset.play}`;
}

function stop() {
  if (playing !== null) window.clearTimeout(playing);
  playing = null;
  show(false);
}

/** What is the same on every page of a replay is kept, so that neither focus nor the pace is lost. */
function swap(text) {
  const page = new DOMParser().parseFromString(text, 'text/html');
  const kept = { pace: control('pace') ? control('pace').value : null, focus: document.activeElement ? document.activeElement.id : '' };
  ['main', 'foot'].forEach((id) => {
    const fresh = page.getElementById(id);
    if (fresh && control(id)) control(id).replaceWith(fresh);
  });
  document.title = page.title;
  ready();
  if (kept.pace) control('pace').value = kept.pace;
  if (kept.focus && control(kept.focus)) control(kept.focus).focus();
  show(playing !== null);
  const changes = control('told');
  const shown = control('shown');
  if (shown) announce(`${shown.textContent.replace(/\s+/g, ' ').trim()} · ${changes ? changes.textContent.replace(/\s+/g, ' ').trim() : ''}`);
}

async function go(url, add) {
  if (busy) return;
  busy = true;
  try {
    const answer = await fetch(url, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
    if (answer.redirected) {
      window.location.assign(answer.url);
      return;
    }
    const text = await answer.text();
    if (add) window.history.pushState(null, '', url);
    else window.history.replaceState(null, '', url);
    swap(text);
  } catch (error) {
    stop();
    announce(told('无法取得页面,请检查网络后重试', 'The page cannot be reached: check the network and try again'));
  } finally {
    busy = false;
  }
}

function later() {
  playing = window.setTimeout(async () => {
    const next = control('next');
    if (!next || !next.href) {
      stop();
      announce(told('已到最后一条', 'The last event'));
      return;
    }
    await go(next.href, false);
    if (playing === null) return;
    if (!control('next') || !control('next').href) {
      stop();
      announce(told('已到最后一条', 'The last event'));
    } else later();
  }, Number(control('pace').value));
}

function ready() {
  const play = control('play');
  if (!play) return;
  [play, control('pace'), document.querySelector('label[for=pace]')].forEach((one) => { one.hidden = false; });
  play.disabled = !control('next').href;
  play.addEventListener('click', () => {
    if (playing !== null) {
      stop();
      return;
    }
    show(true);
    later();
  });
  document.querySelectorAll('#player a, .events a').forEach((one) => one.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    stop();
    go(one.href, true);
  }));
}

ready();
window.addEventListener('popstate', () => window.location.reload());
