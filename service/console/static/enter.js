// Entering a ledger: the preview as the service tells it, then batch by batch onto the log, and the receipts.

import { announce, headers, told } from './frame.js';
import { instant } from './instants.js';
import { eventLink, save, table } from './ledger-file.js';

const TOGETHER = 500;
const MOST_BYTES = 4 * 1024 * 1024;
const ON_PAGE = 50;
const STATES = {
  wrong: told('✗ 有误', '✗ wrong'),
  new: told('● 可记录', '● to be recorded'),
  known: told('✓ 已在册', '✓ on record'),
  edited: told('▲ 与在册不同', '▲ differs from the record'),
  repeated: told('= 与上面的行相同', '= same as a row above'),
};

const by = (id) => document.getElementById(id);
const form = by('ledger');

let read = null; // what the service said of the file
let rows = [];
let at = 0; // the first row shown, among those that are shown
let receipts = new Map(); // by line: rows that were sent
let stopped = false;
let busy = false;

function trouble(text) {
  by('trouble').hidden = !text;
  by('trouble').textContent = text || '';
}

function count(state) {
  return rows.filter((row) => row.state === state).length;
}

function shownRows() {
  const state = by('show').value;
  return state ? rows.filter((row) => row.state === state) : rows;
}

function expected(fault) {
  return told(`应为:${fault.expected_zh}`, `expected: ${fault.expected_en}`);
}

function said(fault) {
  const value = fault.value === null || fault.value === '' ? '' : `“${fault.value}”`;
  return expected(fault) + (value ? told(`;现为 ${value}`, `; found ${value}`) : '');
}

function cellOf(row, header, text) {
  const cell = document.createElement('td');
  cell.textContent = text;
  const faults = (row.faults || []).filter((one) => one.column === header);
  if (faults.length) cell.className = 'wrong';
  if ((row.differs || []).indexOf(header) >= 0) cell.className = 'differs';
  faults.forEach((one) => {
    const line = document.createElement('span');
    line.className = 'fault';
    line.textContent = expected(one);
    cell.append(line);
  });
  return cell;
}

function stateCell(row, own) {
  const cell = document.createElement('td');
  cell.textContent = STATES[row.state];
  (row.faults || []).filter((one) => own.indexOf(one.column) < 0).forEach((one) => {
    const line = document.createElement('span');
    line.className = 'fault';
    line.textContent = (one.column ? `${one.column}:` : '') + said(one);
    cell.append(line);
  });
  if (row.position !== undefined) cell.append(' ', eventLink(by('log').value, row.position));
  if (row.differs) {
    const line = document.createElement('span');
    line.className = 'quiet';
    line.textContent = told(` 不同之处:${row.differs.join('、')}`, ` in ${row.differs.join(', ')}`);
    cell.append(line);
  }
  return cell;
}

function showRows() {
  const found = shownRows();
  at = Math.max(0, Math.min(at, found.length - 1));
  at -= at % ON_PAGE;
  const part = found.slice(at, at + ON_PAGE);
  const own = read.headers;
  by('rows').tHead.replaceChildren(table.row([told('行', 'Line'), told('状态', 'State')].concat(own), 'th'));
  by('rows').tBodies[0].replaceChildren.apply(by('rows').tBodies[0], part.map((row) => {
    const line = document.createElement('tr');
    const number = table.cell('th', String(row.line));
    number.scope = 'row';
    line.append(number, stateCell(row, own));
    own.forEach((header, index) => line.append(cellOf(row, header, row.cells[index] || '')));
    return line;
  }));
  const last = Math.min(at + ON_PAGE, found.length);
  by('which').textContent = found.length ? told(`第 ${at + 1}—${last} 行,共 ${found.length} 行`, `${at + 1}-${last} of ${found.length}`) : told('没有这样的行', 'no such rows');
  by('before').disabled = at === 0;
  by('after').disabled = last >= found.length;
}

function showFilter() {
  const options = [['', told(`全部 ${rows.length} 行`, `all ${rows.length}`)]];
  Object.keys(STATES).forEach((state) => {
    if (count(state)) options.push([state, `${STATES[state]} ${count(state)}`]);
  });
  by('show').replaceChildren.apply(by('show'), options.map((one) => new Option(one[1], one[0])));
  by('show').value = count('wrong') ? 'wrong' : '';
}

function waiting() {
  const correct = by('correct').checked;
  return rows.filter((row) => !receipts.has(row.line) && (row.state === 'new' || (correct && row.state === 'edited')));
}

function showCommit() {
  const many = waiting().length;
  by('commit').hidden = read.unreadable;
  by('edits').hidden = count('edited') === 0;
  const go = by('go');
  go.textContent = receipts.size ? told(`继续记录余下 ${many} 行`, `Record the other ${many} rows`) : told(`记录 ${many} 行`, `Record ${many} rows`);
  const unreasoned = by('correct').checked && !by('reason').value.trim();
  go.hidden = many === 0 && receipts.size > 0;
  go.disabled = busy || many === 0 || unreasoned;
  go.title = unreasoned ? told('请先填写更正原因', 'Give the reason first') : '';
}

function verdict() {
  const wrong = count('wrong');
  const text = read.unreadable
    ? told('此文件无法读取,请按下面的说明改正后再上传。', 'The file cannot be read: mend it as said below and upload it again.')
    : told(`试运行:${count('new')} 行可记录,${count('known')} 行已在册,${count('edited')} 行与在册不同,${wrong} 行有误。尚未记录任何内容。`,
      `Trial: ${count('new')} rows to be recorded, ${count('known')} on record, ${count('edited')} differ from the record, ${wrong} wrong. Nothing is recorded yet.`);
  const next = !wrong || read.unreadable ? '' : told('有误的行不会记录:可下载这些行,改正后再上传(“问题说明”列不必删除)。', ' Wrong rows are kept back: download them, mend them, upload them (the column of faults may stay).');
  by('verdict').hidden = false;
  by('verdict').className = wrong ? 'notice bad' : 'notice';
  by('verdict').textContent = text + next;
  announce(text);
}

function listed(texts) {
  by('notes').replaceChildren.apply(by('notes'), texts.map((text) => {
    const item = document.createElement('li');
    item.textContent = text;
    return item;
  }));
}

/** What is wrong with a file as a whole: line, column, what was found and what is expected. */
function fileFaults() {
  const faults = [].concat.apply([], rows.map((row) => row.faults || []));
  return faults.map((one) => told(`第 ${one.line} 行`, `Line ${one.line}`) + (one.column ? told(`,列“${one.column}”`, `, column ${one.column}`) : '') + `:${said(one)}`);
}

function showRead() {
  const kind = read.kind ? `${read.kind.title}(${read.kind.type})` : told('各行自定', 'each row its own');
  by('about').textContent = told(`编码 ${read.encoding || '不明'};事件类型 ${kind};${read.rows} 行${read.repeated ? `,其中 ${read.repeated} 行与上面的行相同` : ''}。`,
    `Encoding ${read.encoding || 'unknown'}; kind ${kind}; ${read.rows} rows${read.repeated ? `, ${read.repeated} the same as one above` : ''}.`);
  listed(read.notes);
  by('check-bar').max = Math.max(1, read.entries);
  by('check-bar').value = 0;
  by('preview').hidden = false;
}

let checked = 0;

/** Take note of one line of the preview. */
function note(line) {
  if (line.read) {
    read = line.read;
    showRead();
  } else if (line.checked) {
    checked += line.checked;
    by('check-bar').value = checked;
    by('check-told').textContent = `${checked} / ${read.entries}`;
  } else if (line.rows) {
    rows = rows.concat(line.rows);
  } else if (line.refused) {
    throw new Error(`${line.refused.title}:${line.refused.detail}`);
  } else if (line.done) {
    by('check-bar').value = by('check-bar').max;
    verdict();
    showFilter();
    by('wrong-file').hidden = count('wrong') === 0 || read.unreadable;
    if (read.unreadable) listed(fileFaults());
    by('rows-part').hidden = rows.length === 0 || read.unreadable;
    at = 0;
    showRows();
    showCommit();
  }
}

async function problemOf(answer) {
  if (answer.status === 401) return told('登录已过期:请在新窗口登录后,回到本页再点一次。', 'The session is over: sign in in another window, then press again here.');
  try {
    const problem = await answer.json();
    return `${problem.title}:${problem.detail}`;
  } catch (error) {
    return told(`服务未能答复(${answer.status}),请稍候再试。`, `No answer (${answer.status}): try again soon.`);
  }
}

async function eachLine(answer, take) {
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const part = await reader.read();
    rest += part.done ? decoder.decode() : decoder.decode(part.value, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop();
    lines.filter((line) => line).forEach((line) => take(JSON.parse(line)));
    if (part.done) return;
  }
}

function forget() {
  read = null;
  rows = [];
  receipts = new Map();
  checked = 0;
  at = 0;
  ['preview', 'commit', 'receipts-part', 'commit-part', 'rows-part', 'verdict'].forEach((id) => { by(id).hidden = true; });
  by('result').replaceChildren();
  by('check-told').textContent = '';
  by('correct').checked = false;
  trouble('');
}

async function preview() {
  const file = by('file').files[0];
  forget();
  if (!file) return;
  if (file.size > Number(form.dataset.most)) {
    trouble(told('文件超过 8 MiB:请拆分后上传,或用命令 zeren import 导入。', 'The file is above 8 MiB: split it, or use the command zeren import.'));
    return;
  }
  const asked = new URLSearchParams({ log: by('log').value, kind: by('kind').value, source: by('source').value.trim(), file: file.name });
  const answer = await fetch(`/enter/preview?${asked}`, { method: 'POST', body: file, headers: headers({ 'Content-Type': 'application/octet-stream' }) });
  if (!answer.ok) {
    trouble(await problemOf(answer));
    return;
  }
  let done = false;
  await eachLine(answer, (line) => {
    note(line);
    done = done || Boolean(line.done);
  });
  if (!done) throw new Error(told('预览中断,请重试。', 'The preview broke off: try again.'));
}

function nextBatch() {
  const batch = [];
  let size = 0;
  waiting().some((row) => {
    if (row.state === 'edited') row.event.data.reason = by('reason').value.trim();
    const length = new TextEncoder().encode(JSON.stringify(row.event)).length;
    if (batch.length && (batch.length >= TOGETHER || size + length > MOST_BYTES)) return true;
    batch.push(row);
    size += length;
    return false;
  });
  return batch;
}

const OUTCOMES = {
  appended: told('已记录', 'recorded'),
  duplicate: told('此前已在册', 'was on record'),
  rejected: told('未接受', 'refused'),
};

function outcomeOf(row) {
  const receipt = receipts.get(row.line);
  if (receipt) return receipt;
  return row.state === 'known' ? { status: 'duplicate', position: row.position, id: row.id } : null;
}

function tell(ended) {
  const all = Array.from(receipts.values());
  const many = (status) => all.filter((one) => one.status === status).length;
  const left = waiting().length;
  const text = told(`已记录 ${many('appended')} 行;此前已在册 ${many('duplicate') + count('known')} 行;未接受 ${many('rejected')} 行;余 ${left} 行未送。`,
    `${many('appended')} rows recorded, ${many('duplicate') + count('known')} were on record, ${many('rejected')} refused, ${left} not sent.`);
  const kept = count('wrong') ? told(`另有 ${count('wrong')} 行有误,未送。`, ` ${count('wrong')} wrong rows were kept back.`) : '';
  const notice = document.createElement('p');
  notice.className = many('rejected') || left ? 'notice warn' : 'notice';
  notice.textContent = (ended ? `${ended} ` : '') + text + kept;
  by('result').replaceChildren(notice);
}

function showReceipts() {
  const body = by('receipts').tBodies[0];
  const sent = rows.filter((row) => receipts.has(row.line)).slice(0, 100);
  body.replaceChildren.apply(body, sent.map((row) => {
    const receipt = receipts.get(row.line);
    const why = receipt.problem ? `:${receipt.problem.detail}` : '';
    const line = table.row([String(row.line), OUTCOMES[receipt.status] + why, '', instant(receipt.recorded_at), receipt.id || ''], 'td');
    if (receipt.position !== null) line.cells[2].append(eventLink(by('log').value, receipt.position));
    return line;
  }));
  by('receipts-part').hidden = false;
  by('log-link').href = `/logs/${encodeURIComponent(by('log').value)}`;
}

async function commit() {
  const total = waiting().length + receipts.size;
  const url = `/v1/logs/${encodeURIComponent(by('log').value)}/events`;
  by('commit-part').hidden = false;
  by('commit-bar').max = Math.max(1, total);
  for (let batch = nextBatch(); batch.length && !stopped; batch = nextBatch()) {
    const answer = await fetch(url, {
      method: 'POST',
      body: JSON.stringify(batch.map((row) => row.event)),
      headers: headers({ 'Content-Type': 'application/cloudevents-batch+json' }),
    });
    if (!answer.ok) {
      tell(await problemOf(answer));
      return;
    }
    const body = await answer.json();
    batch.forEach((row, index) => receipts.set(row.line, body.receipts[index]));
    by('commit-bar').value = receipts.size;
    by('commit-told').textContent = `${receipts.size} / ${total}`;
  }
  tell(stopped ? told('已停止。已记录的保留;可点“继续”送余下的行。', 'Stopped. What was recorded stays; the rest can be sent.') : told('完成。', 'Done.'));
  announce(by('result').textContent);
}

/** Do one thing at a time; what goes wrong on the way is said with what to do next. */
async function doing(work, failed) {
  if (busy) return;
  busy = true;
  stopped = false;
  document.querySelectorAll('#ledger button, #ledger select, #ledger input').forEach((one) => { one.disabled = true; });
  try {
    await work();
  } catch (error) {
    failed(error instanceof TypeError ? told('无法连接服务,请检查网络后再点一次;已在册的行不会重复记录。', 'The service cannot be reached: check the network and press again; nothing is recorded twice.') : error.message);
  } finally {
    busy = false;
    document.querySelectorAll('#ledger button, #ledger select, #ledger input').forEach((one) => { one.disabled = false; });
    if (read) showCommit();
  }
}

function wrongFile() {
  const wrong = rows.filter((row) => row.state === 'wrong');
  const own = read.headers.filter((header) => header !== read.faults_header);
  const body = wrong.map((row) => own.map((header) => row.cells[read.headers.indexOf(header)] || '').concat([
    row.faults.map((one) => `${told('原第 ', 'line ')}${row.line}${told(' 行', '')}${one.column ? ` ${one.column}` : ''}:${said(one)}`).join(';'),
  ]));
  save(told('有误的行.csv', 'wrong-rows.csv'), [own.concat([read.faults_header])].concat(body));
}

function receiptsFile() {
  const head = ['line', 'id', 'status', 'position', 'recorded_at', 'leaf_hash', 'problem'];
  const body = rows.filter(outcomeOf).map((row) => {
    const receipt = outcomeOf(row);
    const why = receipt.problem ? receipt.problem.detail : '';
    return [row.line, receipt.id, receipt.status, receipt.position, receipt.recorded_at, receipt.leaf_hash, why];
  });
  const titles = ['行', '事件编号', '结果', '位置', '记录时间', '叶哈希', '问题'];
  save(told(`回执-${by('log').value}.csv`, `receipts-${by('log').value}.csv`), [told(titles, head)].concat(body));
}

function showTemplate() {
  const kind = by('kind').value;
  by('template').hidden = !kind;
  by('template').href = `/v1/kinds/${encodeURIComponent(kind)}/template`;
}

function address() {
  const url = new URL(window.location.href);
  url.searchParams.set('log', by('log').value);
  if (by('kind').value) url.searchParams.set('kind', by('kind').value);
  else url.searchParams.delete('kind');
  window.history.replaceState(null, '', url);
  showTemplate();
}

if (form) {
  form.querySelector('button[type=submit]').disabled = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    doing(preview, trouble);
  });
  ['log', 'kind', 'source', 'file'].forEach((id) => by(id).addEventListener('change', () => {
    address();
    if (!busy) forget();
  }));
  by('show').addEventListener('change', () => { at = 0; showRows(); });
  by('before').addEventListener('click', () => { at -= ON_PAGE; showRows(); });
  by('after').addEventListener('click', () => { at += ON_PAGE; showRows(); });
  by('correct').addEventListener('change', showCommit);
  by('reason').addEventListener('input', showCommit);
  by('wrong-file').addEventListener('click', wrongFile);
  by('receipts-file').addEventListener('click', receiptsFile);
  by('stop').addEventListener('click', () => { stopped = true; });
  by('go').addEventListener('click', () => {
    by('stop').hidden = false;
    by('go').disabled = true;
    doing(commit, tell).then(() => {
      by('stop').hidden = true;
      if (receipts.size) showReceipts();
    });
  });
  showTemplate();
}
