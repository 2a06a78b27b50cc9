// Instants as people of Asia/Shanghai read them, and days.

import { told } from './frame.js';

/** An RFC 3339 instant in the time of Beijing; a dash where the text is none. */
export function instant(text) {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return '—';
  const local = new Date(at + 8 * 3600000).toISOString().slice(0, 19).replace('T', ' ');
  return `${local} ${told('北京时间', 'UTC+8')}`;
}

const [FIRST, LAST] = ['0001-01-01', '9999-12-31'].map((day) => Date.parse(day));

/** The day that begins so many milliseconds after 1970 in UTC; beyond the calendar its first or its last. */
export function dayOf(ms) {
  return new Date(Math.max(FIRST, Math.min(LAST, ms))).toISOString().slice(0, 10);
}
