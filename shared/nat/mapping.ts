// A mapping is a NAT binding: public address, port set, protocol, interval, inside endpoint, subscriber. The engine
// builds one table of them per `nat` source after its records are stored; attribution and calibration read only this.
//
// Two kinds of hold (rule of evidence 6), all in the NAT's own recorded clock, microseconds, half-open:
//   possibly holds  [start_min_us, end_max_us)     null start_min = since ever, null end_max = open
//   certainly holds [start_max_us, end_min_us)     empty where start_max >= end_min or start_max is null
// start_us and end_us are what the records show (contract: startUs, endUs), null where none shows it.
import type { Column } from "../record/columns";

export const MAPPING_COLUMNS = [
  /** 1.. in order of the first record that names the mapping (by line). */
  { name: "id", kind: "i64" },
  { name: "pub_addr", kind: "i64" },
  /** null = the record does not say; it then holds for every protocol. */
  { name: "protocol", kind: "i32" },
  { name: "port_low", kind: "i32" },
  { name: "port_high", kind: "i32" },
  { name: "port_step", kind: "i32" },
  { name: "start_us", kind: "i64" },
  { name: "end_us", kind: "i64" },
  { name: "start_min_us", kind: "i64" },
  { name: "start_max_us", kind: "i64" },
  { name: "end_min_us", kind: "i64" },
  { name: "end_max_us", kind: "i64" },
  /** Line of the record that shows the start (else the first that names the mapping), and of the one that shows the end (else null). */
  { name: "first_line", kind: "i64" },
  { name: "end_line", kind: "i64" },
  /** Byte offset of first_line's record. */
  { name: "first_offset", kind: "i64" },
  /** Recorded time of the last record that names it. */
  { name: "last_named_us", kind: "i64" },
  { name: "in_addr", kind: "i64" },
  { name: "in_port", kind: "i32" },
  { name: "realm", kind: "i32" },
  { name: "subscriber", kind: "i32" },
  { name: "device", kind: "i32" },
  { name: "dst_addr", kind: "i64" },
  { name: "dst_port", kind: "i32" },
  /** 1 where the start is an exact record of creation (may define a lower hull), 0 where computed from a duration or unknown. */
  { name: "start_exact", kind: "u8" },
] as const satisfies readonly Column[];

/** Identity of a party (DESIGN section 3) as SQL over a mapping row `m`: the subscriber, else inside address and realm. */
export const PARTY_SQL = (m: string): string =>
  `CASE WHEN ${m}.subscriber IS NOT NULL THEN 's' || ${m}.subscriber ELSE 'a' || coalesce(${m}.in_addr, -1) || '@' || coalesce(${m}.realm, 0) END`;
