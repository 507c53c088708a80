// Records of several sources in the order of one axis: a table of (time, source, row) in the scratch database, so that a page
// is a range of it however deep it lies. Each record's place is computed as attribution computes it, segment by segment and
// by the fit that did not see the record.
import type { Progress } from "../../../shared/contract/messages";
import { ProductError } from "../../../shared/errors";
import { timelineFields } from "../../../shared/filter/timeline-fields";
import type { OpenCase } from "../case/open-case";
import type { CaseRegistry } from "../case/registry";
import { type SourceRow, sourceByName } from "../catalogue";
import { appendColumns } from "../database/appender";
import { sourceFiles } from "../records/bytes";
import { type HeldView, HeldViews } from "../records/held-views";
import { middle, placedInterval } from "../records/interval";
import { fromRecords, withFilter } from "../records/select";
import { type Axis, axisOf } from "./axis";

export interface TimelineQuestion {
  readonly sources: readonly string[];
  readonly filter: string;
  readonly clock?: string | null | undefined;
  readonly fromUs?: number | undefined;
  readonly toUs?: number | undefined;
}

export interface PlacedSource {
  readonly source: SourceRow;
  readonly rows: number;
  readonly outside: number;
  readonly untimed: number;
}

export interface TimelineView extends HeldView {
  readonly table: string;
  readonly rows: number;
  readonly axis: Axis;
  readonly sources: readonly PlacedSource[];
}

export interface TimelineIo {
  readonly connection: string;
  readonly cases: CaseRegistry;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

const held = new HeldViews<TimelineView>("timeline");
const APPEND_ROWS = 65_536;

export const timelineOf = (connection: string, id: string, openCase: OpenCase): TimelineView =>
  held.of(connection, id, openCase);
export const closeTimeline = (connection: string, id: string): Promise<void> => held.close(connection, id);

export async function openTimeline(
  openCase: OpenCase,
  question: TimelineQuestion,
  io: TimelineIo,
): Promise<TimelineView> {
  const { db } = openCase;
  if (new Set(question.sources).size !== question.sources.length)
    throw new ProductError("usage", "A source is named twice.", "Name each source once.");
  const named: SourceRow[] = [];
  for (const name of question.sources) named.push(await sourceByName(db, name));
  const clock = typeof question.clock === "string" ? await sourceByName(db, question.clock) : question.clock;
  const axis = await axisOf(db, named, clock);
  const id = held.nextId();
  const table = `scratch.${id}`;
  const staged = `${table}_staged`;
  try {
    await db.run(`CREATE TABLE ${staged}(at_us BIGINT, src UTINYINT NOT NULL, "row" BIGINT NOT NULL)`);
    const total = named.reduce((sum, source) => sum + source.rows, 0);
    let done = 0;
    const sources: PlacedSource[] = [];
    const lacked = new Map<string, number>();
    for (const k of named.keys()) {
      const before = done;
      sources.push(
        await stage(
          openCase,
          named,
          k,
          axis,
          question.filter,
          staged,
          io.signal,
          (rows) => {
            done = before + rows;
            io.progress({ doing: "Putting records on one axis", done, total, unit: "rows" });
          },
          io.progress,
          (name) => lacked.set(name, (lacked.get(name) ?? 0) + 1),
        ),
      );
      done = before + named[k]!.rows;
    }
    for (const [name, times] of lacked)
      if (times === named.length)
        throw new ProductError(
          "usage",
          `None of these sources has a field "${name}".`,
          "Look at a record's fields in its details; a filter names them field.NAME.",
        );
    const { fromUs, toUs } = question;
    const within = [
      ...(fromUs === undefined ? [] : [`at_us >= ${fromUs}`]),
      ...(toUs === undefined ? [] : [`at_us < ${toUs}`]),
    ];
    await db.run(
      `CREATE TABLE ${table} AS SELECT at_us, src, "row" FROM ${staged}${within.length > 0 ? ` WHERE ${within.join(" AND ")}` : ""}
       ORDER BY at_us NULLS LAST, src, "row"`,
      [],
      io.signal,
    );
    const [counted] = await db.query(`SELECT count(*) AS n FROM ${table}`);
    const view: TimelineView = {
      id,
      openCase,
      table,
      rows: Number(counted!.n),
      axis,
      sources,
      tables: () => [table],
    };
    return await held.hold(io.connection, view, io.cases);
  } catch (error) {
    await db.run(`DROP TABLE IF EXISTS ${table}`);
    throw error;
  } finally {
    await db.run(`DROP TABLE IF EXISTS ${staged}`);
  }
}

/** Puts the records of source `k` that the filter keeps into `staged`, each with its place on the axis. */
async function stage(
  openCase: OpenCase,
  named: readonly SourceRow[],
  k: number,
  axis: Axis,
  filter: string,
  staged: string,
  signal: AbortSignal,
  progress: (rows: number) => void,
  reading: (progress: Progress) => void,
  lacking: (name: string) => void,
): Promise<PlacedSource> {
  const { db } = openCase;
  const source = named[k]!;
  const clock = axis.clocks[k]!;
  const oneFile = (await sourceFiles(db, source.n)).length <= 1;
  const fields = timelineFields(
    source,
    named.map((one) => one.name),
  );
  let rows = 0;
  let outside = 0;
  let untimed = 0;
  const at = new Float64Array(APPEND_ROWS);
  const row = new Float64Array(APPEND_ROWS);
  let filled = 0;
  const flush = async (): Promise<void> => {
    if (filled === 0) return;
    const columns = [
      { kind: "i64", values: at.subarray(0, filled) },
      { kind: "u8", values: new Float64Array(filled).fill(k) },
      { kind: "i64", values: row.subarray(0, filled) },
    ] as const;
    await appendColumns(db, staged, columns, filled);
    filled = 0;
  };
  await withFilter(
    openCase,
    source,
    filter,
    signal,
    async ({ sql, params }) => {
      const chunks = db.columns(
        `SELECT r.rowid AS "row", r.line, r.time_us, r.precision_us, r.slack_us, r.time_means, r.duration_us
         FROM ${fromRecords(source, sql)} WHERE ${sql}`,
        params,
        signal,
      );
      for await (const chunk of chunks) {
        const [ids, line, time, precision, slack, means, duration] = chunk.columns as Float64Array[];
        for (let i = 0; i < chunk.rows; i++) {
          if (filled === APPEND_ROWS) await flush();
          row[filled] = ids![i]!;
          const timeUs = time![i]!;
          if (Number.isNaN(timeUs)) {
            untimed++;
            at[filled++] = Number.NaN;
            continue;
          }
          const placed = placedInterval(
            clock,
            {
              timeUs,
              precisionUs: orZero(precision![i]!),
              slackUs: orZero(slack![i]!),
              timeMeans: orNull(means![i]!),
              durationUs: orNull(duration![i]!),
              line: oneFile ? line![i]! : null,
              writes: source.writes,
            },
            line![i]!,
          );
          if (placed.by === "outside") outside++;
          at[filled++] = middle(placed);
        }
        rows += chunk.rows;
        progress(rows);
      }
    },
    { fields, progress: reading, lacking },
  );
  await flush();
  return { source, rows, outside, untimed };
}

const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
