// The tree, opened in place: a branch is fetched when it is first wanted, a page of places at a time.

import { announce, told } from './frame.js';

async function branch(address) {
  const answer = await fetch(address, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
  if (answer.redirected || !answer.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const list = page.getElementById('branch');
  return list && Array.from(list.children).map((one) => document.importNode(one, true));
}

function show(fold, list, open) {
  list.hidden = !open;
  fold.setAttribute('aria-expanded', open ? 'true' : 'false');
  fold.firstElementChild.textContent = open ? '▾' : '▸';
}

/** Open or close a place; without an answer its own address is gone to, which says what is wrong. */
async function turn(fold) {
  let list = fold.parentElement.querySelector(':scope > ul');
  if (list) {
    show(fold, list, list.hidden);
    return;
  }
  fold.setAttribute('aria-busy', 'true');
  const items = await branch(fold.dataset.branch).catch(() => null);
  fold.removeAttribute('aria-busy');
  if (!items) {
    window.location.assign(fold.href);
    return;
  }
  list = document.createElement('ul');
  items.forEach((one) => list.appendChild(one));
  fold.parentElement.appendChild(list);
  show(fold, list, true);
  window.history.replaceState(null, '', fold.href);
  announce(told(`已展开,${items.length} 项`, `Opened: ${items.length}`));
}

async function more(link) {
  const items = await branch(link.dataset.branch).catch(() => null);
  if (!items) {
    window.location.assign(link.href);
    return;
  }
  const row = link.parentElement;
  items.forEach((one) => row.parentElement.insertBefore(one, row));
  row.remove();
  const first = items[0].querySelector('a');
  if (first) first.focus();
  announce(told(`又列出 ${items.length} 项`, `${items.length} more`));
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('.tree a[data-branch]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  if (link.classList.contains('fold')) turn(link);
  else more(link);
});
