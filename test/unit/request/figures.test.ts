// The whole way of a question that travels: a case without the operator's log asks by a query pack, the operator runs the
// pack's SQL over its log, and the reply with its figures gives the verdicts that the whole log would have given.
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { csvLine } from "../../../shared/custody/csv";
import { figureOf } from "../../../shared/request/figures";
import { COMPLETENESS } from "../../../shared/request/sql/completeness";
import { MAPPING_VIEW, REPLY } from "../../../shared/request/sql/pack";
import { printQuery } from "../../../shared/request/sql/print";
import { EngineCase } from "../nat/engine";
import { operatorStore, random } from "./pack-world";

const cases: EngineCase[] = [];
afterAll(async () => {
  for (const one of cases) await one.close();
});

const START = Date.UTC(2026, 10, 2, 8) * 1000;
const SECOND = 1_000_000;
const iso = (us: number): string => new Date(us / 1000).toISOString().replace(".000Z", "Z");
const EVENTS = 4_000;
/** Every hundredth connection is asked about; all come in the second in which their mapping begins. */
const asked = (i: number): boolean => i % 100 === 50;
const FIRST_ASKED = 60_000;
const FILTER = `srcPort >= ${FIRST_ASKED}`;

interface Mapping {
  readonly start: number;
  readonly end: number;
  readonly port: number;
  readonly inside: string;
}

function world(lost: (i: number) => boolean): { server: string; mappings: Mapping[] } {
  const next = random(7);
  const mappings: Mapping[] = [];
  const lines = ["time,ip,port"];
  for (let i = 0; i < EVENTS; i++) {
    const at = START + i * 5 * SECOND;
    const port = asked(i) ? FIRST_ASKED + Math.floor(i / 100) : 2_000 + i * 13;
    lines.push(`${iso(at)},198.51.100.7,${port}`);
    if (!lost(i))
      mappings.push({
        start: at,
        end: at + Math.floor(30 + next() * 60) * SECOND,
        port,
        inside: `10.0.${i >> 8}.${i & 255}`,
      });
  }
  return { server: `${lines.join("\n")}\n`, mappings };
}

const NAT_MAP = { start: "start", end: "end", publicIp: "ip", portLow: "port", insideIp: "inside" };
const natCsv = (mappings: readonly Mapping[]): string =>
  [
    "start,end,ip,port,inside",
    ...mappings.map((m) => `${iso(m.start)},${iso(m.end)},198.51.100.7,${m.port},${m.inside}`),
    "",
  ].join("\n");

async function caseWith(server: string): Promise<EngineCase> {
  const made = await EngineCase.create();
  cases.push(made);
  const map = { time: "time", srcIp: "ip", srcPort: "port" };
  await made.add("web", { "web.csv": server }, { role: "server", format: "csv", map });
  await made.run("clock.calibrate", { source: "web", declare: "+0 s +/- 2 s", reason: "test" });
  return made;
}

const verdicts = (one: EngineCase) =>
  one.run("attribution.run", { events: "web", nat: ["nat"], filter: FILTER });

/** Runs the pack's SQL over the operator's whole log, as the operator would, and writes both answers as CSV. */
async function operatorAnswers(pack: string, mappings: readonly Mapping[]) {
  const rows = mappings.map((m, i) => {
    const cells: Record<string, string | number> = {
      mapping_id: i,
      public_ip: "198.51.100.7",
      port_low: m.port,
      port_high: m.port,
      port_step: 1,
      possible_from_us: m.start,
      certain_from_us: m.start + SECOND,
      certain_to_us: m.end,
      possible_to_us: m.end + SECOND,
      start_text: iso(m.start),
      end_text: iso(m.end),
      inside_ip: m.inside,
      node: "cgn-1",
    };
    return MAPPING_VIEW.map(({ name }) => cells[name] ?? null);
  });
  const store = await operatorStore(pack, rows);
  const csvOf = async (sql: string): Promise<string> => {
    const found = await store.query(sql);
    const names = Object.keys(found[0]!);
    const cells = found.map((r) => names.map((n) => (r[n] === null ? null : String(r[n]))));
    return [names, ...cells].map((line) => csvLine(line)).join("");
  };
  try {
    return {
      reply: await csvOf(printQuery(REPLY, "duckdb")),
      figures: await csvOf(printQuery(COMPLETENESS, "duckdb")),
    };
  } finally {
    await store.close();
  }
}

const REPLY_MAP = {
  start: "start_text",
  end: "end_text",
  publicIp: "public_ip",
  portLow: "port_low",
  portHigh: "port_high",
  insideIp: "inside_ip",
};

async function byQuestion(lost: (i: number) => boolean) {
  const { server, mappings } = world(lost);
  const whole = await caseWith(server);
  await whole.add("nat", { "nat.csv": natCsv(mappings) }, { role: "nat", format: "csv", map: NAT_MAP });

  const lab = await caseWith(server);
  const out = join(lab.folder, "request");
  await lab.run("request.write", { events: "web", filter: FILTER, out, sql: "trino" });
  const { reply, figures } = await operatorAnswers(out, mappings);
  await lab.add(
    "nat",
    { "reply.csv": reply },
    { role: "nat", format: "csv", extent: "query", map: REPLY_MAP },
  );
  const before = await verdicts(lab);
  await lab.add("figures", { "figures.csv": figures }, { role: "reference" });
  return { whole: await verdicts(whole), before, after: await verdicts(lab) };
}

describe("an operator's completeness figures", () => {
  it("give its extract the verdicts that the whole log would have given, named as the operator's", async () => {
    const { whole, before, after } = await byQuestion(() => false);
    expect(whole.counts).toMatchObject({ unique: 40 });
    expect(before.counts).toMatchObject({ unique: 0, only: 40 });
    expect(after.counts).toEqual(whole.counts);
    expect(after.completeness.join()).toContain("by the operator's own figures (figures)");
    expect(before.completeness.join()).toContain("an extract");
  });
  it("prove nothing where they show that records were lost", async () => {
    const { whole, after } = await byQuestion((i) => i % 60 === 7);
    expect(whole.counts).toMatchObject({ unique: 0 });
    expect(after.counts).toEqual(whole.counts);
  });
  it("are evidence like any other: every line accounted for, and not relied on where one cannot be read", async () => {
    const sample = resolve(import.meta.dirname, "../../data/reference/portwitness.completeness.log");
    const one = await caseWith(world(() => false).server);
    const [file] = (await one.run("evidence.add", { files: [sample], as: "figures" })).files;
    expect(file).toMatchObject({
      format: "portwitness.completeness",
      records: 7,
      rejects: 2,
      headers: 1,
      lines: 10,
      withPort: 0,
    });
    const { rejects } = await one.run("evidence.rejects", { source: "figures" });
    expect(rejects.map((r) => [r.line, r.reason])).toEqual([
      [9, '"witnesses" is no figure'],
      [10, "its interval does not end after it begins"],
    ]);
    await one.add(
      "nat",
      {
        "reply.csv":
          "request_id,question_id,outcome,public_ip,port_low,port_high,inside_ip,start_text,end_text\n" +
          "PW-1F2E3D4C,q1,record,198.51.100.7,60000,60000,10.0.0.1,2026-11-02T08:00:00Z,2026-11-02T08:10:00Z\n",
      },
      { role: "nat", format: "csv", extent: "query", map: REPLY_MAP },
    );
    await expect(verdicts(one)).rejects.toMatchObject({ code: "input", where: { line: 9 } });
  });
  it("are refused line by line where they are none", () => {
    const line = (figure: string, from: string) =>
      figureOf(
        new Map([
          ["figure", figure],
          ["from_us", from],
          ["to_us", "5"],
        ]),
      );
    expect(line("witnesses", "1")).toBe('"witnesses" is no figure');
    expect(line("witness", "-1")).toContain("from_us");
    expect(line("witness", "9")).toContain("does not end after it begins");
    expect(line("witness", "4")).toMatchObject({ figure: "witness", toUs: 5, n: 0 });
  });
});
