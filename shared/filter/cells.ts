// What a cell says to the filter: "only this", "not this", "around this moment".
import type { RecordRow } from "../contract/records";
import { filterFieldName } from "../record/field-names";
import { formatUtc } from "../time/civil";
import { ownName, PROTOCOLS } from "./fields";
import { choose, withRange, withTerms } from "./terms";

const TIMES: Readonly<Record<string, keyof RecordRow>> = { time: "timeUs", start: "startUs", end: "endUs" };

/** The name or number of a protocol as filters write it. */
const protocolWord = (number: number): string =>
  Object.entries(PROTOCOLS).find(([, code]) => code === number)?.[0] ?? String(number);

/** A cell's value in the filter language, null for the unknown; undefined where the column is none of its fields. */
function cellValue(row: RecordRow, column: string): string | null | undefined {
  const time = TIMES[column];
  if (time !== undefined) {
    const us = row[time] as number | null;
    // The digits that were written: `=` then holds for the whole second, or tenth, that the source meant.
    return us === null ? null : formatUtc(us, column === "time" ? (row.precisionUs ?? 1) : 1);
  }
  if (column === "protocol") return row.protocol === null ? null : protocolWord(row.protocol);
  const value = (row as unknown as Readonly<Record<string, unknown>>)[column];
  if (value === undefined || typeof value === "object") return value === null ? null : undefined;
  return String(value);
}

/** The filter that keeps only, or leaves out, what the cell shows; null where the column is none of the filter's fields. */
export function filterByCell(
  filter: string,
  row: RecordRow,
  column: string,
  choice: "only" | "not",
): string | null {
  const term = (text: string): string => withTerms(filter, choice === "not" ? `not (${text})` : text);
  if (column.startsWith("field.")) {
    const names = Object.keys(row.fields);
    const text = row.fields[column.slice(6)] ?? null;
    const field = ownName(filterFieldName(column.slice(6), names));
    return choose(filter, field, text === null ? null : String(text), choice);
  }
  if (column === "ports") {
    return row.portLow === null
      ? term("port is null")
      : term(`portLow = ${row.portLow} and portHigh = ${row.portHigh ?? row.portLow}`);
  }
  const value = cellValue(row, column);
  return value === undefined ? null : choose(filter, column, value, choice);
}

export const AROUND_US = [1_000_000, 60_000_000, 600_000_000] as const;

/** The filter with its time narrowed to the record's recorded moment, its precision included, and so much on either side. */
export function aroundMoment(filter: string, row: RecordRow, us: number): string | null {
  if (row.timeUs === null) return null;
  const to = row.timeUs + (row.precisionUs ?? 1) + (row.slackUs ?? 0) + us;
  return withRange(filter, "time", `${formatUtc(row.timeUs - us, 1)}/${formatUtc(to, 1)}`);
}
