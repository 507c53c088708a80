// Mappings against a small model, over random event streams: the model walks each key's records one by one, as one would
// by hand; the engine does it in SQL. Two parties share ports, records are lost, doubled, out of order and equal in time.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NativeDatabase, openNative } from "../../../electron/engine/database/native";
import type { SqlRow } from "../../../shared/database";
import { type Built, buildIn, type Given, s } from "./support";

interface Model {
  rows: number[];
  start: number | null;
  end: number | null;
  open: boolean;
}

/** The rules in words: a start opens; a release closes; an interim or release of nothing open has lost its start. */
function model(records: readonly Given[]): Model[] {
  const keyed = new Map<string, { row: number; g: Given }[]>();
  records.forEach((g, row) => {
    const key = [
      g.pub_addr,
      g.protocol,
      g.port_low,
      g.in_addr,
      g.event === "mapping" ? `whole ${row}` : "",
    ].join("/");
    keyed.set(key, [...(keyed.get(key) ?? []), { row, g }]);
  });
  const out: Model[] = [];
  for (const list of keyed.values()) {
    list.sort((a, b) => Number(a.g.time_us) - Number(b.g.time_us) || a.row - b.row);
    let current: Model | null = null;
    let anchor: number | null = null;
    let before: number | null = null;
    for (const { row, g } of list) {
      const t = Number(g.time_us);
      if (g.event === "mapping") {
        out.push({ rows: [row], start: Number(g.start_us), end: Number(g.end_us), open: false });
        continue;
      }
      const stated = g.start_us === undefined || g.start_us === null ? null : Number(g.start_us);
      // A start that is another than the one stated before, or later than a record of the mapping at hand.
      const strange =
        g.event !== "start" &&
        stated !== null &&
        (anchor !== null ? Math.abs(stated - anchor) > s(2) : before !== null && stated > before + s(2));
      if (current === null || !current.open || g.event === "start" || strange) {
        current = { rows: [], start: null, end: null, open: true };
        out.push(current);
        anchor = null;
      }
      current.rows.push(row);
      if (g.event === "start") current.start = stated ?? t;
      else if (stated !== null && current.start === null) current.start = stated;
      anchor = g.event === "start" ? (stated ?? t) : stated;
      before = t;
      if (g.event === "release") {
        current.end = t;
        current.open = false;
      }
    }
  }
  return out.sort((a, b) => Math.min(...a.rows) - Math.min(...b.rows));
}

const random = (seed: number) => {
  let state = seed;
  return (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * n);
  };
};

function stream(seed: number): Given[] {
  const r = random(seed);
  const out: Given[] = [];
  const started = new Map<string, number>();
  for (let i = 0, t = 100; i < 60; i++) {
    t += r(4) * r(3);
    const base = {
      time_us: s(r(10) === 0 ? Math.max(0, t - r(30)) : t),
      pub_addr: 3_405_803_777 + r(2),
      port_low: 1024 + 512 * r(2),
      port_high: 1535,
      in_addr: 1_681_915_905 + r(2),
      protocol: r(3) === 0 ? 17 : 6,
    };
    const given = { ...base, port_high: base.port_low + 511 };
    const key = [given.pub_addr, given.protocol, given.port_low, given.in_addr].join("/");
    const kind = r(10);
    if (kind < 4) {
      started.set(key, given.time_us);
      out.push({ ...given, event: "start" });
    } else if (kind < 7) out.push({ ...given, event: "release" });
    else if (kind < 9) {
      const known = started.get(key);
      // Half of the interims repeat their allocation's time.
      out.push({
        ...given,
        event: "interim",
        ...(known !== undefined && r(2) === 0 ? { start_us: known } : {}),
      });
    } else
      out.push({ ...given, event: "mapping", start_us: given.time_us, end_us: given.time_us + s(r(50)) });
  }
  // A tenth of the lines is lost, some come twice.
  return out.filter(() => r(10) > 0).flatMap((g) => (r(25) === 0 ? [g, g] : [g]));
}

let db: NativeDatabase;
beforeAll(async () => {
  db = await openNative(":memory:");
});
afterAll(() => db.close());

const holds = (m: SqlRow): void => {
  const n = (v: unknown): number | null => (v === null ? null : Number(v));
  const [a, b, c, d] = [n(m.start_min_us), n(m.start_max_us), n(m.end_min_us), n(m.end_max_us)];
  // The certain hold lies within the possible one.
  if (a !== null && b !== null) expect(a).toBeLessThanOrEqual(b);
  if (c !== null && d !== null) expect(c).toBeLessThanOrEqual(d);
  if (m.start_us === null) expect(a).toBeNull();
  if (m.end_us === null) expect(d).toBeNull();
  if (m.end_us === null) expect(c).toBe(Number(m.last_named_us));
};

describe("random streams of events", () => {
  it("give the mappings that a walk by hand gives, and each record points at its own", async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const records = stream(seed);
      const expected = model(records);
      const built: Built = await buildIn(db, records, "truncates");
      const why = `seed ${seed}`;
      expect(
        built.mappings.map((m) => [m.start_us, m.end_us]),
        why,
      ).toEqual(expected.map((m) => [m.start, m.end]));
      const ids = records.map((_, row) => expected.findIndex((m) => m.rows.includes(row)) + 1);
      expect(built.rows, why).toEqual(ids);
      built.mappings.forEach(holds);
      expect(built.counts, why).toMatchObject({
        mappings: expected.length,
        openEnds: expected.filter((m) => m.end === null).length,
        lostStarts: expected.filter((m) => m.start === null).length,
      });
    }
  });
});
