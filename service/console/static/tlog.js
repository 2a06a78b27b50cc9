// Reads tlog-proof@v1 and signed notes (C2SP), and follows an inclusion proof to its root (RFC 9162 2.1.3.2).

import { sha256 } from './sha256.js';

const FIRST = 'c2sp.org/tlog-proof@v1';
const ED25519 = 1;

export function bytesOf(base64) {
  return Uint8Array.from(window.atob(base64), (one) => one.charCodeAt(0));
}

export function base64Of(bytes) {
  return window.btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(''));
}

export function utf8(text) {
  return new TextEncoder().encode(text);
}

export function joined() {
  const parts = Array.from(arguments);
  const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  parts.forEach((one) => { whole.set(one, at); at += one.length; });
  return whole;
}

export function same(one, other) {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

export function hex(bytes) {
  return Array.from(bytes, (one) => one.toString(16).padStart(2, '0')).join('');
}

/** A whole number as the formats write it. Throws for anything else. */
function number(text) {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) throw new Error(`not a number: ${text}`);
  return Number(text);
}

/** A checkpoint: what is signed, origin, size, root, and the signatures by name. */
export function readCheckpoint(text) {
  const cut = text.indexOf('\n\n');
  if (cut < 0) throw new Error('not a signed note');
  const body = text.slice(0, cut + 1);
  const lines = body.split('\n');
  const signatures = text.slice(cut + 2).split('\n').filter((line) => line).map((line) => {
    const parts = line.split(' ');
    return { name: parts[1], raw: bytesOf(parts[2]) };
  });
  const root = bytesOf(lines[2]);
  if (root.length !== 32) throw new Error('a root of 32 bytes is expected');
  return { body, origin: lines[0], size: number(lines[1]), root, signatures };
}

/** A proof: the leaf record, its index, the hashes from the leaf up, and the checkpoint. */
export function readProof(text) {
  const cut = text.indexOf('\n\n');
  const lines = text.slice(0, cut).split('\n');
  if (cut < 0 || lines.shift() !== FIRST) throw new Error(`expected ${FIRST}`);
  if (lines[0].indexOf('extra ') !== 0 || lines[1].indexOf('index ') !== 0) throw new Error('expected extra and index');
  const leaf = bytesOf(lines.shift().slice(6));
  const index = number(lines.shift().slice(6));
  return { leaf, index, hashes: lines.map(bytesOf), checkpoint: readCheckpoint(text.slice(cut + 2)) };
}

export function leafHash(record) {
  return sha256(joined(Uint8Array.of(0), record));
}

function nodeHash(left, right) {
  return sha256(joined(Uint8Array.of(1), left, right));
}

/** The root that a proof leads to. Numbers are halved, not shifted: they may be larger than 32 bits. */
export async function rootOf(leaf, index, size, hashes) {
  if (!(index < size)) throw new Error(`no leaf ${index} in a tree of ${size}`);
  let at = index;
  let last = size - 1;
  let node = leaf;
  const up = () => { at = Math.floor(at / 2); last = Math.floor(last / 2); };
  for (const beside of hashes) {
    if (last === 0 || beside.length !== 32) throw new Error('the proof is too long');
    if (at % 2 === 1 || at === last) {
      node = await nodeHash(beside, node);
      while (at % 2 === 0 && at !== 0) up();
    } else {
      node = await nodeHash(node, beside);
    }
    up();
  }
  if (last !== 0) throw new Error('the proof is too short');
  return node;
}

/** A verifier key `name+id+key`, its id checked; null where it is none of Ed25519. */
export async function readKey(vkey) {
  const parts = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(vkey.trim());
  if (!parts) return null;
  const typed = bytesOf(parts[3]);
  const id = (await sha256(joined(utf8(`${parts[1]}\n`), typed))).slice(0, 4);
  if (typed[0] !== ED25519 || typed.length !== 33 || hex(id) !== parts[2]) return null;
  return { name: parts[1], id, raw: typed.slice(1), vkey: vkey.trim() };
}

/** Whether a checkpoint is signed with a key: true, false, or null where this browser cannot tell. */
export async function signedBy(checkpoint, key) {
  const lines = checkpoint.signatures.filter((one) => one.name === key.name && same(one.raw.slice(0, 4), key.id));
  if (!lines.length) return false;
  if (!window.isSecureContext || !window.crypto || !window.crypto.subtle) return null;
  let known;
  try {
    known = await window.crypto.subtle.importKey('raw', key.raw, { name: 'Ed25519' }, false, ['verify']);
  } catch (error) {
    return null;
  }
  for (const line of lines) {
    const told = utf8(checkpoint.body);
    if (await window.crypto.subtle.verify({ name: 'Ed25519' }, known, line.raw.slice(4), told)) return true;
  }
  return false;
}
