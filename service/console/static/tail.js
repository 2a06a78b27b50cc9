// Follows a log: entries as they are appended, over server-sent events that resume where they broke off.

import { announce, told } from './frame.js';
import { instant } from './instants.js';

const TOLD_EVERY = 5000; // milliseconds: a busy log is not read out entry by entry
const section = document.getElementById('tail');
const button = document.getElementById('tail-switch');
const state = document.getElementById('tail-state');
const table = document.getElementById('tail-table');

let stream = null;
let last = section ? Number(section.dataset.size) - 1 : -1; // the newest position on the page
let fresh = 0;
let telling = null;

function say(text) {
  state.textContent = text;
}

function titleOf(kind) {
  const found = document.querySelector(`#kind-titles option[value="${CSS.escape(kind)}"]`);
  return found ? found.label : kind;
}

function cell(row, name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  row.append(made);
  return made;
}

function tellSoon() {
  if (telling !== null) return;
  telling = window.setTimeout(() => {
    telling = null;
    if (fresh) announce(told(`新增 ${fresh} 条记录`, `${fresh} new entries`));
    fresh = 0;
  }, TOLD_EVERY);
}

function add(entry) {
  const row = document.createElement('tr');
  row.className = 'fresh';
  const head = cell(row, 'th', '');
  head.scope = 'row';
  const link = document.createElement('a');
  link.className = 'entry';
  link.href = `/logs/${encodeURIComponent(section.dataset.log)}/events/${entry.position}`;
  link.textContent = `#${entry.position}`;
  head.append(link);
  cell(row, 'td', instant(entry.recorded_at));
  cell(row, 'td', titleOf(entry.type));
  cell(row, 'td', entry.id);
  const body = table.tBodies[0];
  body.insertBefore(row, body.firstChild);
  while (body.rows.length > Number(section.dataset.most)) body.deleteRow(-1);
  table.hidden = false;
  fresh += 1;
  tellSoon();
}

function follow() {
  const query = section.dataset.query ? `&${section.dataset.query}` : '';
  stream = new EventSource(`/v1/logs/${encodeURIComponent(section.dataset.log)}/events?after=${last}${query}`);
  stream.onopen = () => say(told('跟踪中:新记录会出现在下面', 'Following: new entries appear below'));
  stream.addEventListener('entry', (event) => {
    last = Number(event.lastEventId);
    add(JSON.parse(event.data));
  });
  stream.onerror = () => {
    if (stream && stream.readyState === EventSource.CLOSED) {
      pause();
      say(told('跟踪中断:请重新登录或检查权限后再开始', 'The stream was refused: sign in again or check your grant, then follow'));
    } else say(told('连接中断,正在续接……', 'The connection broke off; resuming…'));
  };
  button.setAttribute('aria-pressed', 'true');
  button.textContent = button.dataset.pause;
}

function pause() {
  if (stream) stream.close();
  stream = null;
  button.setAttribute('aria-pressed', 'false');
  button.textContent = button.dataset.go;
  say(told('已暂停:再次开始时从中断处接上', 'Paused: following goes on where it left off'));
}

if (section) {
  button.hidden = false;
  say(told('未跟踪', 'Not following'));
  button.addEventListener('click', () => (stream ? pause() : follow()));
}
