// What people read on a terminal: aligned tables, numbers with units, times ending in Z. Text from evidence may carry
// control and bidirectional characters that would move the reader's cursor or reverse a name; they are shown escaped,
// never sent to the terminal and never dropped (rule of evidence 13).
import { formatUtc } from "../../shared/time/civil";

// C0, DEL, C1, zero-width and joiner marks, bidi embeddings, overrides and isolates, line separators, BOM, lone surrogates.
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export const escaped = (text: string): string =>
  text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });

/** 1234567 -> "1,234,567". */
export const number = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** "1 line", "2 lines", "1,000 lines". */
export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;

export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let scaled = value / 1_000;
  let unit = 0;
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1_000;
    unit++;
  }
  return `${scaled < 10 ? scaled.toFixed(1) : scaled.toFixed(0)} ${units[unit]}`;
}

/** A time with six decimals less the trailing groups of three zeros: 2026-03-01T12:00:00Z, ...00.250Z. */
export const time = (us: number | null): string => {
  if (us === null) return "-";
  return formatUtc(us, us % 1_000_000 === 0 ? 1_000_000 : us % 1_000 === 0 ? 1_000 : 1);
};

/** A signed or unsigned stretch of time, in the unit that a reader would choose. */
export function span(us: number, signed = false): string {
  const sign = us < 0 ? "-" : signed ? "+" : "";
  const abs = Math.abs(us);
  if (abs < 1_000) return `${sign}${abs} us`;
  if (abs < 1_000_000) return `${sign}${trim(abs / 1_000, 3)} ms`;
  if (abs < 600_000_000) return `${sign}${trim(abs / 1_000_000, 3)} s`;
  const seconds = Math.round(abs / 1_000_000);
  const h = Math.floor(seconds / 3_600);
  const m = Math.floor((seconds % 3_600) / 60);
  const s = seconds % 60;
  return `${sign}${h > 0 ? `${h} h ` : ""}${m} min${s > 0 ? ` ${s} s` : ""}`;
}
const trim = (value: number, digits: number): string =>
  value.toFixed(digits).replace(/0+$/, "").replace(/\.$/, "");

const PROTOCOLS: Record<number, string> = {
  1: "ICMP",
  6: "TCP",
  17: "UDP",
  33: "DCCP",
  58: "ICMPv6",
  132: "SCTP",
};
export const protocol = (value: number | null): string =>
  value === null ? "-" : (PROTOCOLS[value] ?? String(value));

/** Address and port as one reads them; an IPv6 address in brackets. */
export function endpoint(ip: string | null, port: number | null): string {
  if (ip === null) return "-";
  if (port === null) return ip;
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

export interface TableColumn {
  readonly title: string;
  readonly right?: boolean;
}

/** Rows of cells as aligned lines. Cells are escaped here; widths are counted in code points. */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  indent = "",
): string[] {
  const cells = [columns.map((column) => column.title), ...rows.map((row) => row.map(escaped))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => width(row[i] ?? ""))));
  return cells.map((row) =>
    `${indent}${columns
      .map((column, i) => {
        const cell = row[i] ?? "";
        const pad = " ".repeat(widths[i]! - width(cell));
        return column.right ? pad + cell : cell + pad;
      })
      .join("  ")}`.trimEnd(),
  );
}
const width = (text: string): number => [...text].length;

/** "Label   value" lines with the values in one column. */
export function pairs(rows: readonly (readonly [string, string])[], indent = "  "): string[] {
  const widest = Math.max(0, ...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${indent}${label.padEnd(widest)}  ${escaped(value)}`);
}

/** Breaks a sentence at spaces, for a terminal of 100 columns. */
export function wrap(text: string, indent = "  ", columns = 100): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of escaped(text).split(/ +/)) {
    if (line !== "" && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(indent + line);
  return lines;
}
