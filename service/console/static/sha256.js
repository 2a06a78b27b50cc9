// SHA-256 (FIPS 180-4): by the browser where it may, else by a plain implementation of ours.

const PRIMES = [];
for (let n = 2; PRIMES.length < 64; n += 1) {
  if (PRIMES.every((prime) => n % prime !== 0)) PRIMES.push(n);
}

/** The first 32 bits of the fractional part of a root. */
function fraction(root) {
  return Math.floor((root - Math.floor(root)) * 0x100000000) >>> 0;
}

const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUND = PRIMES.map((prime) => fraction(Math.cbrt(prime)));

function turn(word, by) {
  return (word >>> by) | (word << (32 - by));
}

/** The message with its padding: one bit, zeros, and the length in bits as 64 of them. */
function padded(bytes) {
  const whole = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setUint32(whole.length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(whole.length - 4, (bytes.length << 3) >>> 0);
  return view;
}

function block(state, view, at, words) {
  for (let t = 0; t < 16; t += 1) words[t] = view.getUint32(at + t * 4);
  for (let t = 16; t < 64; t += 1) {
    const a = words[t - 15];
    const b = words[t - 2];
    const low = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
    const high = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
    words[t] = (words[t - 16] + low + words[t - 7] + high) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t += 1) {
    const one = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const first = (h + one + ((e & f) ^ (~e & g)) + ROUND[t] + words[t]) | 0;
    const two = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const second = (two + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + first) | 0;
    d = c; c = b; b = a; a = (first + second) | 0;
  }
  return [a, b, c, d, e, f, g, h].map((word, index) => (word + state[index]) | 0);
}

/** The digest of bytes, computed here. */
export function plain(bytes) {
  const view = padded(bytes);
  const words = new Int32Array(64);
  let state = START.map((word) => word | 0);
  for (let at = 0; at < view.byteLength; at += 64) state = block(state, view, at, words);
  const digest = new Uint8Array(32);
  state.forEach((word, index) => new DataView(digest.buffer).setUint32(index * 4, word >>> 0));
  return digest;
}

/** Whether the browser's own implementation may be used: only in a secure context. */
export function native() {
  return Boolean(window.isSecureContext && window.crypto && window.crypto.subtle);
}

/** The digest of bytes. */
export async function sha256(bytes) {
  if (native()) return new Uint8Array(await window.crypto.subtle.digest('SHA-256', bytes));
  return plain(bytes);
}
