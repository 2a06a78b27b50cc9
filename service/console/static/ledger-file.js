// Files and tables of a ledger: CSV that a spreadsheet opens as it is, and rows of a table.

/** Rows and cells of a table. */
export const table = {
  cell(tag, text) {
    const cell = document.createElement(tag);
    cell.textContent = text;
    return cell;
  },
  row(texts, tag) {
    const row = document.createElement('tr');
    texts.forEach((text) => {
      const cell = table.cell(tag, text);
      if (tag === 'th') cell.scope = 'col';
      row.append(cell);
    });
    return row;
  },
};

/** A link to the page of an entry of a log. */
export function eventLink(log, position) {
  const link = document.createElement('a');
  link.className = 'entry';
  link.href = `/logs/${encodeURIComponent(log)}/events/${position}`;
  link.textContent = `#${position}`;
  return link;
}

function quoted(value) {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** Give rows to the person as a CSV file (RFC 4180, UTF-8 with BOM). */
export function save(name, rows) {
  const text = rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
  const url = URL.createObjectURL(new Blob([`\ufeff${text}`], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
