// The port beside the log, over real evidence: a main log without ports and a parallel one with them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, describe, expect, it } from "vitest";
import { rebuildCase } from "../../../electron/engine/case/rebuild";
import { CaseRegistry } from "../../../electron/engine/case/registry";
import type { Context } from "../../../electron/engine/engine";
import { attributionHandlers } from "../../../electron/engine/operations/attribution";
import { caseHandlers } from "../../../electron/engine/operations/case";
import { clockHandlers } from "../../../electron/engine/operations/clock";
import { evidenceHandlers } from "../../../electron/engine/operations/evidence";
import { joinHandlers } from "../../../electron/engine/operations/join";
import { recordsHandlers } from "../../../electron/engine/operations/records";
import { OPERATIONS, type ParsedRequest, type Reply } from "../../../shared/contract/contract";
import type { RecordRow } from "../../../shared/contract/records";

const handlers = {
  ...caseHandlers,
  ...evidenceHandlers,
  ...recordsHandlers,
  ...joinHandlers,
  ...clockHandlers,
  ...attributionHandlers,
};
type Name = keyof typeof handlers;

const folders: string[] = [];
const registries: CaseRegistry[] = [];
afterAll(async () => {
  for (const registry of registries) await registry.closeAll();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const io = { signal: new AbortController().signal, progress: () => {} };

class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), "portwitness-join-"));
  readonly path = join(this.folder, "test.case");
  cases = new CaseRegistry();

  static async create(): Promise<Lab> {
    const lab = new Lab();
    folders.push(lab.folder);
    registries.push(lab.cases);
    process.env.PORTWITNESS_HOME = join(lab.folder, "home");
    await lab.run("case.new", { title: "Join", examiner: "Examiner" });
    return lab;
  }

  async run<N extends Name>(name: N, request: object): Promise<Reply<N>> {
    const context: Context = { cases: this.cases, connection: "t", examiner: null, ...io };
    const parsed = v.parse(OPERATIONS[name].request as v.GenericSchema, { case: this.path, ...request });
    const handler = handlers[name] as unknown as (r: ParsedRequest<N>, c: Context) => Promise<Reply<N>>;
    return v.parse(
      OPERATIONS[name].reply as v.GenericSchema,
      await handler(parsed as ParsedRequest<N>, context),
    ) as Reply<N>;
  }

  async add(as: string, content: string, more: object = {}): Promise<void> {
    const path = join(this.folder, `${as}.log`);
    writeFileSync(path, content);
    await this.run("evidence.add", { files: [path], as, ...more });
  }

  async records(source: string): Promise<RecordRow[]> {
    const { view, rows } = await this.run("records.open", { source });
    const page = await this.run("records.page", { view, from: 0, to: rows });
    await this.run("records.close", { view });
    return page.rows;
  }
}

/** 2026-11-02 08:00:00 UTC and so many seconds. */
const clockText = (s: number): string => new Date(Date.UTC(2026, 10, 2, 8, 0, s)).toISOString().slice(11, 19);
const access = (ip: string, s: number, path = "/"): string =>
  `${ip} - - [02/Nov/2026:${clockText(s)} +0000] "GET ${path} HTTP/1.1" 200 512 "-" "curl/8.5"\n`;
const beside = (ip: string, s: number, port: number): string => `2026-11-02T${clockText(s)}Z,${ip},${port}\n`;
const BESIDE = { role: "server", format: "csv", map: { time: "time", srcIp: "ip", srcPort: "port" } };
const HEAD = "time,ip,port\n";

describe("a port from the log beside", () => {
  it("is taken with the line that it stands in, and is left where strangers share address and moment", async () => {
    const lab = await Lab.create();
    await lab.add(
      "web",
      [
        access("198.51.100.7", 0),
        access("198.51.100.7", 60),
        access("198.51.100.7", 60, "/b"),
        access("203.0.113.9", 60),
        access("203.0.113.10", 200),
      ].join(""),
    );
    await lab.add(
      "beside",
      HEAD +
        beside("198.51.100.7", 0, 40_001) +
        beside("198.51.100.7", 60, 40_002) +
        beside("198.51.100.7", 60, 40_003) +
        beside("203.0.113.9", 60, 40_004),
      BESIDE,
    );
    const done = await lab.run("records.join", { source: "web", from: "beside" });
    expect(done).toMatchObject({
      clock: "coincident",
      withoutPort: 5,
      recovered: 2,
      ambiguous: 2,
      shared: 0,
      unmatched: 1,
      unsure: 0,
    });
    const rows = await lab.records("web");
    expect(rows.map((r) => r.srcPort)).toEqual([40_001, null, null, 40_004, null]);
    expect(rows[0]!.portFrom).toMatchObject({ source: "beside", line: 2, candidates: 1, by: "time" });
    expect(rows[1]!.portFrom).toMatchObject({ line: null, port: null, candidates: 2 });
    expect(rows[4]!.portFrom).toBeUndefined();
    // Found by what is shown.
    const { rows: found } = await lab.run("records.open", { source: "web", filter: "srcPort = 40004" });
    expect(found).toBe(1);
  });

  it("of postscreen is smtpd's, whose process is another; of one program another process is another connection", async () => {
    const lab = await Lab.create();
    const mail = (s: number, program: string, message: string): string =>
      `Nov  2 ${clockText(s)} mx postfix/${program}: ${message}\n`;
    const SYSLOG = { year: 2026, zone: "UTC" };
    const smtpd = mail(61, "smtpd[77]", "connect from unknown[198.51.100.7]");
    await lab.add("smtpd", smtpd, SYSLOG);
    await lab.add(
      "screen",
      mail(60, "postscreen[70]", "CONNECT from [198.51.100.7]:49152 to [192.0.2.1]:25"),
      SYSLOG,
    );
    await lab.add("other", mail(60, "smtpd[78]", "connect from unknown[198.51.100.7]:50001"), SYSLOG);
    const done = await lab.run("records.join", { source: "smtpd", from: "screen" });
    expect(done).toMatchObject({ processId: "pid", recovered: 1, ambiguous: 0 });
    expect((await lab.records("smtpd"))[0]!.srcPort).toBe(49_152);
    const refused = await lab
      .run("records.join", { source: "smtpd", from: "other", sameHost: true })
      .catch(() => null);
    expect(refused?.recovered ?? 0).toBe(0);
  });

  it("of postscreen is that of every line of smtpd's about that client, and of nobody's where two clients come", async () => {
    const lab = await Lab.create();
    const mail = (s: number, program: string, message: string): string =>
      `Nov  2 ${clockText(s)} mx postfix/${program}: ${message}\n`;
    const SYSLOG = { year: 2026, zone: "UTC" };
    const visit = (s: number, pid: number, to: string): string =>
      mail(s, `smtpd[${pid}]`, `connect from unknown[${to}]`) +
      mail(s, `smtpd[${pid}]`, `4AB12${s}: client=unknown[${to}]`) +
      mail(s + 1, `smtpd[${pid}]`, `disconnect from unknown[${to}] ehlo=1 quit=1 commands=2`);
    const screen = (s: number, from: string, port: number): string =>
      mail(s, "postscreen[70]", `CONNECT from [${from}]:${port} to [192.0.2.1]:25`);
    await lab.add(
      "smtpd",
      // The same process serves the second client; then two processes serve one address at once, of whom one was screened.
      visit(60, 77, "198.51.100.7") +
        visit(300, 77, "198.51.100.9") +
        visit(600, 77, "198.51.100.8") +
        visit(600, 78, "198.51.100.8"),
      SYSLOG,
    );
    await lab.add(
      "screen",
      screen(60, "198.51.100.7", 49_152) +
        screen(300, "198.51.100.9", 49_153) +
        screen(600, "198.51.100.8", 49_154),
      SYSLOG,
    );
    const done = await lab.run("records.join", { source: "smtpd", from: "screen", sameHost: true });
    expect(done).toMatchObject({ recovered: 6, shared: 6, ambiguous: 0 });
    const ports = (await lab.records("smtpd")).map((r) => r.srcPort);
    // The usual case: both programs' lines in one file, which is then joined with itself.
    const whole = screen(60, "198.51.100.7", 49_152) + visit(60, 77, "198.51.100.7");
    await lab.add("mail", whole, SYSLOG);
    await lab.add("mail-again", whole, SYSLOG);
    expect(
      await lab.run("records.join", { source: "mail", from: "mail-again", sameHost: true }),
    ).toMatchObject({
      withoutPort: 3,
      recovered: 3,
    });
    // Another service of the same program, which logs ports itself, hands nothing on: its client is another connection.
    const beside =
      visit(60, 77, "198.51.100.7") +
      mail(60, "submission/smtpd[90]", "connect from unknown[198.51.100.7]:50001");
    await lab.add("services", beside, SYSLOG);
    await lab.add("services-again", beside, SYSLOG);
    expect(
      await lab.run("records.join", { source: "services", from: "services-again", sameHost: true }),
    ).toMatchObject({ withoutPort: 3, recovered: 0, shared: 3 });
    expect(ports).toEqual([
      49_152,
      49_152,
      49_152,
      49_153,
      49_153,
      49_153,
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it("is not taken where the log beside has one line for two requests", async () => {
    const lab = await Lab.create();
    await lab.add(
      "web",
      access("198.51.100.7", 60) + access("198.51.100.7", 61) + access("198.51.100.7", 500),
    );
    await lab.add(
      "beside",
      HEAD + beside("198.51.100.7", 60, 40_002) + beside("198.51.100.7", 500, 40_005),
      BESIDE,
    );
    const done = await lab.run("records.join", { source: "web", from: "beside" });
    expect(done).toMatchObject({ recovered: 1, shared: 2, ambiguous: 0 });
    const rows = await lab.records("web");
    expect(rows.map((r) => r.srcPort)).toEqual([null, null, 40_005]);
    expect(rows[0]!.portFrom).toMatchObject({ candidates: 1, rivals: 1, line: null });
  });

  it("is told by a connection's id where both logs carry it, however many strangers come in that second", async () => {
    const lab = await Lab.create();
    const nginx = (s: number, id: number) =>
      `198.51.100.7 [02/Nov/2026:${clockText(s)} +0000] ${id} "GET / HTTP/1.1" 200\n`;
    const error = (s: number, id: number, port: number) =>
      `2026/11/02 ${clockText(s)} [info] 8#8: *${id} client 198.51.100.7:${port} connected to 192.0.2.1:80\n`;
    await lab.add("web", nginx(60, 11) + nginx(60, 12) + nginx(75, 11) + nginx(80, 13), {
      format: "nginx.access",
      layout: '$remote_addr [$time_local] $connection "$request" $status',
    });
    await lab.add("error", error(60, 11, 40_011) + error(60, 12, 40_012), {
      format: "nginx.error",
      zone: "UTC",
    });
    const done = await lab.run("records.join", { source: "web", from: "error", sameHost: true });
    expect(done).toMatchObject({ connectionId: "connection", recovered: 3, byId: 3, clock: "same-host" });
    const rows = await lab.records("web");
    expect(rows.map((r) => r.srcPort)).toEqual([40_011, 40_012, 40_011, null]);
  });

  it("is refused between clocks that were never compared and do not coincide", async () => {
    const lab = await Lab.create();
    let web = "";
    let other = HEAD;
    for (let i = 0; i < 40; i++) {
      web += access(`198.51.100.${i + 1}`, 100 * i);
      other += beside(`198.51.100.${i + 1}`, 100 * i + 37, 40_000 + i);
    }
    await lab.add("web", web);
    await lab.add("beside", other, BESIDE);
    const refused = await lab.run("records.join", { source: "web", from: "beside" });
    expect(refused).toMatchObject({ recovered: 0, withoutPort: 40, unmatched: 40 });
    expect(refused.reason).toContain("clocks");
    expect((await lab.records("web")).every((r) => r.srcPort === null)).toBe(true);
    const declared = await lab.run("records.join", { source: "web", from: "beside", tolerance: "40 s" });
    expect(declared).toMatchObject({ clock: "declared", recovered: 40, toleranceUs: 40_000_000 });
  });

  it("goes through a calibration of both clocks where there is one", async () => {
    const lab = await Lab.create();
    await lab.add("web", access("198.51.100.7", 100) + access("198.51.100.8", 3_000));
    await lab.add(
      "beside",
      HEAD + beside("198.51.100.7", 137, 40_001) + beside("198.51.100.8", 3_037, 40_002),
      BESIDE,
    );
    await lab.run("clock.calibrate", { source: "web", declare: "-37 s +/- 0.5 s", reason: "test" });
    const alone = await lab.run("records.join", { source: "web", from: "beside" });
    // One of two clocks compared with true time says nothing of the other.
    expect(alone).toMatchObject({ recovered: 0, clock: "coincident" });
    await lab.run("clock.calibrate", { source: "beside", declare: "0 s +/- 0.5 s", reason: "test" });
    const both = await lab.run("records.join", { source: "web", from: "beside" });
    expect(both).toMatchObject({ recovered: 2, clock: "calibrated" });
  });
});

describe("a recovered port", () => {
  const NAT = {
    role: "nat",
    format: "csv",
    map: { start: "start", end: "end", publicIp: "ip", portLow: "low", portHigh: "high", subscriber: "who" },
  };
  const nat = (from: number, to: number, low: number, high: number, who: string) =>
    `2026-11-02T${clockText(from)}Z,2026-11-02T${clockText(to)}Z,198.51.100.7,${low},${high},${who}\n`;

  it("names the line through attribution, with its provenance; an ambiguous one names nobody; a rebuild agrees", async () => {
    const lab = await Lab.create();
    await lab.add(
      "web",
      access("198.51.100.7", 600) + access("198.51.100.7", 900) + access("198.51.100.7", 900, "/b"),
    );
    await lab.add(
      "beside",
      HEAD +
        beside("198.51.100.7", 600, 40_001) +
        beside("198.51.100.7", 900, 40_002) +
        beside("198.51.100.7", 900, 50_003),
      BESIDE,
    );
    await lab.add(
      "nat",
      `start,end,ip,low,high,who\n${nat(0, 3_000, 40_000, 40_999, "anna")}${nat(0, 3_000, 50_000, 50_999, "ben")}`,
      NAT,
    );
    await lab.run("clock.calibrate", { source: "web", declare: "0 s +/- 0.1 s", reason: "test" });
    const before = await lab.run("attribution.run", { events: "web", nat: ["nat"] });
    expect(before.counts["no-port"]).toBe(3);
    await lab.run("records.join", { source: "web", from: "beside" });
    const run = await lab.run("attribution.run", { events: "web", nat: ["nat"] });
    const { rows } = await lab.run("attribution.page", { id: run.id, from: 0, to: 3 });
    expect(rows.map((r) => [r.verdict, r.subscriber, r.srcPort])).toEqual([
      ["unique", "anna", 40_001],
      ["no-port", null, null],
      ["no-port", null, null],
    ]);
    expect(rows[0]!.portFrom).toMatchObject({ source: "beside", line: 2 });
    expect(rows[1]!.portFrom).toMatchObject({ candidates: 2, port: null });
    // The run before the join still shows what it rested on.
    const old = await lab.run("attribution.page", { id: before.id, from: 0, to: 1 });
    expect(old.rows[0]).toMatchObject({ verdict: "no-port", srcPort: null });
    await lab.cases.closeAll();
    lab.cases = new CaseRegistry();
    registries.push(lab.cases);
    const rebuilt = await rebuildCase(lab.path, null, "Examiner", io);
    expect(rebuilt.differences).toEqual([]);
    expect((await lab.records("web"))[0]!.srcPort).toBe(40_001);
  });

  it("never proves where neither log shows every connection of the other", async () => {
    const lab = await Lab.create();
    await lab.add("web", access("198.51.100.7", 600) + access("198.51.100.7", 1_500));
    await lab.add(
      "beside",
      HEAD + beside("198.51.100.7", 600, 40_001) + beside("198.51.100.7", 2_000, 40_002),
      BESIDE,
    );
    await lab.add("nat", `start,end,ip,low,high,who\n${nat(0, 3_000, 40_000, 40_999, "anna")}`, NAT);
    await lab.run("clock.calibrate", { source: "web", declare: "0 s +/- 0.1 s", reason: "test" });
    const done = await lab.run("records.join", { source: "web", from: "beside", sameHost: true });
    expect(done).toMatchObject({ recovered: 1, unsure: 1 });
    const run = await lab.run("attribution.run", { events: "web", nat: ["nat"] });
    const { rows } = await lab.run("attribution.page", { id: run.id, from: 0, to: 2 });
    expect(rows.map((r) => r.verdict)).toEqual(["only", "no-port"]);
  });
});
