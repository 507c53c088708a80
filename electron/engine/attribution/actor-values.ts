// Which actor each questioned event is of: the value of one of the record's own fields, as the analyst chose it. Fields
// that only the evidence holds are read there, after its hash was checked: an actor from other bytes would put strangers'
// events together.
import { ProductError } from "../../../shared/errors";
import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";
import { appendColumns } from "../database/appender";
import { checkEvidence, fieldsOfRows, ownFieldNames, SAMPLE } from "../records/own-fields";

/** What logs write where there is no value. */
const EMPTY = new Set(["", "-", "(null)"]);

/** `FIELD`, or `FIELD:NAME` for one cookie of a header's `NAME=VALUE; ...`. */
export interface ActorField {
  /** As given: a field whose own name has a colon is taken first. */
  readonly text: string;
  readonly field: string;
  readonly part: string | null;
}

export function actorField(text: string): ActorField {
  const at = text.indexOf(":");
  return at < 0
    ? { text, field: text, part: null }
    : { text, field: text.slice(0, at), part: text.slice(at + 1) };
}

/** The actor that a record's fields name, or null. */
export function actorOf(
  fields: Readonly<Record<string, string | number | null>>,
  wanted: ActorField,
): string | null {
  const { field, part } = Object.hasOwn(fields, wanted.text) ? { field: wanted.text, part: null } : wanted;
  const own = Object.hasOwn(fields, field) ? fields[field] : null;
  if (own === null || own === undefined) return null;
  let value = String(own).trim();
  if (part !== null) {
    const found = value.split(";").find((one) => one.trimStart().startsWith(`${part}=`));
    value = found === undefined ? "" : found.slice(found.indexOf("=") + 1).trim();
  }
  return EMPTY.has(value) ? null : value;
}

/** Checks before the act that some record has the field. Throws "usage" with the fields that there are. */
export async function checkActorField(openCase: OpenCase, source: SourceRow, text: string): Promise<void> {
  const wanted = actorField(text);
  const seen = await ownFieldNames(openCase, source);
  if (seen.includes(wanted.text) || seen.includes(wanted.field)) return;
  throw new ProductError(
    "usage",
    `None of the first ${SAMPLE} records of "${source.name}" has a field "${wanted.field}" that could name an actor.`,
    seen.length > 0
      ? `Their fields are: ${[...seen].sort().join(", ")}. One cookie of a header is FIELD:NAME.`
      : "Its format has no fields beside time and endpoint.",
  );
}

/**
 * Fills `table` (row, actor) for the questioned events that name an actor. Returns the actors' values, by number, in the
 * order of their first event.
 */
export async function stageActorValues(
  openCase: OpenCase,
  source: SourceRow,
  events: string,
  table: string,
  text: string,
  signal: AbortSignal,
): Promise<string[]> {
  const { db } = openCase;
  const wanted = actorField(text);
  await db.run(`CREATE TABLE "${table}"("row" BIGINT NOT NULL, actor INTEGER NOT NULL)`);
  await checkEvidence(openCase, source, signal);
  const numbers = new Map<string, number>();
  let rows: number[] = [];
  let actors: number[] = [];
  const flush = async () => {
    if (rows.length === 0) return;
    await appendColumns(
      db,
      table,
      [
        { kind: "i64", values: Float64Array.from(rows) },
        { kind: "i32", values: Int32Array.from(actors) },
      ],
      rows.length,
    );
    rows = [];
    actors = [];
  };
  const questioned = `rowid IN (SELECT "row" FROM "${events}" WHERE selected = 1)`;
  for await (const { row, fields } of fieldsOfRows(openCase, source, questioned, signal)) {
    const value = actorOf(fields, wanted);
    if (value === null) continue;
    let number = numbers.get(value);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(value, number);
    }
    rows.push(row);
    actors.push(number);
    if (rows.length >= 32_768) await flush();
  }
  await flush();
  return [...numbers.keys()];
}
