// The table of raw results that judging writes, in batches; finish.ts turns it into the act's tables.

import type { Interval } from "../../../shared/attribution/spans";
import type { Finding } from "../../../shared/attribution/verdict";
import { RULES, VERDICTS } from "../../../shared/contract/attribution";
import type { Database } from "../../../shared/database";
import { appendColumns, type ColumnInput } from "../database/appender";
import type { FoundHolds } from "./mappings";

/** verdict and rule are indexes into VERDICTS and RULES; log is an index into the run's NAT logs. */
export const createResultTable = (name: string): string =>
  `CREATE TABLE "${name}"("row" BIGINT NOT NULL, verdict UTINYINT NOT NULL, rule UTINYINT NOT NULL, log INTEGER, mapping BIGINT,
     shared_by BIGINT, from_us BIGINT, to_us BIGINT, flip_us BIGINT, before_log INTEGER, before_mapping BIGINT,
     after_log INTEGER, after_mapping BIGINT)`;

/** Candidates as pairs of event and mapping; a mapping may come twice for an event of several pieces. */
export const createPairTable = (name: string): string =>
  `CREATE TABLE "${name}"("row" BIGINT NOT NULL, log INTEGER NOT NULL, mapping BIGINT NOT NULL)`;

const KINDS = [
  "i64",
  "u8",
  "u8",
  "i32",
  "i64",
  "i64",
  "i64",
  "i64",
  "i64",
  "i32",
  "i64",
  "i32",
  "i64",
] as const;
const PAIR_KINDS = ["i64", "i32", "i64"] as const;
const BATCH = 32_768;

const cell = (value: number | null | undefined): number => value ?? Number.NaN;

export class ResultWriter {
  private cells: number[][] = KINDS.map(() => []);
  /** Candidates seen while judging, for comparison with the join's: how many, and the sum of their ids. */
  candidates = 0;
  candidateSum = 0;
  private pairs: number[][] = [[], [], []];

  constructor(
    private readonly db: Database,
    private readonly table: string,
    /** Where set, candidates are written there as pairs too: for events that the port-block join cannot reach. */
    private readonly pairTable: string | null = null,
  ) {}

  async write(
    row: number,
    finding: Finding,
    interval: Interval | null,
    flip: number | null,
    sharedBy: number | null,
    holds: FoundHolds,
  ): Promise<void> {
    const values = [
      row,
      VERDICTS.indexOf(finding.verdict),
      RULES.indexOf(finding.rule),
      cell(holds.named?.log),
      cell(holds.named?.id),
      cell(sharedBy),
      cell(interval?.from),
      cell(interval?.to),
      cell(flip),
      cell(holds.before?.log),
      cell(holds.before?.id),
      cell(holds.after?.log),
      cell(holds.after?.id),
    ];
    for (let i = 0; i < values.length; i++) this.cells[i]!.push(values[i]!);
    this.candidates += holds.candidates.length;
    for (const h of holds.candidates) {
      this.candidateSum = (this.candidateSum + h.id) % CHECK_MODULUS;
      if (this.pairTable === null) continue;
      this.pairs[0]!.push(row);
      this.pairs[1]!.push(h.log);
      this.pairs[2]!.push(h.id);
    }
    if (this.cells[0]!.length >= BATCH) await this.flush();
  }

  async flush(): Promise<void> {
    const pairs = this.pairs[0]!.length;
    if (pairs > 0 && this.pairTable !== null) {
      const columns = this.pairs.map(
        (v, i): ColumnInput => ({ kind: PAIR_KINDS[i]!, values: Float64Array.from(v) }),
      );
      this.pairs = [[], [], []];
      await appendColumns(this.db, this.pairTable, columns, pairs);
    }
    const rows = this.cells[0]!.length;
    if (rows === 0) return;
    const columns = this.cells.map(
      (v, i): ColumnInput => ({ kind: KINDS[i]!, values: Float64Array.from(v) }),
    );
    this.cells = KINDS.map(() => []);
    await appendColumns(this.db, this.table, columns, rows);
  }
}

/** Keeps the sum of ids within 2^53. */
export const CHECK_MODULUS = 2 ** 40;
