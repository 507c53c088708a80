// What a data set holds: which tables, by what they are cut into folders, and the SQL that reads each from the case. Times
// stay whole microseconds of UTC and addresses become text, so that any store reads them without a conversion of its own.

import { IPV6_BASE } from "../../../shared/record/address";
import type { Role } from "../../../shared/record/columns";
import { TIME_MEANS } from "../../../shared/record/columns";
import type { SourceRow } from "../catalogue";
import {
  CANDIDATE_COLUMNS,
  MAPPING_COLUMNS,
  RESULT_COLUMNS,
  type WrittenColumns,
} from "../exhibit/written-columns";
import { hasMappings } from "../import/act";

export interface DatasetTable {
  readonly name: string;
  /** Columns that become folders, `NAME=VALUE`; the last ones of the table. */
  readonly folders: readonly string[];
  readonly columns: WrittenColumns;
}

/** One reading of a table: rows whose number in `from` lies in [?, ?), in its order. */
export interface Reading {
  readonly table: DatasetTable;
  /** The case's table whose rows are counted and cut into stretches. */
  readonly from: string;
  readonly sql: string;
}

const RECORD: DatasetTable = {
  name: "record",
  folders: ["source", "date"],
  columns: [
    ["row", "i64"],
    ["file", "i64"],
    ["line", "i64"],
    ["offset", "i64"],
    ["length", "i64"],
    ["time_us", "i64"],
    ["precision_us", "i64"],
    ["slack_us", "i64"],
    ["time_means", "text"],
    ["duration_us", "i64"],
    ["other_time_us", "i64"],
    ["src_ip", "text"],
    ["src_port", "i64"],
    ["dst_ip", "text"],
    ["dst_port", "i64"],
    ["protocol", "i64"],
    ["fields", "text"],
    ["source", "text"],
    ["date", "text"],
  ],
};

const MAPPING: DatasetTable = {
  name: "mapping",
  folders: ["source", "date"],
  columns: [...MAPPING_COLUMNS, ["source", "text"], ["date", "text"]],
};

export const RESULT: DatasetTable = {
  name: "result",
  folders: ["attribution"],
  columns: [...RESULT_COLUMNS, ["attribution", "text"]],
};

export const CANDIDATE: DatasetTable = {
  name: "candidate",
  folders: ["attribution"],
  columns: [...CANDIDATE_COLUMNS, ["attribution", "text"]],
};

export const CALIBRATION: DatasetTable = {
  name: "calibration",
  folders: [],
  columns: [
    ["calibration", "text"],
    ["source", "text"],
    ["against", "text"],
    ["state", "text"],
    ["body", "text"],
  ],
};

export const EVIDENCE: DatasetTable = {
  name: "evidence",
  folders: [],
  columns: [
    ["source", "text"],
    ["file", "i64"],
    ["role", "text"],
    ["format", "text"],
    ["zone", "text"],
    ["member", "text"],
    ["sha256", "text"],
    ["member_sha256", "text"],
    ["size", "i64"],
    ["lines", "i64"],
    ["records", "i64"],
    ["rejects", "i64"],
  ],
};

const ADDRESS = (id: string): string =>
  `CASE WHEN ${id} < ${IPV6_BASE} THEN concat_ws('.', ${id} // 16777216, ${id} // 65536 % 256, ${id} // 256 % 256, ${id} % 256) ELSE (SELECT a.text FROM address a WHERE a.id = ${id}) END`;
/** The day in UTC: from whole microseconds, so that no zone is asked. */
const DAY = (us: string): string => `strftime(make_timestamp(${us}), '%Y-%m-%d')`;
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const means = Object.entries(TIME_MEANS)
  .map(([name, code]) => `WHEN ${code} THEN '${name}'`)
  .join(" ");

function recordSql({ n, name }: SourceRow): string {
  return `SELECT r.rowid, r.file, r.line, r."offset", r.length, r.time_us, r.precision_us, r.slack_us,
    CASE r.time_means ${means} END, r.duration_us, r.other_time_us, ${ADDRESS("r.src_addr")}, r.src_port,
    ${ADDRESS("r.dst_addr")}, r.dst_port, r.protocol, r.fields, ${quoted(name)}, ${DAY("r.time_us")}
    FROM "record_${n}" r WHERE r.rowid >= ? AND r.rowid < ? ORDER BY r.rowid`;
}

function mappingSql({ n, name }: SourceRow): string {
  return `SELECT m.id, ${ADDRESS("m.pub_addr")}, m.protocol, m.port_low, m.port_high, m.port_step, m.start_us, m.end_us,
    m.start_min_us, m.start_max_us, m.end_min_us, m.end_max_us, m.first_line, m.first_offset, m.end_line, m.last_named_us,
    s.text, ${ADDRESS("m.in_addr")}, m.in_port, t.text, d.text, ${ADDRESS("m.dst_addr")}, m.dst_port, ${quoted(name)},
    ${DAY("coalesce(m.start_us, m.last_named_us, m.end_us)")}
    FROM (SELECT * FROM "mapping_${n}" WHERE id > ? AND id <= ?) m LEFT JOIN text_value s ON s.id = m.subscriber
    LEFT JOIN text_value t ON t.id = m.realm LEFT JOIN text_value d ON d.id = m.device ORDER BY m.id`;
}

/** What is read of a source, in stretches: its records, and its mappings where its role has them. */
export function readingsOf(source: SourceRow): Reading[] {
  const readings: Reading[] = [{ table: RECORD, from: `record_${source.n}`, sql: recordSql(source) }];
  const role: Role = source.role;
  if (hasMappings(role))
    readings.push({ table: MAPPING, from: `mapping_${source.n}`, sql: mappingSql(source) });
  return readings;
}
