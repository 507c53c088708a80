// A small case in memory: events of one server, mappings of NAT logs given by hand, a calibration of known offset; and
// the run over it as the engine does it, for tests that read as cases.
import {
  type AttributionOutputs,
  type AttributionParameters,
  attributionRunKind,
} from "../../../electron/engine/attribution/act";
import { streamResults } from "../../../electron/engine/attribution/results";
import type { Json } from "../../../electron/engine/case/act";
import type { OpenCase } from "../../../electron/engine/case/open-case";
import { CATALOGUE_SQL, createMappingTable, createRecordTable } from "../../../electron/engine/catalogue";
import { type NativeDatabase, openNative } from "../../../electron/engine/database/native";
import type { Calibration } from "../../../shared/clock/calibration";
import type { AttributionRow } from "../../../shared/contract/attribution";
import type { SqlValue } from "../../../shared/database";

export const io = { signal: new AbortController().signal, progress: () => {} };

/** A mapping; bounds in any unit of time as long as events use the same. Null bounds are open. */
export interface GivenMapping {
  readonly addr?: number;
  readonly protocol?: number | null;
  readonly low: number;
  readonly high?: number;
  readonly step?: number;
  /** Possible and certain hold. */
  readonly possible: readonly [number | null, number | null];
  readonly certain: readonly [number | null, number | null];
  readonly subscriber?: number | null;
  readonly inside?: number | null;
  readonly device?: number | null;
  readonly dst?: readonly [addr: number, port: number] | null;
}

export interface GivenEvent {
  readonly at: number | null;
  /** Width of the interval; the precision. */
  readonly width?: number;
  readonly addr?: number | null;
  readonly port?: number | null;
  readonly protocol?: number | null;
  readonly dst?: readonly [addr: number, port: number] | null;
  /** The record's own fields. */
  readonly fields?: Readonly<Record<string, string>>;
}

export interface GivenLog {
  readonly name?: string;
  readonly mappings: readonly GivenMapping[];
  readonly extent?: "full" | "query";
  readonly window?: readonly [number | null, number | null];
  readonly retention?: { readonly receivedAt: number; readonly keeps: number };
  /** Null: not calibrated. */
  readonly clock?: { readonly offset: number; readonly guard: number; readonly never?: boolean } | null;
  readonly validity?: readonly [number | null, number | null];
}

/** 198.51.100.7. */
export const ADDR = 3_325_256_711;
const EVENTS = 1;

export interface World {
  readonly db: NativeDatabase;
  readonly openCase: OpenCase;
  readonly nat: readonly string[];
}

export async function build(events: readonly GivenEvent[], logs: readonly GivenLog[]): Promise<World> {
  const db = await openNative(":memory:");
  for (const sql of CATALOGUE_SQL) await db.run(sql);
  await source(db, EVENTS, "web", "server", {});
  await db.run(createRecordTable(`record_${EVENTS}`, "server"));
  await insert(
    db,
    `record_${EVENTS}`,
    [
      "file",
      "line",
      "offset",
      "length",
      "time_us",
      "precision_us",
      "slack_us",
      "time_means",
      "src_addr",
      "src_port",
      "dst_addr",
      "dst_port",
      "protocol",
      "fields",
    ],
    events.map((e, i) => [
      0,
      i + 1,
      i * 100,
      99,
      e.at,
      e.width ?? 1,
      0,
      1,
      e.addr === undefined ? ADDR : e.addr,
      e.port === undefined ? 5000 : e.port,
      e.dst?.[0] ?? null,
      e.dst?.[1] ?? null,
      e.protocol === undefined ? 6 : e.protocol,
      JSON.stringify(e.fields ?? {}),
    ]),
  );
  const nat: string[] = [];
  for (const [i, log] of logs.entries()) {
    const n = 2 + i;
    const name = log.name ?? `nat${i + 1}`;
    nat.push(name);
    await source(db, n, name, "nat", log);
    await db.run(createRecordTable(`record_${n}`, "nat"));
    await db.run(createMappingTable(`mapping_${n}`));
    await insert(
      db,
      `mapping_${n}`,
      [
        "id",
        "pub_addr",
        "protocol",
        "port_low",
        "port_high",
        "port_step",
        "start_us",
        "end_us",
        "start_min_us",
        "start_max_us",
        "end_min_us",
        "end_max_us",
        "first_line",
        "first_offset",
        "in_addr",
        "subscriber",
        "device",
        "dst_addr",
        "dst_port",
      ],
      log.mappings.map((m, k) => [
        k + 1,
        m.addr ?? ADDR,
        m.protocol ?? null,
        m.low,
        m.high ?? m.low,
        m.step ?? 1,
        m.possible[0],
        m.possible[1],
        m.possible[0],
        m.certain[0],
        m.certain[1],
        m.possible[1],
        k + 1,
        k * 100,
        m.inside === undefined ? 10 : m.inside,
        m.subscriber ?? null,
        m.device ?? null,
        m.dst?.[0] ?? null,
        m.dst?.[1] ?? null,
      ]),
    );
    if (log.clock !== null)
      await calibrate(db, 100 + n, EVENTS, n, log.clock ?? { offset: 0, guard: 0 }, log.validity);
  }
  for (let id = 1; id <= 20; id++)
    await db.run("INSERT INTO text_value VALUES (?, ?)", [id, `subscriber ${id}`]);
  return { db, openCase: openCaseOver(db), nat };
}

export const SUBSCRIBERS = 50;

/** A lease of an inside address, in the subscriber source's own clock. */
export interface GivenLease {
  readonly inside: number;
  readonly subscriber: number;
  readonly possible: readonly [number | null, number | null];
  readonly certain: readonly [number | null, number | null];
}

/** Adds the source "radius"; calibrated against NAT log `nat1` unless `clock` is null. */
export async function addLeases(
  world: World,
  leases: readonly GivenLease[],
  clock: { offset: number; guard: number } | null = { offset: 0, guard: 0 },
): Promise<void> {
  const { db } = world;
  await source(db, SUBSCRIBERS, "radius", "subscriber", {});
  await db.run(createMappingTable(`mapping_${SUBSCRIBERS}`));
  await insert(
    db,
    `mapping_${SUBSCRIBERS}`,
    [
      "id",
      "in_addr",
      "subscriber",
      "start_us",
      "end_us",
      "start_min_us",
      "start_max_us",
      "end_min_us",
      "end_max_us",
      "first_line",
      "first_offset",
    ],
    leases.map((l, i) => [
      i + 1,
      l.inside,
      l.subscriber,
      l.possible[0],
      l.possible[1],
      l.possible[0],
      l.certain[0],
      l.certain[1],
      l.possible[1],
      i + 1,
      i * 50,
    ]),
  );
  if (clock !== null) await calibrate(db, 200, SUBSCRIBERS, 2, clock);
}

export async function calibrate(
  db: NativeDatabase,
  seq: number,
  sourceN: number,
  againstN: number | null,
  clock: { offset: number; guard: number; never?: boolean },
  validity: readonly [number | null, number | null] = [null, null],
): Promise<void> {
  const calibration: Calibration = {
    id: `c${seq}`,
    source: `source ${sourceN}`,
    against: againstN === null ? null : `source ${againstN}`,
    method: "declared",
    pairs: 0,
    // Centred on 0 and wide, so that the guard does not grow with distance in these worlds.
    segments: [
      {
        fromUs: -1e12,
        toUs: 1e12,
        fromLine: null,
        toLine: null,
        offsetUs: clock.offset,
        skewPpm: 0,
        uncertaintyUs: clock.guard,
        guardUs: clock.guard,
      },
    ],
    confidence: null,
    zoneFaultUs: null,
    validFromUs: validity[0],
    validToUs: validity[1],
    statement: "",
    ...(clock.never ? { neverUnique: true } : {}),
  };
  await db.run("INSERT INTO calibration VALUES (?, ?, ?, 'accepted', ?)", [
    seq,
    sourceN,
    againstN,
    JSON.stringify({ calibration, folds: null }),
  ]);
}

async function source(
  db: NativeDatabase,
  n: number,
  name: string,
  role: string,
  log: Partial<GivenLog>,
): Promise<void> {
  await db.run(`INSERT INTO source VALUES (${new Array(15).fill("?").join(", ")})`, [
    n,
    name,
    role,
    "test",
    null,
    null,
    null,
    null,
    "truncates",
    0,
    log.extent ?? "query",
    log.window?.[0] ?? null,
    log.window?.[1] ?? null,
    log.retention?.keeps ?? null,
    log.retention?.receivedAt ?? null,
  ]);
}

export async function insert(
  db: NativeDatabase,
  table: string,
  names: readonly string[],
  rows: readonly (readonly SqlValue[])[],
): Promise<void> {
  const cell = (v: SqlValue) => (v === null ? "NULL" : typeof v === "number" ? String(v) : `'${v}'`);
  for (let at = 0; at < rows.length; at += 1000) {
    const values = rows.slice(at, at + 1000).map((r) => `(${r.map(cell).join(", ")})`);
    await db.run(
      `INSERT INTO "${table}" (${names.map((n) => `"${n}"`).join(", ")}) VALUES ${values.join(", ")}`,
    );
  }
}

/** As much of an open case as an act's stage and the readers use. */
function openCaseOver(db: NativeDatabase): OpenCase {
  const unused = () => {
    throw new Error("not used here");
  };
  return {
    path: "",
    readOnly: false,
    title: "",
    language: "en",
    db,
    recovered: [],
    ledger: () => [],
    head: () => ({ acts: 0, hash: "" }),
    perform: unused,
    record: unused,
    hideText: async (text) => ({ hidden: text }),
    revealText: (reference) => (reference as { hidden: string }).hidden,
    close: () => db.close(),
  };
}

let serial = 1000;

/** Runs the attribution as an act, publishes it, and returns its rows. */
export async function attribute(
  world: World,
  options: { filter?: string; subscribers?: string; actor?: string; destination?: string } = {},
): Promise<{ rows: AttributionRow[]; outputs: AttributionOutputs; seq: number }> {
  const seq = serial++;
  const parameters: AttributionParameters = {
    events: "web",
    nat: world.nat,
    subscribers: options.subscribers ?? null,
    filter: options.filter ? ({ hidden: options.filter } as Json) : null,
    ...(options.actor === undefined ? {} : { actor: options.actor }),
    ...(options.destination === undefined ? {} : { destination: options.destination }),
  };
  const staging = `staging_${seq}`;
  const { outputs } = await attributionRunKind.stage(world.openCase, staging, parameters, io);
  await world.db.transaction(() =>
    attributionRunKind.publish(world.openCase, staging, seq, parameters, outputs),
  );
  const rows: AttributionRow[] = [];
  for await (const batch of streamResults(world.openCase, seq)) rows.push(...batch);
  return { rows, outputs: outputs as unknown as AttributionOutputs, seq };
}

/** One world, one run. */
export async function answers(
  events: readonly GivenEvent[],
  logs: readonly GivenLog[],
): Promise<AttributionRow[]> {
  const world = await build(events, logs);
  try {
    return (await attribute(world)).rows;
  } finally {
    await world.db.close();
  }
}
