// The case's tables as Parquet: read back by another engine instance, row for row what the case holds, cut into folders as
// Hive names them, and known to the ledger by one sum.
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openNative } from "../../../electron/engine/database/native";
import { parseCsv } from "../../../shared/custody/csv";
import { EngineCase } from "../nat/engine";

const folder = mkdtempSync(join(tmpdir(), "portwitness-dataset-"));
let made: EngineCase;

const SERVER = [
  "time,ip,port",
  "2026-03-01T23:59:58Z,198.51.100.7,2001",
  "2026-03-02T00:00:01Z,2001:db8::7,2002",
  "2026-03-02T12:00:00Z,198.51.100.255,2003",
  "",
].join("\n");
const NAT = [
  "start,end,ip,port,inside,user",
  "2026-03-01T23:00:00Z,2026-03-02T01:00:00Z,198.51.100.7,2001,10.0.0.1,o'neil",
  "2026-03-02T00:00:00Z,2026-03-02T01:00:00Z,2001:db8::7,2002,2001:db8:1::1,zoë",
  "",
].join("\n");

beforeAll(async () => {
  made = await EngineCase.create();
  const server = {
    role: "server",
    format: "csv",
    map: { time: "time", srcIp: "ip", srcPort: "port" },
  } as const;
  await made.add("web", { "web.csv": SERVER }, server);
  const map = {
    start: "start",
    end: "end",
    publicIp: "ip",
    portLow: "port",
    insideIp: "inside",
    subscriber: "user",
  };
  await made.add("nat", { "nat.csv": NAT }, { role: "nat", format: "csv", map });
  await made.run("clock.calibrate", { source: "web", declare: "+0 s +/- 2 s", reason: "test" });
  await made.run("attribution.run", { events: "web", nat: ["nat"] });
});
afterAll(async () => {
  await made?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function read(out: string, table: string, order: string) {
  const db = await openNative(":memory:", { allowedPaths: [out] });
  try {
    const files = join(out, table, "**/*.parquet").replaceAll("'", "''");
    return await db.query(
      `SELECT * FROM read_parquet('${files}', hive_partitioning = true, hive_types_autocast = false) ORDER BY ${order}`,
    );
  } finally {
    await db.close();
  }
}

it("holds every record and mapping, by source and day of UTC", async () => {
  const out = join(folder, "all");
  const written = await made.run("dataset.write", { out });
  expect(Object.fromEntries(written.tables.map((one) => [one.name, one.rows]))).toEqual({
    record: 5,
    mapping: 2,
    result: 3,
    candidate: 2,
    calibration: 1,
    evidence: 2,
  });
  const records = await read(out, "record", "source, row");
  expect(records.map((r) => [r.source, r.row, r.line, r.date, r.src_ip, r.src_port])).toEqual([
    ["nat", 0, 2, "2026-03-01", null, null],
    ["nat", 1, 3, "2026-03-02", null, null],
    ["web", 0, 2, "2026-03-01", "198.51.100.7", 2001],
    ["web", 1, 3, "2026-03-02", "2001:db8::7", 2002],
    ["web", 2, 4, "2026-03-02", "198.51.100.255", 2003],
  ]);
  expect(records[2]!.time_us).toBe(Date.UTC(2026, 2, 1, 23, 59, 58) * 1000);
  const mappings = await read(out, "mapping", "id");
  expect(mappings.map((m) => [m.pub_ip, m.port_low, m.subscriber, m.inside_ip, m.date])).toEqual([
    ["198.51.100.7", 2001, "o'neil", "10.0.0.1", "2026-03-01"],
    ["2001:db8::7", 2002, "zoë", "2001:db8:1::1", "2026-03-02"],
  ]);
  const results = await read(out, "result", "row");
  const verdicts = await made.run("attribution.page", {
    id: String(results[0]!.attribution),
    from: 0,
    to: 3,
  });
  expect(results.map((r) => [r.row, r.verdict, r.subscriber])).toEqual(
    verdicts.rows.map((r) => [
      r.row,
      r.verdict,
      r.verdict === "unique" || r.verdict === "only" ? r.subscriber : null,
    ]),
  );
  expect(results[0]!.verdict).toBe("unique");
  expect((await read(out, "evidence", "source")).map((e) => e.sha256)).toEqual(
    [NAT, SERVER].map((text) => createHash("sha256").update(text).digest("hex")),
  );
});

it("is known to the ledger by the list of its files, and is the same bytes again", async () => {
  const [one, two] = [join(folder, "one"), join(folder, "two")];
  const written = await made.run("dataset.write", { out: one });
  expect((await made.run("dataset.write", { out: two })).sha256).toBe(written.sha256);
  const list = readFileSync(join(one, "files.csv"));
  expect(createHash("sha256").update(list).digest("hex")).toBe(written.sha256);
  const listed = parseCsv(list.toString("utf8")).slice(1);
  const found = (readdirSync(one, { recursive: true }) as string[]).filter((name) =>
    /\.(parquet|txt)$/.test(name),
  );
  expect(listed.map(([name]) => name)).toEqual(found.sort());
  for (const [name, bytes, sha256] of listed) {
    const content = readFileSync(join(one, name!));
    expect(String(content.length)).toBe(bytes);
    expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
  }
  expect(readFileSync(join(made.folder, "test.case/custody.jsonl"), "utf8")).toContain(
    `"sha256":"${written.sha256}"`,
  );
});

it("writes only what is asked, and nothing where something stands already", async () => {
  const out = join(folder, "some");
  const written = await made.run("dataset.write", { out, sources: ["nat"] });
  expect(written.tables.find((one) => one.name === "record")!.rows).toBe(2);
  await expect(made.run("dataset.write", { out })).rejects.toThrow("exists already");
  await expect(made.run("dataset.write", { out: join(folder, "x"), sources: ["gone"] })).rejects.toThrow(
    'no source named "gone"',
  );
  expect(existsSync(join(folder, "x"))).toBe(false);
});
