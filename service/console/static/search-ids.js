// Help with ids: what is typed is searched among places and people, and an id that is known is called by its name.

import { headers } from './frame.js';

const PATHS = { jurisdiction: ['/v1/jurisdictions'], person: ['/v1/persons'], any: ['/v1/jurisdictions', '/v1/persons'] };
const PAUSE = 250;

async function search(path, text, log) {
  const asked = new URLSearchParams({ q: text, limit: '8' });
  if (log) asked.set('log', log);
  const answer = await fetch(`${path}?${asked}`, { headers: headers() });
  return answer.ok ? (await answer.json()).items : [];
}

function called(one) {
  return [one.name, one.code].filter((text) => text).join(' ');
}

/** Let the fields of a form with `data-entity` be filled by searching; `logOf` says in which log. */
export function searchable(form, list, logOf) {
  const names = new Map();
  let waiting = null;
  let newest = 0;

  async function find(own) {
    newest += 1;
    const mine = newest;
    const text = own.value.trim();
    if (!text) return;
    const found = [].concat.apply([], await Promise.all(PATHS[own.dataset.entity].map((path) => search(path, text, logOf()))));
    if (mine !== newest) return;
    found.forEach((one) => names.set(one.id, called(one)));
    list.replaceChildren.apply(list, found.map((one) => new Option(called(one), one.id)));
    say(own);
  }

  function say(own) {
    const place = own.parentElement.querySelector('[data-called]');
    if (place) place.textContent = names.get(own.value.trim()) || '';
  }

  form.addEventListener('input', (event) => {
    const own = event.target;
    if (!own.dataset.entity) return;
    say(own);
    clearTimeout(waiting);
    waiting = setTimeout(() => { find(own).catch(() => undefined); }, PAUSE);
  });
}
