// A form of one event: gathers what was filled in, has it checked or recorded, and says faults beside the fields.

import { announce, headers, told } from './frame.js';
import { instant as readInstant } from './instants.js';
import { eventLink } from './ledger-file.js';
import { searchable } from './search-ids.js';

const by = (id) => document.getElementById(id);
const form = by('entry');

/** The fields and items that stand directly in a group or a list. */
function within(part) {
  return Array.from(part.querySelectorAll('[data-shape]')).filter((one) => one.parentElement.closest('[data-shape], form') === part);
}

function pairs(text) {
  const found = {};
  text.split('\n').filter((line) => line.trim()).forEach((line) => {
    const at = line.search(/[=\uff1d]/);
    if (at < 0) found[line.trim()] = '';
    else found[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  });
  return found;
}

function mapOf(text) {
  if (text.charAt(0) !== '{') return pairs(text);
  try {
    return JSON.parse(text);
  } catch (error) {
    return text;
  }
}

function instant(text) {
  const whole = /^\d+-\d\d-\d\dT\d\d:\d\d$/.test(text) ? `${text}:00` : text;
  return `${whole}+08:00`;
}

function plainValue(part) {
  const own = part.querySelector('[data-own]');
  const text = own.value.normalize('NFC').trim();
  if (own.validity && own.validity.badInput) return '?';
  if (!text) return undefined;
  if (part.dataset.shape === 'integer') return /^-?\d{1,16}$/.test(text) ? Number(text) : text;
  if (part.dataset.shape === 'flag') return text === 'true';
  if (part.dataset.shape === 'map') return mapOf(text);
  if (part.dataset.shape === 'timestamp') return instant(text);
  return text;
}

/** What a field says, undefined where it is empty; `places` learns which field each JSON pointer is. */
function valueOf(part, pointer, places) {
  places.set(pointer, part);
  if (part.dataset.shape === 'object') {
    const found = {};
    within(part).forEach((one) => {
      const value = valueOf(one, `${pointer}/${one.dataset.name}`, places);
      if (value !== undefined) found[one.dataset.name] = value;
    });
    return Object.keys(found).length ? found : undefined;
  }
  if (part.dataset.shape === 'list') {
    const found = [];
    within(part).forEach((one) => {
      const value = valueOf(one, `${pointer}/${found.length}`, places);
      if (value !== undefined) found.push(value);
    });
    return found.length ? found : undefined;
  }
  if (part.dataset.shape === 'choices') {
    const found = Array.from(part.querySelectorAll('input:checked')).map((one) => one.value);
    return found.length ? found : undefined;
  }
  return plainValue(part);
}

function gathered() {
  const places = new Map();
  const data = {};
  within(form).forEach((one) => {
    const value = valueOf(one, `/data/${one.dataset.name}`, places);
    if (value !== undefined) data[one.dataset.name] = value;
  });
  const event = { specversion: '1.0', id: by('event-id').value.trim(), source: by('source').value.trim(), type: form.dataset.type, data };
  return { event, places };
}

function unmarked() {
  form.querySelectorAll('[aria-invalid]').forEach((one) => one.removeAttribute('aria-invalid'));
  form.querySelectorAll('.told').forEach((one) => { one.textContent = ''; });
  ['summary', 'verdict', 'correction'].forEach((id) => { by(id).hidden = true; });
}

/** The field that a fault is of, or that which holds it; none where it is of the whole. */
function placeOf(pointer, places) {
  for (let step = pointer; step.length > '/data'.length; step = step.slice(0, step.lastIndexOf('/'))) {
    if (places.has(step)) return places.get(step);
  }
  return null;
}

function titleOf(part) {
  const title = part.querySelector(':scope > legend, :scope > label');
  return title ? title.firstChild.textContent.trim() : '';
}

const NAME = /[a-z]+(?:_[a-z]+)+/g;

function named(name) {
  return form.querySelector(`[data-name="${name}"]`);
}

function titled(text) {
  return text.replace(NAME, (name) => (named(name) && titleOf(named(name))) || name);
}

/** The fields that a fault is of: the one it points to, else those that it speaks of. */
function partsOf(fault, places) {
  const part = placeOf(fault.pointer, places);
  return part ? [part] : (fault.expected.match(NAME) || []).map(named).filter((one) => one);
}

function mark(part, text) {
  const own = part.querySelector('[data-own]') || part;
  const place = by(`${own.id}-told`);
  if (place) place.textContent = (place.textContent ? `${place.textContent};` : '') + text;
  if (own !== part) own.setAttribute('aria-invalid', 'true');
  return own;
}

function showFaults(problem, places) {
  const attributes = { '/id': by('event-id'), '/source': by('source') };
  const rest = [];
  const links = [];
  (problem.errors || []).forEach((fault) => {
    const text = told('应为:', 'expected: ') + titled(fault.expected);
    const parts = partsOf(fault, places);
    const part = parts[0];
    const own = part ? parts.map((one) => mark(one, text))[0] : attributes[fault.pointer];
    if (!own) {
      rest.push(text);
      return;
    }
    own.setAttribute('aria-invalid', 'true');
    const link = document.createElement('a');
    link.href = `#${own.id}`;
    link.textContent = `${part ? titleOf(part) || titleOf(part.parentElement.closest('[data-shape]')) : fault.pointer.slice(1)}:${text}`;
    links.push(link);
  });
  const summary = by('summary');
  const said = problem.errors ? told(`有 ${problem.errors.length} 处需要改正。`, `${problem.errors.length} to mend. `) : `${problem.title}:${problem.detail} `;
  summary.replaceChildren(said, rest.join(';'));
  links.forEach((link) => summary.append(document.createElement('br'), link));
  if (problem.code === 'id-taken') {
    summary.append(told(' 如是另一件事,请点“换新编号”再提交;如是更正,请写明原因后点“作为更正提交”。', ' If it is something else, take a new id; if it corrects the record, say why and send it as a correction.'));
    by('correction').hidden = false;
    by('receipt').hidden = true;
  }
  summary.hidden = false;
  summary.focus();
}

function showReceipt(receipt) {
  const said = { appended: told('已记录', 'recorded'), duplicate: told('此前已在册,未重复记录', 'was on record, not recorded twice') };
  const log = by('log').value;
  document.querySelectorAll('#receipt [data-of]').forEach((place) => {
    const name = place.dataset.of;
    if (name === 'position') place.replaceChildren(log, ' ', eventLink(log, receipt.position));
    else if (name === 'recorded_at') place.textContent = readInstant(receipt.recorded_at);
    else place.textContent = name === 'status' ? said[receipt.status] : receipt[name] || '—';
  });
  by('event-link').href = `/logs/${encodeURIComponent(log)}/events/${receipt.position}`;
  by('receipt').hidden = false;
  by('receipt').focus();
  announce(said[receipt.status]);
}

function random() {
  return Array.from(window.crypto.getRandomValues(new Uint8Array(12)), (one) => one.toString(16).padStart(2, '0')).join('');
}

/** The event that corrects the one which has the id of the form. */
function correctionOf(event) {
  const data = { corrects_event_id: event.id, corrected_payload: event.data, reason: by('reason').value.trim() };
  return { specversion: '1.0', id: `correction:${random()}`, source: event.source, type: 'record.corrected', data };
}

async function post(how) {
  const reason = by('reason').value.trim();
  if (how === 'correct' && !reason) throw new Error(told('请先填写更正原因。', 'Give the reason first.'));
  unmarked();
  const dry = how === 'check';
  const sent = gathered();
  const event = how === 'correct' ? correctionOf(sent.event) : sent.event;
  const url = `/v1/logs/${encodeURIComponent(by('log').value)}/events${dry ? '?dry_run=true' : ''}`;
  const answer = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(event),
    headers: headers({ 'Content-Type': 'application/cloudevents+json' }),
  });
  if (answer.status === 401) throw new Error(told('登录已过期:请在新窗口登录后,回到本页再点一次。', 'The session is over: sign in in another window, then press again here.'));
  const body = await answer.json();
  if (!answer.ok) {
    showFaults(body, sent.places);
    return;
  }
  if (!dry) {
    showReceipt(body);
    return;
  }
  by('verdict').hidden = false;
  by('verdict').textContent = body.status === 'duplicate'
    ? told(`同一事件已在册(位置 ${body.position})。`, `The same event is on record at position ${body.position}.`)
    : told('检查通过,可以提交。尚未记录任何内容。', 'Sound: it can be sent. Nothing is recorded yet.');
}

async function doing(how) {
  const buttons = form.querySelectorAll('#check, #send, #correct');
  buttons.forEach((one) => { one.disabled = true; });
  try {
    await post(how);
  } catch (error) {
    const text = error instanceof TypeError ? told('无法连接服务,请检查网络后再点一次;事件编号不变,不会重复记录。', 'The service cannot be reached: check the network and press again; under the same id nothing is recorded twice.') : error.message;
    by('summary').hidden = false;
    by('summary').textContent = text;
    by('summary').focus();
  } finally {
    buttons.forEach((one) => { one.disabled = false; });
  }
}

/** Give the marks of a new item their number, in templates inside it too. */
function numbered(root, sign, number) {
  root.querySelectorAll('*').forEach((one) => {
    Array.from(one.attributes).forEach((given) => {
      if (given.name !== 'data-mark' && given.value.indexOf(sign) >= 0) one.setAttribute(given.name, given.value.split(sign).join(number));
    });
    if (one.content) numbered(one.content, sign, number);
  });
}

let numbers = 0;

function add(list) {
  const item = document.importNode(list.querySelector(':scope > template').content, true);
  numbers += 1;
  numbered(item, list.dataset.mark, String(numbers));
  const made = item.firstElementChild;
  list.querySelector(':scope > .items').append(made);
  const first = made.querySelector('input, select, textarea');
  if (first) first.focus();
}

function money(own) {
  const found = /^(\d{1,16})(?:\.(\d{0,2}))?$/.exec(own.value.replace(/[,\uff0c\s]/g, ''));
  if (found) own.value = `${found[1].replace(/^0+(?=\d)/, '')}.${`${found[2] || ''}00`.slice(0, 2)}`;
}

function freshId() {
  by('event-id').value = `${form.dataset.type}:${random()}`;
}

if (form) {
  form.addEventListener('submit', (event) => { event.preventDefault(); doing('check'); });
  by('send').addEventListener('click', () => doing('send'));
  by('correct').addEventListener('click', () => doing('correct'));
  by('another').addEventListener('click', () => {
    freshId();
    by('receipt').hidden = true;
    unmarked();
    form.querySelector('[data-own]').focus();
  });
  form.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button && button.dataset.add !== undefined) add(button.closest('[data-shape="list"]'));
    if (button && button.dataset.drop !== undefined) {
      const list = button.closest('[data-shape="list"]');
      button.closest('.item').remove();
      list.querySelector(':scope > [data-add]').focus();
    }
  });
  form.addEventListener('change', (event) => {
    const own = event.target;
    if (own.dataset.picker !== undefined && own.value) own.parentElement.querySelector('[data-own]').value = own.value;
    if (own.dataset.money !== undefined) money(own);
  });
  searchable(form, by('found'), () => by('log').value);
}
