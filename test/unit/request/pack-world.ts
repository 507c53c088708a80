// A random world in a case, and the same mappings as an operator's store would hold them, for comparing a query pack's
// answers with the case's own.
import { openNative } from "../../../electron/engine/database/native";
import { gatherEvents } from "../../../electron/engine/request/events";
import { writePack } from "../../../electron/engine/request/pack";
import { formatIpv4 } from "../../../shared/record/address";
import { questionsOf } from "../../../shared/request/questions";
import { MAPPING_VIEW } from "../../../shared/request/sql/pack";
import type { Dialect } from "../../../shared/request/sql/print";
import { ADDR, build, type GivenEvent, type GivenMapping, io, type World } from "../attribution/support";

export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

export function scattered(seed: number, mappings: number, events: number) {
  const next = random(seed);
  const upTo = (n: number) => Math.floor(next() * n);
  const given: GivenMapping[] = Array.from({ length: mappings }, () => {
    const width = [0, 0, 63, 511, 2_047, 40_000][upTo(6)]!;
    const low = 1_024 + upTo(64_000 - width);
    const from = upTo(1_000);
    const to = from + upTo(200);
    const open = upTo(10) === 0;
    return {
      addr: ADDR + upTo(3),
      protocol: [6, 6, 17, null][upTo(4)]!,
      low,
      high: low + width,
      step: width > 0 && upTo(4) === 0 ? 4 : 1,
      possible: [upTo(20) === 0 ? null : from, open ? null : to + 2],
      certain: [from + 1, open ? null : to],
      subscriber: 1 + upTo(20),
      inside: 10 + upTo(20),
      dst: upTo(5) === 0 ? [3_221_225_985, upTo(2) === 0 ? 443 : 80] : null,
    };
  });
  const asked: GivenEvent[] = Array.from({ length: events }, () => {
    const portless = upTo(12) === 0;
    return {
      at: upTo(1_100),
      width: 1 + upTo(5),
      addr: ADDR + upTo(3),
      port: portless ? null : 1_024 + upTo(64_000),
      protocol: [6, 17, null][upTo(3)]!,
      dst: portless || upTo(3) === 0 ? [3_221_225_985, 443] : null,
    };
  });
  return { mappings: given, events: asked };
}

export async function packedWorld(
  folder: string,
  seed: number,
  mappings: number,
  events: number,
  dialect: Dialect,
): Promise<World> {
  const given = scattered(seed, mappings, events);
  const world = await build(given.events, [
    { mappings: given.mappings, window: [-1_000_000, 1_000_000], clock: { offset: 7, guard: 3 } },
  ]);
  const gathered = await gatherEvents(world.openCase, "web", "nat1", "", io.signal);
  await writePack(folder, dialect, "PW-TEST", gathered, questionsOf(gathered.events), gathered.events);
  return world;
}

/** The case's mappings as rows of the pack's view, in its column order. */
export async function operatorRows(world: World): Promise<(number | string | null)[][]> {
  const rows = await world.db.query(
    `SELECT id, pub_addr, protocol, port_low, port_high, port_step, start_min_us, start_max_us, end_min_us, end_max_us,
       in_addr, subscriber, dst_addr, dst_port FROM "mapping_2" ORDER BY id`,
  );
  const ip = (id: unknown) => (id === null ? null : formatIpv4(Number(id)));
  return rows.map((r) => {
    const cells: Record<string, number | string | null> = {
      mapping_id: r.id!,
      public_ip: ip(r.pub_addr),
      protocol: r.protocol!,
      port_low: r.port_low!,
      port_high: r.port_high!,
      port_step: r.port_step!,
      possible_from_us: r.start_min_us!,
      certain_from_us: r.start_max_us!,
      certain_to_us: r.end_min_us!,
      possible_to_us: r.end_max_us!,
      start_text: null,
      end_text: null,
      inside_ip: ip(r.in_addr),
      subscriber: r.subscriber === null ? null : String(r.subscriber),
      node: null,
      dst_ip: ip(r.dst_addr),
      dst_port: r.dst_port!,
    };
    return MAPPING_VIEW.map(({ name }) => cells[name]!);
  });
}

/** A store of the operator's: DuckDB over the pack's own Parquet files. */
export async function operatorStore(folder: string, rows: readonly (number | string | null)[][]) {
  const db = await openNative(":memory:", { allowedPaths: [folder] });
  for (const name of ["portwitness_event", "portwitness_witness"])
    await db.run(`CREATE TABLE ${name} AS SELECT * FROM read_parquet('${folder}/sql/${name}.parquet')`);
  const columns = MAPPING_VIEW.map(({ name, kind }) => `${name} ${kind === "int" ? "BIGINT" : "VARCHAR"}`);
  await db.run(`CREATE TABLE portwitness_mapping(${columns.join(", ")})`);
  const cell = (v: number | string | null) =>
    v === null ? "NULL" : typeof v === "number" ? String(v) : `'${v}'`;
  for (let at = 0; at < rows.length; at += 1_000) {
    const values = rows.slice(at, at + 1_000).map((r) => `(${r.map(cell).join(", ")})`);
    await db.run(`INSERT INTO portwitness_mapping VALUES ${values.join(", ")}`);
  }
  return db;
}
