// Columns of results and mappings as they are written out, once: for an exhibit's records.duckdb and for a data set.
import type { AttributionRow } from "../../../shared/contract/attribution";
import type { SqlValue } from "../../../shared/database";
import { isAnswer, type Run } from "./runs";

export type WrittenColumns = readonly (readonly [name: string, kind: "i64" | "text"])[];

export const RESULT_COLUMNS: WrittenColumns = [
  ["source", "text"],
  ["row", "i64"],
  ["verdict", "text"],
  ["rule", "text"],
  ["subscriber", "text"],
  ["inside_ip", "text"],
  ["realm", "text"],
  ["shared_by", "i64"],
  ["interval_from_us", "i64"],
  ["interval_to_us", "i64"],
  ["flip_us", "i64"],
];

/** In the order of RESULT_COLUMNS; a party stands only where the result names it. */
export function resultCells(run: Run, row: AttributionRow): SqlValue[] {
  const answer = isAnswer(row);
  return [
    run.events,
    row.row,
    row.verdict,
    row.rule,
    answer ? row.subscriber : null,
    answer ? row.insideIp : null,
    answer ? (row.realm ?? null) : null,
    row.sharedBy,
    row.intervalFromUs,
    row.intervalToUs,
    row.flipUs,
  ];
}

/** Which mapping is a candidate of which event. */
export const CANDIDATE_COLUMNS: WrittenColumns = [
  ["source", "text"],
  ["row", "i64"],
  ["nat_source", "text"],
  ["mapping", "i64"],
];

export const MAPPING_COLUMNS: WrittenColumns = [
  ["id", "i64"],
  ["pub_ip", "text"],
  ["protocol", "i64"],
  ["port_low", "i64"],
  ["port_high", "i64"],
  ["port_step", "i64"],
  ["start_us", "i64"],
  ["end_us", "i64"],
  ["start_min_us", "i64"],
  ["start_max_us", "i64"],
  ["end_min_us", "i64"],
  ["end_max_us", "i64"],
  ["first_line", "i64"],
  ["first_offset", "i64"],
  ["end_line", "i64"],
  ["last_named_us", "i64"],
  ["subscriber", "text"],
  ["inside_ip", "text"],
  ["inside_port", "i64"],
  ["realm", "text"],
  ["device", "text"],
  ["dst_ip", "text"],
  ["dst_port", "i64"],
];
