// What differs between two views of a page: marked in place by sign and text, and listed at the head of the page.
// Compared is what bears data-key and data-state; data-label says what it is called. data-same repeats a mark.

import { told } from './frame.js';

const MOST = 30; // listed at most; all are marked in place

/** What a view says: key to what stands there. */
export function states(root) {
  const found = new Map();
  root.querySelectorAll('[data-key][data-state]').forEach((one) => {
    found.set(one.dataset.key, { label: one.dataset.label || '', state: one.dataset.state });
  });
  return found;
}

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function line(change) {
  const item = element('li', '', change.how);
  const mark = { changed: '△', added: '+', gone: '−' }[change.how];
  const word = {
    changed: told('变化', 'changed'),
    added: told('新出现', 'appeared'),
    gone: told('不再出现', 'no longer there'),
  }[change.how];
  item.append(element('span', `${mark} ${word} `, 'changed-mark'));
  const place = change.node && change.node.id ? element('a', change.label) : element('strong', change.label);
  if (change.node && change.node.id) place.setAttribute('href', `#${encodeURIComponent(change.node.id)}`);
  item.append(place);
  if (change.how === 'changed') item.append(`${told(':', ': ')}${change.before}  →  ${change.after}`);
  else item.append(`${told(':', ': ')}${change.how === 'gone' ? change.before : change.after}`);
  return item;
}

/** The changes from a view to the one that `main` shows. */
export function changes(before, main) {
  const left = new Map(before);
  const found = [];
  main.querySelectorAll('[data-key][data-state]').forEach((node) => {
    const was = left.get(node.dataset.key);
    left.delete(node.dataset.key);
    const label = node.dataset.label || node.dataset.key;
    if (!was) found.push({ how: 'added', node, label, after: node.dataset.state });
    else if (was.state !== node.dataset.state) {
      found.push({ how: 'changed', node, label, before: was.state, after: node.dataset.state });
    }
  });
  left.forEach((was, key) => found.push({ how: 'gone', label: was.label || key, before: was.state }));
  return found;
}

/** Mark the changes in `main` and list them at its head, with what they are compared to. */
export function mark(found, main, since) {
  found.filter((change) => change.node).forEach((change) => {
    change.node.classList.add('changed');
    const text = change.how === 'added' ? told('+ 新出现', '+ appeared')
      : `△ ${told('变化,原为', 'changed, was')}${told(':', ': ')}${change.before}`;
    const head = change.node.querySelector(':scope > header, :scope > h2, :scope > h3') || change.node;
    head.append(' ', element('span', text, 'changed-mark'));
    main.querySelectorAll(`[data-same="${CSS.escape(change.node.dataset.key)}"]`).forEach((row) => {
      row.classList.add('changed');
      if (row.lastElementChild) row.lastElementChild.append(' ', element('span', change.how === 'added' ? told('+ 新出现', '+ new') : told('△ 变化', '△ changed'), 'changed-mark'));
    });
  });
  const section = element('section', '', 'moved');
  section.id = 'moved';
  const count = (how) => found.filter((change) => change.how === how).length;
  section.append(element('p', found.length
    ? told(
      `与 ${since} 相比:${count('changed')} 处变化,${count('added')} 处新出现,${count('gone')} 处不再出现`,
      `Compared with ${since}: ${count('changed')} changed, ${count('added')} appeared, ${count('gone')} gone`,
    )
    : told(`与 ${since} 相比:所列内容没有变化`, `Compared with ${since}: nothing that is shown changed`), 'sum'));
  if (found.length) {
    const details = element('details');
    details.dataset.key = 'moved';
    details.open = found.length <= 6;
    details.append(element('summary', told('列出变化', 'List the changes')));
    const list = element('ul');
    found.slice(0, MOST).forEach((change) => list.append(line(change)));
    if (found.length > MOST) list.append(element('li', told(`另有 ${found.length - MOST} 处`, `${found.length - MOST} more`)));
    details.append(list);
    section.append(details);
  }
  const title = main.querySelector('h1');
  if (title) title.after(section);
  else main.prepend(section);
}
