// The link from the inside address to the subscriber's line (--subscribers): RADIUS or DHCP records say who had the
// address, by a clock of their own. NAT mappings and address leases are put together beforehand into holds that stand
// for both links, so that every rule on holds goes for the chain: it certainly holds where both links do, possibly where
// both may; and where no lease accounts for the address, the inside address itself stays the party.
import { type Interval, Spans } from "../../../shared/attribution/spans";
import type { Calibration } from "../../../shared/clock/calibration";
import { correctedIntervals } from "../../../shared/clock/correct";
import type { Database } from "../../../shared/database";
import { MAPPING_COLUMNS } from "../../../shared/nat/mapping";
import { createMappingTable } from "../catalogue";
import { appendColumns, type ColumnInput } from "../database/appender";

/** A lease of an inside address, in the NAT's clock. */
export interface Lease {
  readonly id: number;
  readonly subscriber: number;
  readonly possible: Interval;
  /** Empty where nothing is certain. */
  readonly certain: Interval;
}

/** A NAT mapping's two holds; infinite where open, certain empty where nothing is. */
export interface NatHold {
  readonly possible: Interval;
  readonly certain: Interval;
}

export interface ChainedHold extends NatHold {
  /** Null where no lease accounts for the address: the party is the inside address. */
  readonly lease: Lease | null;
}

const both = (a: Interval, b: Interval): Interval => ({
  from: Math.max(a.from, b.from),
  to: Math.min(a.to, b.to),
});

/** The holds of one mapping under the leases of its inside address. */
export function chainHolds(nat: NatHold, leases: readonly Lease[]): ChainedHold[] {
  const out: ChainedHold[] = [];
  for (const lease of leases) {
    const possible = both(nat.possible, lease.possible);
    if (possible.from < possible.to) out.push({ lease, possible, certain: both(nat.certain, lease.certain) });
  }
  const unaccounted = Spans.of([nat.possible]).minus(leases.map((l) => l.possible));
  for (const possible of unaccounted.intervals()) {
    out.push({ lease: null, possible, certain: both(nat.certain, possible) });
  }
  return out.sort((a, b) => a.possible.from - b.possible.from || (a.lease?.id ?? 0) - (b.lease?.id ?? 0));
}

/** The moment of the subscriber's clock as an interval of the NAT's: null where the calibration says nothing of it. */
function moment(calibration: Calibration, at: number): Interval | null {
  const { pieces } = correctedIntervals(calibration, {
    timeUs: at,
    precisionUs: 0,
    slackUs: 0,
    timeMeans: 1,
    durationUs: null,
    line: null,
    writes: "truncates",
  });
  if (pieces.length === 0) return null;
  return { from: Math.min(...pieces.map((p) => p.fromUs)), to: Math.max(...pieces.map((p) => p.toUs)) };
}

/** A lease's holds in the NAT's clock: possible wider by the clocks' uncertainty, certain narrower. */
export function leaseIn(
  calibration: Calibration,
  bounds: { startMin: number; startMax: number; endMin: number; endMax: number },
): NatHold {
  const at = (value: number) => (Number.isNaN(value) ? null : moment(calibration, value));
  return {
    possible: {
      from: at(bounds.startMin)?.from ?? Number.NEGATIVE_INFINITY,
      to: at(bounds.endMax)?.to ?? Number.POSITIVE_INFINITY,
    },
    certain: {
      from: at(bounds.startMax)?.to ?? Number.POSITIVE_INFINITY,
      to: at(bounds.endMin)?.from ?? Number.NEGATIVE_INFINITY,
    },
  };
}

export const createChainTable = (name: string): string =>
  createMappingTable(name).replace(/\)$/, `, nat_mapping BIGINT NOT NULL, lease BIGINT)`);

const NAMES = MAPPING_COLUMNS.map((c) => c.name);
const slot = (name: (typeof NAMES)[number]): number => NAMES.indexOf(name);
const BATCH = 32_768;

/**
 * Fills `out` with the chained holds of every mapping in `nat`, in the order of their ids. `calibration` is that of the
 * subscriber source's clock to the NAT's.
 */
export async function buildChain(
  db: Database,
  nat: string,
  subscribers: string,
  calibration: Calibration,
  out: string,
  signal: AbortSignal,
): Promise<void> {
  const leases = await leasesByAddress(db, nat, subscribers, calibration, signal);
  await db.run(createChainTable(out));
  const kinds = [...MAPPING_COLUMNS.map((c) => c.kind), "i64", "i64"] as ("i64" | "i32" | "u8")[];
  let cells: number[][] = kinds.map(() => []);
  const flush = async () => {
    const rows = cells[0]!.length;
    if (rows === 0) return;
    const columns = cells.map((v, i): ColumnInput => ({ kind: kinds[i]!, values: Float64Array.from(v) }));
    cells = kinds.map(() => []);
    await appendColumns(db, out, columns, rows);
  };
  let id = 1;
  const sql = `SELECT ${NAMES.map((n) => `"${n}"`).join(", ")} FROM "${nat}" ORDER BY id`;
  for await (const { rows, columns } of db.columns(sql, [], signal)) {
    const c = columns as Float64Array[];
    for (let i = 0; i < rows; i++) {
      const or = (name: (typeof NAMES)[number], open: number): number => {
        const value = c[slot(name)]![i]!;
        return Number.isNaN(value) ? open : value;
      };
      const own: NatHold = {
        possible: {
          from: or("start_min_us", Number.NEGATIVE_INFINITY),
          to: or("end_max_us", Number.POSITIVE_INFINITY),
        },
        certain: {
          from: or("start_max_us", Number.POSITIVE_INFINITY),
          to: or("end_min_us", Number.NEGATIVE_INFINITY),
        },
      };
      for (const hold of chainHolds(own, leases.get(c[slot("in_addr")]![i]!) ?? [])) {
        NAMES.forEach((_, n) => {
          cells[n]!.push(c[n]![i]!);
        });
        const set = (name: (typeof NAMES)[number], value: number) => {
          cells[slot(name)]![cells[0]!.length - 1] = value;
        };
        set("id", id++);
        // The chain names the subscriber; a name in the NAT's own record is another register's word for it.
        set("subscriber", hold.lease?.subscriber ?? Number.NaN);
        set("start_min_us", finite(hold.possible.from));
        set("end_max_us", finite(hold.possible.to));
        const certain = hold.certain.from < hold.certain.to;
        set("start_max_us", certain ? hold.certain.from : Number.NaN);
        set("end_min_us", certain ? hold.certain.to : Number.NaN);
        cells[NAMES.length]!.push(c[slot("id")]![i]!);
        cells[NAMES.length + 1]!.push(hold.lease?.id ?? Number.NaN);
      }
    }
    if (cells[0]!.length >= BATCH) await flush();
  }
  await flush();
}

const finite = (value: number): number => (Number.isFinite(value) ? value : Number.NaN);

/** Leases of the addresses that the NAT's mappings have, by address, in order of their ids. */
async function leasesByAddress(
  db: Database,
  nat: string,
  subscribers: string,
  calibration: Calibration,
  signal: AbortSignal,
): Promise<Map<number, Lease[]>> {
  const out = new Map<number, Lease[]>();
  const sql = `SELECT s.id, s.in_addr, s.subscriber, s.start_min_us, s.start_max_us, s.end_min_us, s.end_max_us FROM "${subscribers}" s
    WHERE s.subscriber IS NOT NULL AND s.in_addr IN (SELECT DISTINCT in_addr FROM "${nat}") ORDER BY s.id`;
  for await (const { rows, columns } of db.columns(sql, [], signal)) {
    const c = columns as Float64Array[];
    for (let i = 0; i < rows; i++) {
      const [startMin, startMax, endMin, endMax] = [c[3]![i]!, c[4]![i]!, c[5]![i]!, c[6]![i]!];
      const lease = {
        id: c[0]![i]!,
        subscriber: c[2]![i]!,
        ...leaseIn(calibration, { startMin, startMax, endMin, endMax }),
      };
      const own = out.get(c[1]![i]!);
      if (own) own.push(lease);
      else out.set(c[1]![i]!, [lease]);
    }
  }
  return out;
}
