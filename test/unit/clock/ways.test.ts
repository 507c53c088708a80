// A server known from its NTP statistics, a NAT whose own stamps disagree with its collector's: each clock compared with true
// time by itself, and the two chained from file to verdict.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { offsetAt } from "../../../shared/clock/calibration";
import type { AttributionRow } from "../../../shared/contract/attribution";
import { Random } from "../../simulate/random";
import { EngineCase } from "../nat/engine";

/** 2026-03-05T10:00:00Z, in seconds; its Modified Julian Day begins ten hours earlier. */
const T0 = 1_772_704_800;
const MJD = 61_104;
/** Both clocks are fast, seconds. */
const WEB = 40;
const NAT = 7.3;
/** A block's holder changes every ten minutes, with half a minute's rest. */
const PERIOD = 600;
const HELD = 570;
const HOLDERS = 72;
/** Events come this long after their block was given out: less than the NAT is fast. */
const AFTER = 5;
/** The server's NTP client kept statistics over this part of the log only. */
const STATISTICS = 2 * 3600;

const iso = (seconds: number): string => new Date(Math.round(seconds * 1000)).toISOString();
const inside = (k: number): string => `10.0.0.${k + 1}`;

const random = new Random(11);
function pba(k: number, event: "ALLOC" | "RELEASE", at: number): string {
  const received = iso(at + 0.004 + random.exponential(0.05));
  const own = Math.floor(at + NAT).toString(16);
  return `<14>1 ${received} srx1 RT_NAT - RT_SRC_NAT_PBA_${event} [junos@2636.1.1.1.2.129 internal-ip="${inside(k)}" block-used="${event === "ALLOC" ? 1 : 0}" block-max-per-host="4" block-port-low="5120" block-port-high="5375" reflexive-ip="203.0.113.50" nat-pool-name="p" logical-system-id="0" epoch-time-64="${own}"]`;
}
const holders = Array.from({ length: HOLDERS }, (_, k) => k);
const natLog = holders
  .flatMap((k) => [pba(k, "ALLOC", T0 + PERIOD * k), pba(k, "RELEASE", T0 + PERIOD * k + HELD)])
  .join("\n");
const webLog = [
  "time,ip,port,protocol",
  ...holders.map((k) => `${iso(Math.floor(T0 + PERIOD * k + AFTER + WEB))},203.0.113.50,${5120 + k},tcp`),
].join("\n");
/** ntpd counts a slow clock positive. */
const loopstats = Array.from({ length: STATISTICS / 60 + 1 }, (_, i) => {
  const recorded = 36_000 + 60 * i + WEB;
  return `${MJD} ${recorded.toFixed(3)} ${(-WEB + 0.002 * random.normal()).toFixed(9)} 13.7 0.002 0.01 6`;
}).join("\n");

let world: EngineCase;
let rows: readonly AttributionRow[];
beforeAll(async () => {
  world = await EngineCase.create();
  const map = { time: "time", srcIp: "ip", srcPort: "port", protocol: "protocol" };
  await world.add("web", { "web.csv": webLog }, { role: "server", format: "csv", map });
  await world.add("cgn", { "nat.log": natLog }, { role: "nat" });
}, 120_000);
afterAll(() => world.close());

describe("clocks compared with true time by themselves", () => {
  it("reads a NAT's clock off the second clock of its own records", async () => {
    const c = await world.run("clock.calibrate", { source: "cgn", self: true });
    expect(c.method).toBe("self");
    const [s] = c.segments;
    expect(Math.abs(s!.offsetUs - NAT * 1e6)).toBeLessThanOrEqual(s!.guardUs);
    expect(s!.guardUs).toBeLessThan(2_000_000);
  });

  it("reads a server's clock off its NTP client's statistics", async () => {
    const c = await world.run("clock.calibrate", {
      source: "web",
      ntp: { text: loopstats, name: "loopstats" },
    });
    const [s] = c.segments;
    expect(c.segments).toHaveLength(1);
    for (const at of [s!.fromUs, s!.toUs]) {
      expect(Math.abs(offsetAt(s!, at) - WEB * 1e6)).toBeLessThanOrEqual(s!.guardUs);
    }
    expect(c.statement).toMatch(/each lies, in the median, [\d.]+ s from what the others say/);
  });

  it("names through the chain of both whom neither clock alone would show", async () => {
    rows = await world.attribute("web", "cgn");
    const known = rows.slice(0, STATISTICS / PERIOD);
    expect(known.map((r) => r.verdict)).toEqual(known.map(() => "unique"));
    expect(known.map((r) => r.insideIp)).toEqual(known.map((_, k) => inside(k)));
  });

  it("widens beyond the statistics, and then refuses", async () => {
    const width = (r: AttributionRow): number => r.intervalToUs! - r.intervalFromUs!;
    const last = Math.floor(STATISTICS / PERIOD);
    const beyond = rows.slice(last + 1).filter((r) => r.verdict !== "out-of-range");
    expect(beyond.length).toBeGreaterThan(20);
    beyond.forEach((r, i) => {
      if (i > 0) expect(width(r)).toBeGreaterThanOrEqual(width(beyond[i - 1]!));
    });
    expect(width(beyond[beyond.length - 1]!)).toBeGreaterThan(width(rows[0]!) + 1_000_000);
    const refused = rows.filter((r) => r.rule === "validity");
    expect(refused.length).toBeGreaterThan(10);
    expect(Math.min(...refused.map((r) => r.line))).toBeGreaterThan(last);
    for (const r of rows.filter((x) => x.verdict === "unique")) expect(r.insideIp).toBe(inside(r.line - 2));
  });

  it("does not name the right one where the NAT's clock is left out of account", async () => {
    const [mine] = (await world.run("clock.history", { source: "cgn" })).map((h) => h.calibration.id);
    await world.run("clock.undo", { id: mine!, reason: "to see what it does" });
    const alone = await world.attribute("web", "cgn");
    expect(alone.slice(0, 12).filter((r) => r.insideIp !== null)).toEqual([]);
  });
});
