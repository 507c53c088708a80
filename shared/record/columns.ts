// The columns of a record, once: what a parser fills, what the importer appends, what a query may name.
// Two physical shapes exist: "base" for every role, "nat" (base plus the mapping's columns) for NAT operators'
// records and for subscriber records (RADIUS, DHCP), which are intervals of an inside address.

/** How a column is stored: i64 = BIGINT, i32 = INTEGER, u8 = UTINYINT, text = VARCHAR. */
export type ColumnKind = "i64" | "i32" | "u8" | "text";

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** Every source. Times are microseconds since the epoch, UTC (or the source's wall clock read as UTC while its zone is unknown). */
export const BASE_COLUMNS = [
  /** Which of the source's files, from 0; the importer fills it. */
  { name: "file", kind: "i32" },
  /** 1-based number of the record's first physical line (binary formats: of the data record). */
  { name: "line", kind: "i64" },
  /** Byte offset of the record in the (decoded) evidence. */
  { name: "offset", kind: "i64" },
  /** Bytes, without CR LF at the end; over several lines the whole length. */
  { name: "length", kind: "i32" },
  { name: "time_us", kind: "i64" },
  /** Resolution the time was written with: 1_000_000 for whole seconds. */
  { name: "precision_us", kind: "i64" },
  /** Extra width where the file settles the time only to a choice (a DST fold): the event lies in [time, time + precision + slack). */
  { name: "slack_us", kind: "i64" },
  /** What the time means, a TIME_MEANS code. */
  { name: "time_means", kind: "u8" },
  /** Duration of the act where the record states one, else null. */
  { name: "duration_us", kind: "i64" },
  /** The record's second clock (collector's header, export time), else null. */
  { name: "other_time_us", kind: "i64" },
  /** Address ids, see shared/record/address.ts. */
  { name: "src_addr", kind: "i64" },
  { name: "src_port", kind: "i32" },
  { name: "dst_addr", kind: "i64" },
  { name: "dst_port", kind: "i32" },
  /** IANA protocol number; null where the record and the service's nature leave it open. */
  { name: "protocol", kind: "i32" },
  /** The format's own fields as JSON with the keys in the format's order; null where they are read back from the evidence's bytes on demand. */
  { name: "fields", kind: "text" },
] as const satisfies readonly Column[];

/** Further columns of roles `nat` and `subscriber`. */
export const NAT_COLUMNS = [
  /** A NAT_EVENT code. */
  { name: "event", kind: "u8" },
  /** The start and end as this record itself states them (epoch-time, a duration, a map's from/to); null where it does not. */
  { name: "start_us", kind: "i64" },
  { name: "end_us", kind: "i64" },
  /** Resolution of a start that was computed from end - duration, or that is stated more coarsely than time_us. */
  { name: "start_precision_us", kind: "i64" },
  { name: "end_precision_us", kind: "i64" },
  { name: "pub_addr", kind: "i64" },
  { name: "port_low", kind: "i32" },
  /** Inclusive. */
  { name: "port_high", kind: "i32" },
  /** 1 when contiguous; a port belongs when low <= p <= high and (p - low) % step == 0. */
  { name: "port_step", kind: "i32" },
  { name: "in_addr", kind: "i64" },
  { name: "in_port", kind: "i32" },
  /** Dictionary ids (table text_value): routing realm or VRF of the inside address; subscriber as the record names it. */
  { name: "realm", kind: "i32" },
  { name: "subscriber", kind: "i32" },
  /** Dictionary id of the NAT device or instance that wrote the record, where it says so. */
  { name: "device", kind: "i32" },
  /** Connection or session number by which start and end belong together, where the format has one. */
  { name: "conn", kind: "i64" },
  /** Sequence number of the exporter where there is one (syslog sequenceId, IPFIX), else null. */
  { name: "sequence", kind: "i64" },
] as const satisfies readonly Column[];

export type BaseColumnName = (typeof BASE_COLUMNS)[number]["name"];
export type NatColumnName = (typeof NAT_COLUMNS)[number]["name"];
export type ColumnName = BaseColumnName | NatColumnName;

export type Role = "server" | "nat" | "subscriber" | "reference";

/** Columns of a source's table, in physical order. */
export function columnsOf(role: Role): readonly Column[] {
  return role === "nat" || role === "subscriber" ? [...BASE_COLUMNS, ...NAT_COLUMNS] : BASE_COLUMNS;
}

/** What a record's time means (rule of evidence 5). */
export const TIME_MEANS = { connect: 1, start: 2, end: 3, written: 4 } as const;
export type TimeMeans = keyof typeof TIME_MEANS;
export const timeMeansName = (code: number | null): TimeMeans | null =>
  code === 1 ? "connect" : code === 2 ? "start" : code === 3 ? "end" : code === 4 ? "written" : null;

/**
 * What a NAT record says of its mapping. `mapping` is a record that gives the whole interval by itself (session end
 * with a duration, a table with from and to); `other` names no mapping (pool exhausted, quota).
 */
export const NAT_EVENT = { start: 1, interim: 2, release: 3, mapping: 4, other: 5 } as const;
export type NatEvent = keyof typeof NAT_EVENT;
export const natEventName = (code: number | null): NatEvent | null =>
  code === 1
    ? "start"
    : code === 2
      ? "interim"
      : code === 3
        ? "release"
        : code === 4
          ? "mapping"
          : code === 5
            ? "other"
            : null;
