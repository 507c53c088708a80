// Which column of a CSV means what: the header's row, the delimiter, and --map. A column is taken only by its exact name
// (or by its number where the file has no header): a column guessed by likeness could swap inside and outside.
// Source: RFC 4180; CONTRACT, "--map keys".
import { ProductError } from "../../../errors";
import type { DateStyle } from "./written-time";

export const MAP_KEYS = [
  "time",
  "start",
  "end",
  "srcIp",
  "srcPort",
  "dstIp",
  "dstPort",
  "protocol",
  "publicIp",
  "portLow",
  "portHigh",
  "portStep",
  "insideIp",
  "insidePort",
  "subscriber",
  "event",
  "from",
  "to",
] as const;
export type MapKey = (typeof MAP_KEYS)[number];

export const isMapKey = (name: string): name is MapKey => (MAP_KEYS as readonly string[]).includes(name);

/** Bytes that may separate columns, in order of preference. */
const DELIMITERS = [44, 59, 9, 124] as const;

export interface Columns {
  readonly delimiter: number;
  /** Names by position; null where the file has no header (columns are then mapped by number). */
  readonly names: readonly string[] | null;
  /** Columns a row must have; 0 where the first row decides. */
  readonly count: number;
  /** Position (from 0) of each mapped key. */
  readonly at: ReadonlyMap<MapKey, number>;
}

/** The cells of one line of text, quotes undone (RFC 4180: a doubled quote is one). */
export function cellsOf(line: string, delimiter: number): string[] {
  const mark = String.fromCharCode(delimiter);
  const out: string[] = [];
  let i = 0;
  for (;;) {
    let cell = "";
    if (line[i] === '"') {
      i++;
      while (i < line.length) {
        if (line[i] !== '"') cell += line[i++];
        else if (line[i + 1] === '"') {
          cell += '"';
          i += 2;
        } else break;
      }
      i++;
      while (i < line.length && line[i] !== mark) cell += line[i++];
    } else {
      const end = line.indexOf(mark, i);
      cell = line.slice(i, end < 0 ? line.length : end);
      i += cell.length;
    }
    out.push(cell);
    if (i >= line.length) return out;
    i++;
    if (i === line.length) return [...out, ""];
  }
}

/** The delimiter that splits the header into most columns; null where none splits it. */
export function delimiterOf(header: string): number | null {
  let best: number | null = null;
  let most = 1;
  for (const d of DELIMITERS) {
    const n = cellsOf(header, d).length;
    if (n > most) {
      most = n;
      best = d;
    }
  }
  return best;
}

/** True where every mapped column is a number and the first line names none of them: the file then has no header. */
const byNumber = (map: Readonly<Record<string, string>>, header: readonly string[]): boolean => {
  const columns = Object.values(map);
  return columns.length > 0 && columns.every((c) => /^[1-9]\d{0,3}$/.test(c) && !header.includes(c));
};

export interface Chosen {
  readonly columns: Columns | null;
  /** Why there are none, as a sentence that lists the header's columns. */
  readonly problem: string | null;
}

/** Columns of a file from its first line. Without a map the header's own names must be keys. */
export function chooseColumns(firstLine: string, map: Readonly<Record<string, string>> | undefined): Chosen {
  const line = firstLine.startsWith("\xef\xbb\xbf") ? firstLine.slice(3) : firstLine;
  const delimiter = delimiterOf(line);
  if (delimiter === null) return { columns: null, problem: "The first line has no columns." };
  const header = cellsOf(line, delimiter).map((c) => c.trim());
  const listed = `Its columns are: ${header.map((c) => c.slice(0, 60)).join(", ")}.`;
  const at = new Map<MapKey, number>();
  if (map === undefined || Object.keys(map).length === 0) {
    for (const [i, name] of header.entries()) if (isMapKey(name) && !at.has(name)) at.set(name, i);
    return at.size === 0
      ? { columns: null, problem: `Say which column means what (--map). ${listed}` }
      : { columns: { delimiter, names: header, count: header.length, at }, problem: null };
  }
  const numbered = byNumber(map, header);
  for (const [key, column] of Object.entries(map)) {
    if (!isMapKey(key))
      throw new ProductError("usage", `--map has no key "${key}".`, `Its keys are: ${MAP_KEYS.join(", ")}.`);
    const position = numbered ? Number(column) - 1 : header.indexOf(column.trim());
    if (position < 0 || position >= header.length)
      return { columns: null, problem: `There is no column "${column}" for ${key}. ${listed}` };
    at.set(key, position);
  }
  return {
    columns: { delimiter, names: numbered ? null : header, count: header.length, at },
    problem: null,
  };
}

/**
 * A table's layout: how it writes its dates, where that is settled or given, and its header, so that a record's other
 * columns can be named later without the file's first line. `mdy 12h columns time,address`; --layout gives the first part.
 */
const LAYOUT = /^(?:(dmy|mdy) ?)?(?:(12h|24h) ?)?(?:columns (.*))?$/s;

/** The layout of a table whose first line is `header`. */
export const layoutOf = (header: string, style: DateStyle = {}): string =>
  [style.order, style.hours, `columns ${header.replace(/^\xef\xbb\xbf/, "")}`]
    .filter((part) => part !== undefined)
    .join(" ");

/** The first line that a layout of ours holds, else null. */
export const headerOfLayout = (layout: string | undefined): string | null =>
  LAYOUT.exec(layout ?? "")?.[3] ?? null;

/** How the file writes its dates, as far as a layout says. */
export function styleOfLayout(layout: string | undefined): DateStyle {
  const m = LAYOUT.exec(layout ?? "");
  return { order: m?.[1] as DateStyle["order"], hours: m?.[2] as DateStyle["hours"] };
}
