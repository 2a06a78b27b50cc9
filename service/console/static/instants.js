// Instants as people of Asia/Shanghai read them.

import { told } from './frame.js';

/** An RFC 3339 instant in the time of Beijing; a dash where the text is none. */
export function instant(text) {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return '—';
  const local = new Date(at + 8 * 3600000).toISOString().slice(0, 19).replace('T', ' ');
  return `${local} ${told('北京时间', 'UTC+8')}`;
}
