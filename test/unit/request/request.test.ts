// A disclosure request from the case to the reply: what is written, what the ledger knows of it, what the reply answers.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CaseRegistry } from "../../../electron/engine/case/registry";
import type { Context } from "../../../electron/engine/engine";
import { caseHandlers } from "../../../electron/engine/operations/case";
import { clockHandlers } from "../../../electron/engine/operations/clock";
import { evidenceHandlers } from "../../../electron/engine/operations/evidence";
import { requestHandlers } from "../../../electron/engine/operations/request";
import { OPERATIONS, type ParsedRequest, type Reply } from "../../../shared/contract/contract";
import { parseCsv } from "../../../shared/custody/csv";
import { REPLY_COLUMNS, REQUEST_COLUMNS } from "../../../shared/request/questions";

const handlers = { ...caseHandlers, ...evidenceHandlers, ...clockHandlers, ...requestHandlers };
type Name = keyof typeof handlers;

const folder = mkdtempSync(join(tmpdir(), "portwitness-request-"));
const casePath = join(folder, "test.case");
const cases = new CaseRegistry();

async function run<N extends Name>(name: N, request: object): Promise<Reply<N>> {
  const context: Context = {
    cases,
    connection: "t",
    examiner: null,
    signal: new AbortController().signal,
    progress: () => {},
  };
  const parsed = v.parse(OPERATIONS[name].request as v.GenericSchema, { case: casePath, ...request });
  const handler = handlers[name] as unknown as (r: ParsedRequest<N>, c: Context) => Promise<Reply<N>>;
  return v.parse(
    OPERATIONS[name].reply as v.GenericSchema,
    await handler(parsed as ParsedRequest<N>, context),
  ) as Reply<N>;
}

async function add(as: string, content: string, more: object): Promise<void> {
  const path = join(folder, `${as}.csv`);
  writeFileSync(path, content);
  await run("evidence.add", { files: [path], as, ...more });
}

const MAP = { time: "time", srcIp: "ip", srcPort: "port" };

beforeAll(async () => {
  process.env.PORTWITNESS_HOME = join(folder, "home");
  await run("case.new", { title: "Request", examiner: "Examiner" });
  await add(
    "web",
    [
      "time,ip,port,user",
      "2026-11-02T08:00:00Z,198.51.100.7,40001,secret-user",
      "2026-11-02T08:00:01Z,198.51.100.7,40001,secret-user",
      "2026-11-02T09:00:00Z,198.51.100.7,40001,secret-user",
      "2026-11-02T09:00:00Z,198.51.100.8,,secret-user",
      "",
    ].join("\n"),
    { role: "server", format: "csv", map: MAP },
  );
});
afterAll(async () => {
  await cases.closeAll();
  rmSync(folder, { recursive: true, force: true });
});

describe("a disclosure request", () => {
  it("asks for no more than it must, says how sure the times are, and is an act", async () => {
    const out = join(folder, "uncalibrated");
    const done = await run("request.write", { events: "web", out, retention: "30d" });
    expect(done).toMatchObject({ questions: 2, events: 3, unaskable: 1, calibrations: [] });
    const [head, first, second] = parseCsv(readFileSync(join(out, "request.csv"), "utf8"));
    expect(head).toEqual([...REQUEST_COLUMNS]);
    const of = (line: (string | null)[], name: (typeof REQUEST_COLUMNS)[number]) =>
      line[REQUEST_COLUMNS.indexOf(name)];
    // Recorded 08:00:00 to 08:00:02, and 120 s on either side for a clock never compared.
    expect(of(first!, "utcFrom")).toBe("2026-11-02T07:58:00.000000Z");
    expect(of(first!, "utcTo")).toBe("2026-11-02T08:02:02.000000Z");
    expect(of(first!, "events")).toBe("2");
    expect(of(second!, "retainedUntil")).toBe("2026-12-02T08:58:00.000000Z");
    for (const name of readdirSync(out))
      expect(readFileSync(join(out, name)).includes("secret-user"), name).toBe(false);
    expect(readFileSync(join(out, "request-letter.pdf")).subarray(0, 5).toString()).toBe("%PDF-");
    expect(readFileSync(join(out, "request-letter.txt"), "utf8")).toContain("compared with nothing yet");
    const line = (await cases.get(casePath, {})).ledger().at(-1)!;
    expect(line.action).toBe("request.write");
    expect(line.outputs).toMatchObject({ requestId: done.requestId, questions: 2 });
    expect(JSON.stringify(line)).not.toContain(out);
    await expect(run("request.write", { events: "web", out })).rejects.toMatchObject({ code: "usage" });
  });

  it("states narrower intervals with a calibration, and is another request then", async () => {
    await run("clock.calibrate", { source: "web", declare: "+10 s +/- 0.5 s", reason: "test" });
    const out = join(folder, "calibrated");
    const done = await run("request.write", { events: "web", filter: "srcPort = 40001", out, sql: "trino" });
    expect(done).toMatchObject({ questions: 2, events: 3, unaskable: 0, firstDeadlineUs: null });
    expect(done.calibrations).toHaveLength(1);
    const [, first] = parseCsv(readFileSync(join(out, "request.csv"), "utf8"));
    const from = String(first![REQUEST_COLUMNS.indexOf("utcFrom")]);
    expect(from >= "2026-11-02T07:59:48Z" && from <= "2026-11-02T07:59:50Z", from).toBe(true);
    expect(readdirSync(join(out, "sql")).sort()).toContain("portwitness_event.parquet");
    expect(done.files.map((f) => f.name)).toContain("sql/4-reply.sql");
  });

  it("is matched by its reply, question by question", async () => {
    const out = join(folder, "asked");
    const { requestId } = await run("request.write", { events: "web", out });
    const template = parseCsv(readFileSync(join(out, "reply-template.csv"), "utf8"));
    const fill = (line: (string | null)[], values: Partial<Record<(typeof REPLY_COLUMNS)[number], string>>) =>
      REPLY_COLUMNS.map((name, i) => values[name] ?? line[i] ?? "").join(",");
    const reply = [
      REPLY_COLUMNS.join(","),
      fill(template[1]!, {
        outcome: "record",
        start: "2026-11-02T07:00:00Z",
        end: "2026-11-02T08:30:00Z",
        publicIp: "198.51.100.7",
        portLow: "40000",
        portHigh: "40999",
        insideIp: "10.0.0.1",
        subscriber: "anna",
      }),
      fill(template[2]!, { outcome: "retention-expired" }),
      "",
    ].join("\n");
    const keys = ["start", "end", "publicIp", "portLow", "portHigh", "insideIp", "subscriber"];
    await add("reply", reply, {
      role: "nat",
      format: "csv",
      extent: "query",
      window: "2026-11-02T07:00:00Z/2026-11-02T10:00:00Z",
      map: Object.fromEntries(keys.map((key) => [key, key])),
    });
    const states = await run("request.replies", {});
    const state = states.filter((s) => s.requestId === requestId).at(-1);
    expect(state).toMatchObject({
      questions: 2,
      record: 1,
      retentionExpired: 1,
      noRecord: 0,
      open: 0,
      problems: [],
      sources: ["reply"],
    });
  });
});
