// records.join as an act: the ports that a main log lacks, recovered from a parallel log of the same connections into a
// table beside its records. Nothing recorded changes; each port keeps the line that it came from, and where the logs
// cannot tell, none is taken. Source: the draft's section 6.4 ("Parallel Logging to a Connection Log").
import { createHash } from "node:crypto";
import type { StoredCalibration } from "../../../shared/clock/folds";
import type { Database } from "../../../shared/database";
import { Matcher, type Side } from "../../../shared/portjoin/match";
import type { ActIo, ActKind, Staged } from "../case/act";
import type { OpenCase } from "../case/open-case";
import { type SourceRow, sourceByName } from "../catalogue";
import { comparedCalibration } from "../clock/accepted";
import { appendColumns } from "../database/appender";
import { type Ids, openIds } from "./ids";
import { type AddressGroup, addressGroups } from "./read";

export type JoinParameters = {
  readonly source: string;
  readonly from: string;
  /** Declared; null where none was. */
  readonly toleranceUs: number | null;
  readonly sameHost: boolean;
};

export type JoinClock = "calibrated" | "declared" | "same-host" | "coincident";

export type JoinOutputs = {
  readonly source: string;
  readonly from: string;
  readonly clock: JoinClock;
  readonly calibration: string | null;
  readonly toleranceUs: number;
  readonly connectionId: string | null;
  readonly processId: string | null;
  readonly withoutPort: number;
  readonly recovered: number;
  readonly byId: number;
  readonly ambiguous: number;
  readonly shared: number;
  readonly unmatched: number;
  readonly unsure: number;
  readonly reason: string | null;
  /** Of the rows found, in the main log's order. */
  readonly sha256: string;
};

/** Two writers on one host stamp one connection within this: a second's turn, and the way through a log daemon. */
const SAME_CLOCK_TOLERANCE_US = 1_000_000;
/** Where chance is measured: far beyond any tolerance and reach, near enough for the same traffic. */
const CHANCE_SHIFTS_US = [-3_600, -1_800, -600, -180, 180, 600, 1_800, 3_600].map((s) => s * 1_000_000);
/** Main records tried for chance; more tell nothing new. */
const CHANCE_RECORDS = 20_000;
/**
 * Unmatched share up to which a log counts as showing every connection of the other. A wrong port by time alone needs
 * both logs to lack a record at the same address and moment.
 */
const MOST_UNMATCHED = 0.001;

const portTable = (staging: string): string => `${staging}_port`;

export const recordsJoinKind: ActKind<JoinParameters> = {
  action: "records.join",

  async stage(openCase, staging, p, io): Promise<Staged> {
    const { db } = openCase;
    const main = await sourceByName(db, p.source);
    const other = await sourceByName(db, p.from);
    const calibration = await comparedCalibration(db, main.n, other.n);
    const ids = await openIds(openCase, main, other);
    try {
      const work = new Join(openCase, main, other, p, calibration, ids);
      const found = await work.run(`${staging}_found`, io);
      await db.run(
        `CREATE TABLE "${portTable(staging)}" AS SELECT "row", src_port, from_row, from_line, candidates, rivals, by_id,
           (CASE WHEN by_id = 1 OR ${work.complete} THEN 1 ELSE 0 END)::UTINYINT AS sure
         FROM "${staging}_found" ORDER BY "row"`,
      );
      await db.run(`DROP TABLE "${staging}_found"`);
      const sha256 = await digest(db, portTable(staging), io.signal);
      return { outputs: { ...found, sha256 }, result: found.reason === null ? "done" : "refused" };
    } finally {
      ids.close();
    }
  },

  async publish(openCase, staging, seq, p, outputs): Promise<void> {
    const { db } = openCase;
    if ((outputs as unknown as JoinOutputs).reason !== null) return;
    const source = await sourceByName(db, p.source);
    const other = await sourceByName(db, p.from);
    await db.run(`ALTER TABLE "${portTable(staging)}" RENAME TO "port_${seq}"`);
    await db.run("INSERT INTO port_join VALUES (?, ?, ?)", [seq, source.n, other.n]);
  },
};

type Found = Omit<JoinOutputs, "sha256">;

class Join {
  private withoutPort = 0;
  private recovered = 0;
  private byId = 0;
  private ambiguous = 0;
  private shared = 0;
  private unmatched = 0;
  private mains = 0;
  private mainsMet = 0;
  private others = 0;
  private othersMet = 0;
  private readonly chance = new Array<number>(CHANCE_SHIFTS_US.length).fill(0);
  private tried = 0;
  private triedMet = 0;
  private cells: number[][] = Array.from({ length: 7 }, () => []);

  constructor(
    private readonly openCase: OpenCase,
    private readonly main: SourceRow,
    private readonly other: SourceRow,
    private readonly p: JoinParameters,
    private readonly calibration: StoredCalibration | null,
    private readonly ids: Ids,
  ) {}

  private get clock(): JoinClock {
    if (this.calibration !== null) return "calibrated";
    if (this.p.toleranceUs !== null) return "declared";
    return this.p.sameHost ? "same-host" : "coincident";
  }

  private get toleranceUs(): number {
    return this.p.toleranceUs ?? SAME_CLOCK_TOLERANCE_US;
  }

  /** True where one of the logs shows every connection of the other, so that one port for one record is the record's own. */
  get complete(): boolean {
    const enough = (met: number, all: number) => all > 0 && all - met <= all * MOST_UNMATCHED;
    return enough(this.mainsMet, this.mains) || enough(this.othersMet, this.others);
  }

  async run(table: string, io: ActIo): Promise<Found> {
    const { db } = this.openCase;
    await db.run(
      `CREATE TABLE "${table}"("row" BIGINT NOT NULL, src_port INTEGER, from_row BIGINT, from_line BIGINT, candidates INTEGER NOT NULL, rivals INTEGER NOT NULL, by_id UTINYINT NOT NULL)`,
    );
    const [all] = await db.query(
      `SELECT count(*) FILTER (WHERE src_port IS NULL) AS n FROM "record_${this.main.n}" r`,
    );
    this.withoutPort = Number(all?.n ?? 0);
    const differ = this.hostsDiffer();
    if (differ !== null) return this.outcome(differ);
    let done = 0;
    for await (const [main, other] of paired(
      await this.groups(this.main, false, io.signal),
      await this.groups(this.other, true, io.signal),
    )) {
      io.signal.throwIfAborted();
      this.address(main, other);
      if (this.cells[0]!.length >= 65_536) await this.flush(table);
      done += main?.rows ?? 0;
      io.progress({ doing: "Looking for ports beside the log", done, total: this.main.rows, unit: "rows" });
    }
    await this.flush(table);
    const reason = this.refusal();
    if (reason !== null) await db.run(`DELETE FROM "${table}"`);
    return this.outcome(reason);
  }

  private async groups(source: SourceRow, onlyWithPort: boolean, signal: AbortSignal) {
    const { db } = this.openCase;
    const [files] = await db.query("SELECT count(*) AS n FROM source_file WHERE n = ?", [source.n]);
    const clock = source === this.main ? this.calibration : null;
    const oneFile = Number(files?.n ?? 1) <= 1;
    const ids = source === this.main ? this.ids.main : this.ids.other;
    return addressGroups(db, { source, onlyWithPort, clock, oneFile, ids }, signal);
  }

  private address(main: Side | null, other: Side | null): void {
    this.mains += main?.rows ?? 0;
    this.others += other?.rows ?? 0;
    const open = main === null ? 0 : countOpen(main);
    if (main === null || other === null) {
      this.unmatched += open;
      return;
    }
    const matcher = new Matcher(main, other, this.toleranceUs);
    for (let k = 0; k < other.rows; k++) if (matcher.isMet(k)) this.othersMet++;
    for (let i = 0; i < main.rows; i++) {
      const met = matcher.meets(i, 0);
      if (met) this.mainsMet++;
      if (this.tried < CHANCE_RECORDS) {
        this.tried++;
        if (met) this.triedMet++;
        CHANCE_SHIFTS_US.forEach((shift, c) => {
          if (matcher.meets(i, shift)) this.chance[c]!++;
        });
      }
      if (Number.isNaN(main.port[i]!)) this.record(main, other, matcher, i);
    }
  }

  private record(main: Side, other: Side, matcher: Matcher, i: number): void {
    const match = matcher.match(i);
    if (match === null) {
      this.unmatched++;
      return;
    }
    if (match.candidates !== 1) this.ambiguous++;
    else if (match.rivals > 0) this.shared++;
    else {
      this.recovered++;
      if (match.byId) this.byId++;
    }
    const taken = match.other;
    const row = [
      main.row[i]!,
      taken < 0 ? Number.NaN : other.port[taken]!,
      taken < 0 ? Number.NaN : other.row[taken]!,
      taken < 0 ? Number.NaN : other.line[taken]!,
      match.candidates,
      match.rivals,
      match.byId ? 1 : 0,
    ];
    row.forEach((value, c) => {
      this.cells[c]!.push(value);
    });
  }

  private async flush(table: string): Promise<void> {
    const kinds = ["i64", "i32", "i64", "i64", "i32", "i32", "u8"] as const;
    const rows = this.cells[0]!.length;
    if (rows === 0) return;
    const columns = this.cells.map((values, c) => ({ kind: kinds[c]!, values: Float64Array.from(values) }));
    await appendColumns(this.openCase.db, table, columns, rows);
    this.cells = this.cells.map(() => []);
  }

  private hostsDiffer(): string | null {
    const [a, b] = this.ids.hosts;
    if (this.clock !== "coincident" || a.length === 0 || b.length === 0) return null;
    if (a.some((host) => b.includes(host))) return null;
    return `${this.main.name} was written on ${a.join(", ")}, ${this.other.name} on ${b.join(", ")}, and their clocks were not compared.`;
  }

  /** Two clocks that are taken for one must show it: their records meet far more often than at any false offset. */
  private refusal(): string | null {
    if (this.clock !== "coincident") return null;
    const most = Math.max(...this.chance);
    const clear = this.triedMet >= 2 * most || this.triedMet - most > 4 * Math.sqrt(most);
    if (this.triedMet > 0 && clear) return null;
    if (this.mains === 0 || this.others === 0) return null;
    return this.triedMet === 0
      ? `No record of ${this.main.name} meets one of ${this.other.name}: their clocks may differ, or they show other connections.`
      : `The records of ${this.main.name} and ${this.other.name} meet no more often (${this.triedMet} of ${this.tried}) than at a false offset (up to ${most}): nothing shows that their clocks are one.`;
  }

  private outcome(reason: string | null): Found {
    const kept = (n: number) => (reason === null ? n : 0);
    return {
      source: this.main.name,
      from: this.other.name,
      clock: this.clock,
      calibration: this.calibration?.id ?? null,
      toleranceUs: this.toleranceUs,
      connectionId: this.ids.connection,
      processId: this.ids.process,
      withoutPort: this.withoutPort,
      recovered: kept(this.recovered),
      byId: kept(this.byId),
      ambiguous: kept(this.ambiguous),
      shared: kept(this.shared),
      unmatched: reason === null ? this.unmatched : this.withoutPort,
      unsure: this.complete ? 0 : kept(this.recovered - this.byId),
      reason,
    };
  }
}

const countOpen = (side: Side): number => {
  let n = 0;
  for (let i = 0; i < side.rows; i++) if (Number.isNaN(side.port[i]!)) n++;
  return n;
};

/** Both logs' records of each address, in ascending order of the address; null where one has none. */
async function* paired(
  main: AsyncGenerator<AddressGroup>,
  other: AsyncGenerator<AddressGroup>,
): AsyncGenerator<[Side | null, Side | null]> {
  let a = await main.next();
  let b = await other.next();
  while (!a.done || !b.done) {
    if (b.done || (!a.done && a.value.addr < b.value.addr)) {
      yield [(a.value as AddressGroup).side, null];
      a = await main.next();
    } else if (a.done || b.value.addr < a.value.addr) {
      yield [null, b.value.side];
      b = await other.next();
    } else {
      yield [a.value.side, b.value.side];
      [a, b] = [await main.next(), await other.next()];
    }
  }
}

async function digest(db: Database, table: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  const sql = `SELECT "row", src_port, from_line, candidates, rivals, by_id, sure FROM "${table}" ORDER BY "row"`;
  for await (const { rows, columns } of db.columns(sql, [], signal)) {
    const c = columns as Float64Array[];
    for (let i = 0; i < rows; i++)
      hash.update(`${c.map((v) => (Number.isNaN(v[i]!) ? "" : v[i]!)).join(",")}\n`);
  }
  return hash.digest("hex");
}
