// CSV as RFC 4180 says it, byte-faithful: what is read back is what was written, NULL (an empty field) told apart from
// empty text (""), nothing trimmed or escaped otherwise. The copy for spreadsheets is another file, marked as derived.

export type Cell = string | number | null;

export function csvRecord(cells: readonly Cell[]): string {
  return cells.map(field).join(",");
}

function field(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  return cell === "" || /[",\r\n]/.test(cell) ? quoted(cell) : cell;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** A record with its CR LF. */
export const csvLine = (cells: readonly Cell[]): string => `${csvRecord(cells)}\r\n`;

/** What a spreadsheet may take for a formula: also after white space, and in the full-width forms that some fold. */
const FORMULA = /^[\s\u00a0\ufeff"']*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|^[\t\r\n]/;

/** One record of the spreadsheet copy (all fields quoted), and how many of its cells had to be changed. */
export function spreadsheetLine(cells: readonly Cell[]): { line: string; changed: number } {
  let changed = 0;
  const fields = cells.map((cell) => {
    const text = cell === null ? "" : String(cell);
    if (!FORMULA.test(text)) return quoted(text);
    changed++;
    return quoted(`'${text}`);
  });
  return { line: `${fields.join(",")}\r\n`, changed };
}

/** Records of a CSV text, NULL and empty text told apart. Throws RangeError with the record's number where it is none. */
export function parseCsv(text: string): (string | null)[][] {
  const records: (string | null)[][] = [];
  let record: (string | null)[] = [];
  let at = 0;
  const fail = (what: string): never => {
    throw new RangeError(`record ${records.length + 1}: ${what}`);
  };
  while (at < text.length) {
    let value: string | null;
    if (text[at] === '"') {
      value = "";
      for (at++; ; ) {
        const end = text.indexOf('"', at);
        if (end < 0) fail("a quote is not closed");
        value += text.slice(at, end);
        at = end + 1;
        if (text[at] !== '"') break;
        value += '"';
        at++;
      }
    } else {
      const from = at;
      while (at < text.length && text[at] !== "," && text[at] !== "\r" && text[at] !== "\n") at++;
      value = at === from ? null : text.slice(from, at);
    }
    record.push(value);
    if (text[at] === ",") {
      at++;
      if (at === text.length) fail("it ends in the middle");
      if (text.startsWith("\r\n", at)) {
        record.push(null);
        at += 2;
        records.push(record);
        record = [];
      }
      continue;
    }
    if (!text.startsWith("\r\n", at)) fail("it does not end in CR LF");
    at += 2;
    records.push(record);
    record = [];
  }
  return records;
}

/** Where each record of CSV bytes stands, [from, to) without its CR LF: the exhibit's row tree is over these bytes. */
export function csvRecordSpans(bytes: Uint8Array): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = [];
  let from = 0;
  let quotes = false;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0x22) quotes = !quotes;
    else if (!quotes && bytes[i] === 0x0a) {
      spans.push({ from, to: i > from && bytes[i - 1] === 0x0d ? i - 1 : i });
      from = i + 1;
    }
  }
  if (from < bytes.length) spans.push({ from, to: bytes.length });
  return spans;
}
