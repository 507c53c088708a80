// Record rows as the contract states them: ids become texts, codes become names, a NAT row gets its mapping's start and
// end, and corrected times stand beside the recorded ones.

import type { RecordedEvent } from "../../../shared/clock/correct";
import type { StoredCalibration } from "../../../shared/clock/folds";
import type { RecordRow } from "../../../shared/contract/records";
import type { Database, SqlRow } from "../../../shared/database";
import type { Parser } from "../../../shared/formats/format";
import { formatById } from "../../../shared/formats/registry";
import { formatIpv4, IPV6_BASE } from "../../../shared/record/address";
import { columnsOf, natEventName, timeMeansName } from "../../../shared/record/columns";
import { parseZone } from "../../../shared/time/zone";
import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";
import { acceptedCalibration } from "../clock/accepted";
import { hasMappings } from "../import/act";
import { EvidenceReader, sourceFiles } from "./bytes";
import { rowsById } from "./fetch";
import { correctedInterval, type Interval } from "./interval";
import { rowMarks } from "./marks";
import { type PortFrom, portsFrom } from "./ports";

type FieldValues = RecordRow["fields"];

/** The corrected interval of a record that has a time; null: none is shown. */
export type Correct = (event: RecordedEvent, line: number, row: number) => Interval | null;

/**
 * Rows of a source by row number, in the order asked for. Corrected times are those of the latest accepted calibration,
 * or what `correct` makes of each.
 */
export async function recordRows(
  openCase: OpenCase,
  source: SourceRow,
  ids: readonly number[],
  signal?: AbortSignal,
  correct?: Correct,
): Promise<RecordRow[]> {
  const { db } = openCase;
  const columns = columnsOf(source.role)
    .map((c) => `r."${c.name}"`)
    .join(", ");
  // At once: each waits for the database's threads, and one after another that is most of a page's time.
  const [rows, holds, clock, ports, marks, files] = await Promise.all([
    rowsById(db, `record_${source.n}`, columns, ids, signal),
    hasMappings(source.role) ? mappingsOf(db, source.n, ids, signal) : null,
    correct ?? byCalibration(db, source.n),
    portsFrom(db, source, ids, signal),
    rowMarks(openCase, source.n, ids, signal),
    sourceFiles(db, source.n),
  ]);
  const names = await namesOf(db, rows, signal);
  const reader = new EvidenceReader(openCase.path, files);
  try {
    const parser = rows.some((row) => row.fields === null) ? parserOf(source) : null;
    const out: RecordRow[] = [];
    for (const [i, row] of rows.entries()) {
      const fields = await fieldsOf(row, parser, reader);
      const shown = recordRow(
        row,
        holds?.[i] ?? null,
        names,
        source,
        files.length > 1,
        clock,
        fields,
        ports.get(Number(row.id_)),
      );
      const mark = marks.get(shown.row);
      out.push(mark === undefined ? shown : { ...shown, marks: mark });
    }
    return out;
  } finally {
    reader.close();
  }
}

/** A parser for the raw view, opened as the import opened it; null where the format is not known to this version. */
export function parserOf(source: SourceRow): Parser | null {
  const map = source.map === null ? undefined : (JSON.parse(source.map) as Record<string, string>);
  return (
    formatById(source.format)?.open({
      layout: source.layout ?? undefined,
      map,
      zone: source.zone === null ? undefined : parseZone(source.zone),
      year: source.year ?? undefined,
    }) ?? null
  );
}

export async function fieldsOf(
  row: SqlRow,
  parser: Parser | null,
  reader: EvidenceReader,
): Promise<FieldValues> {
  if (row.fields !== null) return JSON.parse(String(row.fields)) as FieldValues;
  if (!parser?.explain) return {};
  const bytes = await reader.read(Number(row.file), Number(row.offset), Number(row.length));
  return bytes === null ? {} : parser.explain(bytes).fields;
}

interface Hold {
  readonly start_us: number | null;
  readonly end_us: number | null;
}

async function mappingsOf(
  db: Database,
  n: number,
  ids: readonly number[],
  signal?: AbortSignal,
): Promise<(Hold | null)[]> {
  const points = await rowsById(db, `row_mapping_${n}`, "r.mapping AS mapping", ids, signal);
  const wanted = points.map((p) => (p.mapping === null ? null : Number(p.mapping) - 1));
  const known = wanted.filter((id): id is number => id !== null);
  const holds = await rowsById(db, `mapping_${n}`, "r.start_us, r.end_us", known, signal);
  let next = 0;
  return wanted.map((id) => (id === null ? null : (holds[next++] as unknown as Hold)));
}

interface Names {
  address(id: SqlRow[string] | undefined): string | null;
  text(id: SqlRow[string] | undefined): string | null;
}

/** Texts of the IPv6 addresses and dictionary ids that occur in the rows. */
async function namesOf(db: Database, rows: readonly SqlRow[], signal?: AbortSignal): Promise<Names> {
  const addresses = new Set<number>();
  const texts = new Set<number>();
  for (const row of rows) {
    for (const name of ["src_addr", "dst_addr", "pub_addr", "in_addr"]) {
      const id = row[name];
      if (typeof id === "number" && id >= IPV6_BASE) addresses.add(id);
    }
    if (typeof row.subscriber === "number") texts.add(row.subscriber);
  }
  const known = async (table: string, ids: ReadonlySet<number>) => {
    if (ids.size === 0) return new Map<number, string>();
    const list = [...ids].sort((a, b) => a - b).join(", ");
    const found = await db.query(
      `SELECT id, text FROM ${table} WHERE id IN (${list}) ORDER BY id`,
      [],
      signal,
    );
    return new Map(found.map((row) => [Number(row.id), String(row.text)]));
  };
  const [address, text] = await Promise.all([known("address", addresses), known("text_value", texts)]);
  return {
    address: (id) =>
      typeof id !== "number" ? null : id < IPV6_BASE ? formatIpv4(id) : (address.get(id) ?? null),
    text: (id) => (typeof id !== "number" ? null : (text.get(id) ?? null)),
  };
}

function recordRow(
  row: SqlRow,
  hold: Hold | null,
  names: Names,
  source: SourceRow,
  manyFiles: boolean,
  correct: Correct | null,
  fields: FieldValues,
  portFrom: PortFrom | undefined,
): RecordRow {
  const n = (name: string): number | null => (row[name] ?? null) as number | null;
  const corrected =
    correct === null || row.time_us === null
      ? null
      : correct(recordedEvent(row, source, manyFiles), Number(row.line), Number(row.id_));
  return {
    row: Number(row.id_),
    line: Number(row.line),
    offset: Number(row.offset),
    length: Number(row.length),
    timeUs: n("time_us"),
    precisionUs: n("precision_us"),
    slackUs: n("slack_us"),
    timeMeans: timeMeansName(n("time_means")),
    otherTimeUs: n("other_time_us"),
    correctedFromUs: corrected?.fromUs ?? null,
    correctedToUs: corrected?.toUs ?? null,
    srcIp: names.address(row.src_addr),
    srcPort: n("src_port") ?? portFrom?.port ?? null,
    dstIp: names.address(row.dst_addr),
    dstPort: n("dst_port"),
    protocol: n("protocol"),
    event: natEventName(n("event")),
    startUs: hold?.start_us ?? null,
    endUs: hold?.end_us ?? null,
    publicIp: names.address(row.pub_addr),
    portLow: n("port_low"),
    portHigh: n("port_high"),
    portStep: n("port_step"),
    insideIp: names.address(row.in_addr),
    insidePort: n("in_port"),
    subscriber: names.text(row.subscriber),
    ...(portFrom === undefined ? {} : { portFrom }),
    fields,
  };
}

async function byCalibration(db: Database, n: number): Promise<Correct | null> {
  const stored: StoredCalibration | null = await acceptedCalibration(db, n);
  return stored && ((event, line) => correctedInterval(stored, event, line));
}

/** A line number names one line only where the source has one file. */
const recordedEvent = (row: SqlRow, source: SourceRow, manyFiles: boolean): RecordedEvent => ({
  timeUs: Number(row.time_us),
  precisionUs: Number(row.precision_us ?? 0),
  slackUs: Number(row.slack_us ?? 0),
  timeMeans: row.time_means as number | null,
  durationUs: row.duration_us as number | null,
  line: manyFiles ? null : Number(row.line),
  writes: source.writes,
});
