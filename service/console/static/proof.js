// Checks in the browser that an entry is in the signed tree, and says claim by claim what was checked and what not.

import { headers, told } from './frame.js';
import { native, sha256 } from './sha256.js';
import { base64Of, bytesOf, hex, joined, leafHash, readCheckpoint, readKey, readProof, rootOf, same, signedBy, utf8 }
  from './tlog.js';

const section = document.getElementById('proof');
const list = document.getElementById('proof-claims');
const result = document.getElementById('proof-result');
const GOOD = 'good';
const BAD = 'bad';
const NOT = 'calm';
const AGAIN = 2000; // milliseconds until another look for a checkpoint that covers the entry
const TRIES = 60;
let tries = 0;
const MARKS = { good: ['✓', told('成立', 'holds')], bad: ['✗', told('不成立', 'FAILS')], calm: ['–', told('未核验', 'not checked')] };

/** What is said of a claim, as an item of the list. */
function item(status, title, said) {
  const line = document.createElement('li');
  line.dataset.status = status;
  const mark = document.createElement('span');
  mark.className = `state ${status}`;
  mark.textContent = `${MARKS[status][0]} ${MARKS[status][1]}`;
  const more = document.createElement('span');
  more.className = 'said';
  more.textContent = said;
  line.append(mark, ` ${title}`, more);
  return line;
}

async function fetched(path, accept) {
  let answer;
  try {
    answer = await fetch(path, { headers: headers({ Accept: accept }), credentials: 'same-origin', cache: 'no-store' });
  } catch (error) {
    error.status = 0;
    throw error;
  }
  if (!answer.ok) {
    const error = new Error(`${path}: ${answer.status}`);
    error.status = answer.status;
    throw error;
  }
  return answer;
}

const json = async (path) => (await fetched(path, 'application/json')).json();
const text = async (path) => (await fetched(path, 'text/plain')).text();

/** All that is fetched for the check. */
async function gather(log, position) {
  const one = `/v1/logs/${encodeURIComponent(log)}`;
  const about = await json(one);
  const served = readCheckpoint(await text(`/${encodeURIComponent(log)}/checkpoint`));
  const proof = readProof(await text(`${one}/events/${position}/proof?size=${served.size}`));
  const erased = section.dataset.erased === '1';
  const exhibit = await json(`${one}/events/${position}/exhibit`);
  return { about, served, proof, exhibit, erased };
}

/** That the page shows the bytes that were fetched. */
function shown(exhibit) {
  const kept = document.getElementById('kept');
  const title = told('本页所示原文就是所取得的字节', 'The text on this page is the bytes that were fetched');
  if (!exhibit.kept || !kept) return [NOT, title, told('内容已删除', 'the content was erased')];
  const bytes = bytesOf(exhibit.kept);
  return [same(utf8(kept.textContent), bytes) ? GOOD : BAD, title, `${bytes.length} ${told('字节', 'bytes')}`];
}

/** That the leaf record stands for these bytes. */
async function stands(exhibit, leaf) {
  const title = told('叶子记录就是由这条记录的字节做成', 'The leaf record is made of the bytes of this entry');
  const head = `{"id":${JSON.stringify(exhibit.id)},"kind_version":${exhibit.kind_version},"source":${JSON.stringify(exhibit.source)},"type":${JSON.stringify(exhibit.type)}}`;
  const header = hex(await sha256(joined(bytesOf(exhibit.salt_h), utf8(head))));
  if (!exhibit.kept) {
    const fits = header === leaf.header && hex(bytesOf(exhibit.erased.sha256)) === leaf.sha256;
    return [fits ? NOT : BAD, title, told('内容已删除:只核对了留下的摘要', 'erased: the digest that remains was compared')];
  }
  const digest = hex(await sha256(joined(bytesOf(exhibit.salt_p), bytesOf(exhibit.kept))));
  const fits = digest === leaf.sha256 && header === leaf.header;
  return [fits ? GOOD : BAD, title, `SHA-256(${told('盐', 'salt')} ‖ ${told('原文', 'bytes')}) = ${digest}`];
}

function identity(found, leaf, log, position) {
  const fits = leaf.log === log && leaf.position === position && leaf.recorded_at === section.dataset.recorded
    && found.proof.index === position && leaf.v === 1;
  const said = `${leaf.log} #${leaf.position} ${leaf.recorded_at}`;
  return [fits ? GOOD : BAD, told('叶子记录所写的日志、位置、时间与本页一致', 'The leaf record names the log, position and instant of this page'), said];
}

/** What the claims are, in order: [status, title, what was computed]. */
async function claims(found, log, position, trusted) {
  const leaf = JSON.parse(new TextDecoder().decode(found.proof.leaf));
  const said = [shown(found.exhibit), await stands(found.exhibit, leaf), identity(found, leaf, log, position)];
  const hash = await leafHash(found.proof.leaf);
  const leafTitle = told('叶子哈希与本页一致', 'The leaf hash is that of this page');
  said.push([base64Of(hash) === section.dataset.leaf ? GOOD : BAD, leafTitle, base64Of(hash)]);
  const head = found.proof.checkpoint;
  const title = told(`${found.proof.hashes.length} 个哈希的证明从此记录通到检查点的根`, `The proof of ${found.proof.hashes.length} hashes leads from this entry to the root of the checkpoint`);
  try {
    const root = await rootOf(hash, found.proof.index, head.size, found.proof.hashes);
    said.push([same(root, head.root) ? GOOD : BAD, title, `${told('算得', 'computed')} ${base64Of(root)} · ${told('检查点', 'checkpoint')} @${head.size} ${base64Of(head.root)}`]);
  } catch (error) {
    said.push([BAD, title, error.message]);
  }
  const fits = found.served.size === head.size && same(found.served.root, head.root) && found.served.origin === head.origin
    && head.origin === found.about.origin;
  said.push([fits ? GOOD : BAD, told('证明所用检查点就是此日志公开的检查点', 'The checkpoint of the proof is the one that this log publishes'), `${head.origin} @${head.size}`]);
  said.push(await signature(found, trusted));
  return said;
}

/** That the checkpoint is signed, with a key brought along or, saying so, with one that the service shows. */
async function signature(found, trusted) {
  const own = trusted ? await readKey(trusted) : null;
  if (trusted && !own) return [BAD, told('检查点签名', 'Signature of the checkpoint'), told('所填不是 Ed25519 的 vkey', 'what was entered is no vkey of Ed25519')];
  const keys = own ? [own] : (await Promise.all(found.about.vkeys.map(readKey))).filter((key) => key);
  const title = own ? told('检查点由您信任的密钥签署', 'The checkpoint is signed with the key you trust')
    : told('检查点由本服务所示的密钥签署(密钥请与另行取得的核对)', 'The checkpoint is signed with the key this service shows (compare it with one had from elsewhere)');
  let status = keys.length ? false : null;
  let by = '';
  for (const key of keys) {
    const found1 = await signedBy(found.proof.checkpoint, key);
    if (found1 === null && status === false) status = null;
    if (found1) { status = true; by = key.vkey; }
  }
  if (status === null) return [NOT, title, told('此浏览器在此页面不能核验 Ed25519(需 https 与较新的浏览器)', 'this browser cannot verify Ed25519 on this page: that takes https and a recent browser')];
  return [status ? GOOD : BAD, title, status ? by : told('没有有效签名', 'no valid signature')];
}

function conclude(said) {
  const failed = said.filter((one) => one[0] === BAD).length;
  const open = said.filter((one) => one[0] === NOT).length;
  const how = native() ? told('SHA-256 由浏览器的 WebCrypto 计算', 'SHA-256 by WebCrypto')
    : told('本页不是安全上下文,SHA-256 由本页脚本计算', 'not a secure context: SHA-256 by the script of this page');
  result.className = `notice ${failed ? 'bad' : 'good'}`;
  result.textContent = failed
    ? told(`核验不通过:${failed} 项不成立。请保存本页,并立即告知审计人员。`, `NOT VERIFIED: ${failed} claims fail. Keep this page and tell the auditors at once.`)
    : told(`核验通过:${said.length - open} 项成立${open ? `,${open} 项未核验` : ''}。${how}。`, `Verified: ${said.length - open} claims hold${open ? `, ${open} not checked` : ''}. ${how}.`);
}

function unavailable(error) {
  result.className = 'notice warn';
  result.textContent = error.status === 404 || error.status === 503 || error.status === 422
    ? told('未核验:已发布的检查点尚不包含此记录,稍后自动再试。', 'Not checked: no published checkpoint covers this entry yet; it is tried again.')
    : told(`未核验:取不到证明(${error.message})。请检查网络或重新登录后再试。`, `Not checked: the proof cannot be had (${error.message}). Check the network, or sign in again.`);
  if ((error.status === 404 || error.status === 503 || error.status === 422) && tries < TRIES) {
    tries += 1;
    window.setTimeout(check, AGAIN);
  }
}

async function check() {
  const log = section.dataset.log;
  const position = Number(section.dataset.position);
  result.className = 'notice';
  result.textContent = told('正在核验……', 'Checking…');
  let found;
  try {
    found = await gather(log, position);
  } catch (error) {
    list.textContent = '';
    if (error.status !== undefined) unavailable(error);
    else {
      list.append(item(BAD, told('所取得的证明格式不对', 'What was fetched is no proof'), error.message));
      conclude([[BAD]]);
    }
    return;
  }
  let said;
  try {
    said = await claims(found, log, position, document.getElementById('vkey').value.trim());
  } catch (error) {
    said = [[BAD, told('所取得的证明格式不对', 'What was fetched is no proof'), error.message]];
  }
  list.textContent = '';
  said.forEach((one) => list.append(item(one[0], one[1], one[2])));
  conclude(said);
}

if (section) {
  document.getElementById('proof-own').hidden = false;
  document.getElementById('check-again').addEventListener('click', check);
  check();
}
