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
     after_log INTEGER, after_mapping BIGINT, everyone UTINYINT)`;

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
  "u8",
] as const;
const PAIR_KINDS = ["i64", "i32", "i64"] as const;
const BATCH = 16_384;

/** Cells of some columns, growing where a batch turns out longer. */
class Cells {
  columns: Float64Array[];
  rows = 0;

  constructor(width: number) {
    this.columns = Array.from({ length: width }, () => new Float64Array(BATCH * 2));
  }

  /** A row of NULLs; returns its number. */
  add(): number {
    if (this.rows === this.columns[0]!.length) {
      this.columns = this.columns.map((old) => {
        const longer = new Float64Array(old.length * 2);
        longer.set(old);
        return longer;
      });
    }
    return this.rows++;
  }

  /** Appends to a table, and begins anew. */
  async store(
    db: Database,
    table: string,
    kinds: readonly Exclude<ColumnInput["kind"], "text">[],
  ): Promise<void> {
    if (this.rows === 0) return;
    const columns = kinds.map((kind, i): ColumnInput => ({ kind, values: this.columns[i]! }));
    await appendColumns(db, table, columns, this.rows);
    this.rows = 0;
  }
}

const cell = (value: number | null | undefined): number => value ?? Number.NaN;

export class ResultWriter {
  /** Candidates seen while judging, for comparison with the join's: how many, and the sum of their ids. */
  candidates = 0;
  candidateSum = 0;
  private readonly results = new Cells(KINDS.length);
  private readonly pairs = new Cells(PAIR_KINDS.length);

  constructor(
    private readonly db: Database,
    private readonly table: string,
    /** Where set, candidates are written there as pairs too: for events that the port-block join cannot reach. */
    private readonly pairTable: string | null = null,
  ) {}

  write(
    row: number,
    finding: Finding,
    interval: Interval | null,
    flip: number | null,
    sharedBy: number | null,
    holds: FoundHolds,
    everyone: boolean,
  ): void {
    const at = this.results.add();
    const c = this.results.columns;
    c[0]![at] = row;
    c[1]![at] = VERDICTS.indexOf(finding.verdict);
    c[2]![at] = RULES.indexOf(finding.rule);
    c[3]![at] = cell(holds.named?.log);
    c[4]![at] = cell(holds.named?.id);
    c[5]![at] = cell(sharedBy);
    c[6]![at] = cell(interval?.from);
    c[7]![at] = cell(interval?.to);
    c[8]![at] = cell(flip);
    c[9]![at] = cell(holds.before?.log);
    c[10]![at] = cell(holds.before?.id);
    c[11]![at] = cell(holds.after?.log);
    c[12]![at] = cell(holds.after?.id);
    c[13]![at] = everyone ? 1 : 0;
    this.candidates += holds.candidates.length;
    for (const h of holds.candidates) {
      this.candidateSum = (this.candidateSum + h.id) % CHECK_MODULUS;
      if (this.pairTable === null) continue;
      const pair = this.pairs.add();
      this.pairs.columns[0]![pair] = row;
      this.pairs.columns[1]![pair] = h.log;
      this.pairs.columns[2]![pair] = h.id;
    }
  }

  /** Stores what is held once there is a batch of it. */
  async flushFull(): Promise<void> {
    if (this.results.rows >= BATCH || this.pairs.rows >= BATCH) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.pairTable !== null) await this.pairs.store(this.db, this.pairTable, PAIR_KINDS);
    await this.results.store(this.db, this.table, KINDS);
  }
}

/** Keeps the sum of ids within 2^53. */
export const CHECK_MODULUS = 2 ** 40;
