import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestCase } from "./case";

const AUTH = [
  "2026-11-24T05:34:12+00:00 host sshd[10]: Failed password for root from 192.0.2.7 port 40001 ssh2",
  "2026-11-24T05:34:15+00:00 host sshd[11]: Accepted publickey for ada from 2001:db8::7 port 40002 ssh2",
  "",
  "2026-11-24T05:34:11+00:00 host sshd[12]: Failed password for root from 192.0.2.9 port 80 ssh2",
  "2026-11-24T05:35:11+00:00 host sshd[13]: Connection closed by 192.0.2.7 port 40001 [preauth]",
];
const text = `${AUTH.join("\n")}\n`;
const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");

let test: TestCase;
let auth: string;
beforeAll(async () => {
  test = await TestCase.create();
  auth = test.file("auth.log", text);
});
afterAll(() => test.close());

describe("adding evidence", () => {
  it("shows how a file would be read, and stores nothing", async () => {
    const seen = await test.run("evidence.preview", { file: auth });
    expect(seen.chosen).toBe("openssh");
    expect(seen.problem).toBeNull();
    expect(seen.lines.map((l) => l.kind)).toEqual(["record", "record", "blank", "record", "record"]);
    expect(seen.lines[0]).toMatchObject({
      line: 1,
      offset: 0,
      srcIp: "192.0.2.7",
      srcPort: 40001,
      raw: AUTH[0],
    });
    expect(await test.run("evidence.sources", {})).toEqual([]);
  });

  it("reports every line and the hash, and the ledger records the act", async () => {
    const { act, files } = await test.run("evidence.add", {
      files: [auth],
      as: "auth",
      expect: [sha256(text)],
    });
    expect(files).toEqual([
      expect.objectContaining({
        source: "auth",
        format: "openssh",
        sha256: sha256(text),
        bytes: text.length,
        lines: 5,
        recordLines: 4,
        records: 4,
        rejects: 0,
        blank: 1,
        headers: 0,
        withPort: 4,
        path: auth,
        firstTimeUs: Date.UTC(2026, 10, 24, 5, 34, 11) * 1000,
        lastTimeUs: Date.UTC(2026, 10, 24, 5, 35, 11) * 1000,
      }),
    ]);
    const ledger = await test.run("custody.ledger", {});
    const line = ledger.acts.find((a) => a.seq === act)!;
    expect(line.action).toBe("evidence.add");
    expect(JSON.stringify(line)).not.toContain(test.folder);
    const [source] = await test.run("evidence.sources", {});
    expect(source).toMatchObject({ name: "auth", role: "server", rows: 4, present: true, clock: null });
  });

  it("refuses a name that is taken, and a file that is not the one expected, and keeps nothing of it", async () => {
    await expect(test.run("evidence.add", { files: [auth], as: "auth" })).rejects.toMatchObject({
      code: "usage",
    });
    await expect(
      test.run("evidence.add", { files: [auth], as: "other", expect: ["0".repeat(64)] }),
    ).rejects.toMatchObject({ code: "input" });
    expect((await test.run("evidence.sources", {})).map((s) => s.name)).toEqual(["auth"]);
    await expect(test.run("evidence.add", { files: [auth], as: "x", expect: ["abc"] })).rejects.toMatchObject(
      { code: "usage" },
    );
  });

  it("refuses a file whose year and zone nobody has named, and names the flags", async () => {
    const old = test.file(
      "old.log",
      "Nov 24 05:34:12 host sshd[1]: Failed password for root from 192.0.2.7 port 40001 ssh2\n",
    );
    const refused = test.run("evidence.add", { files: [old], as: "old" });
    await expect(refused).rejects.toMatchObject({
      code: "input",
      mend: expect.stringMatching(/--zone.*--year|--year.*--zone/),
    });
    const { files } = await test.run("evidence.add", { files: [old], as: "old", zone: "+01:00", year: 2026 });
    expect(files[0]!.firstTimeUs).toBe(Date.UTC(2026, 10, 24, 4, 34, 12) * 1000);
  });

  it("says that it does not know a format rather than guessing one", async () => {
    const odd = test.file("odd.txt", "these are\nno records\nat all\n");
    await expect(test.run("evidence.add", { files: [odd], as: "odd" })).rejects.toMatchObject({
      code: "input",
    });
    const seen = await test.run("evidence.preview", { file: odd });
    expect(seen.chosen).toBeNull();
    expect(seen.problem).not.toBeNull();
  });

  it("takes several files as one source, rows running on, and copies them read-only where asked", async () => {
    const first = test.file("auth.1.log", `${text}\n`);
    const second = test.file("auth.2.log", `${AUTH[1]}\n`);
    const { files } = await test.run("evidence.add", { files: [first, second], as: "both", copy: true });
    expect(files.map((f) => f.records)).toEqual([4, 1]);
    const { view, rows } = await test.run("records.open", { source: "both" });
    expect(rows).toBe(5);
    const page = await test.run("records.page", { view, from: 3, to: 5 });
    expect(page.rows.map((r) => [r.row, r.line, r.offset])).toEqual([
      [3, 5, AUTH.slice(0, 4).join("\n").length + 1],
      [4, 1, 0],
    ]);
    const copy = join(test.path, "evidence", files[1]!.sha256);
    expect(readFileSync(copy, "utf8")).toBe(`${AUTH[1]}\n`);
    expect(statSync(copy).mode & 0o222).toBe(0);
  });

  it("leaves nothing of an import that was cancelled", async () => {
    const stop = new AbortController();
    const big = test.file("big.log", text.repeat(20_000));
    const running = test.run("evidence.add", { files: [big], as: "big" }, { signal: stop.signal });
    setTimeout(() => stop.abort(), 30);
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
    expect((await test.run("evidence.sources", {})).map((s) => s.name)).not.toContain("big");
  });
});

describe("looking at records", () => {
  const open = (filter: string, sort: object[] = []) =>
    test.run("records.open", { source: "auth", filter, sort });
  const lines = async (view: string) =>
    (await test.run("records.page", { view, from: 0, to: 100 })).rows.map((r) => r.line);

  it("pages a source in file order with addresses as text and the format's own fields", async () => {
    const { view, rows } = await open("");
    expect(rows).toBe(4);
    const page = await test.run("records.page", { view, from: 0, to: 2 });
    expect(page.rows[1]).toMatchObject({
      row: 1,
      line: 2,
      srcIp: "2001:db8::7",
      srcPort: 40002,
      timeUs: Date.UTC(2026, 10, 24, 5, 34, 15) * 1000,
      precisionUs: 1_000_000,
      correctedFromUs: null,
      event: null,
    });
    expect(Object.keys(page.rows[1]!.fields).length).toBeGreaterThan(0);
  });

  it.each([
    ["srcIp in 192.0.2.0/24", [1, 4, 5]],
    ["srcPort = 80", [4]],
    ["time >= 2026-11-24T05:34:12Z and srcPort > 80", [1, 2, 5]],
    ['text ~ "publickey"', [2]],
    ['text ~ "192.0.2.7" and not text ~ "Failed"', [5]],
    ["srcIp = 2001:db8::7", [2]],
  ])("selects by %s", async (filter, expected) => {
    const { view, rows } = await open(filter);
    expect(await lines(view)).toEqual(expected);
    expect(rows).toBe(expected.length);
  });

  it("orders by any column, equal values in file order", async () => {
    expect(await lines((await open("", [{ column: "timeUs" }])).view)).toEqual([4, 1, 2, 5]);
    expect(await lines((await open("", [{ column: "timeUs", descending: true }])).view)).toEqual([
      5, 2, 1, 4,
    ]);
    expect(await lines((await open("", [{ column: "srcIp" }])).view)).toEqual([1, 5, 4, 2]);
    expect(await lines((await open("", [{ column: "srcPort", descending: true }])).view)).toEqual([
      2, 1, 5, 4,
    ]);
    await expect(open("", [{ column: "srcprt" }])).rejects.toMatchObject({ code: "usage" });
  });

  it("counts over time, and says where each slice begins in the view", async () => {
    const { view } = await open("", [{ column: "timeUs" }]);
    const h = await test.run("records.histogram", { view, buckets: 4 });
    expect(h.counts).toEqual([3, 0, 0, 1]);
    expect(h.firstRow).toEqual([0, 3, 3, 3]);
    expect(h.toUs! - h.fromUs!).toBeGreaterThan(60_000_000);
  });

  it("shows the original bytes of a record", async () => {
    const raw = await test.run("records.raw", { source: "auth", row: 1 });
    expect(Buffer.from(raw.base64, "base64").toString()).toBe(AUTH[1]);
    expect(raw).toMatchObject({ sha256: sha256(text), line: 2, path: auth });
    const port = raw.spans.find((s) => s.kind === "srcPort")!;
    expect(AUTH[1]!.slice(port.from, port.to)).toBe("40002");
  });

  it("holds eight views a connection and says when one is gone", async () => {
    const first = await open("srcPort = 80");
    for (let i = 0; i < 8; i++) await open(`srcPort = ${i}`);
    await expect(lines(first.view)).rejects.toMatchObject({ code: "view-gone" });
    const mine = await open("srcPort = 80");
    await expect(
      test.run("records.page", { view: mine.view, from: 0, to: 1 }, { connection: "other" }),
    ).rejects.toMatchObject({
      code: "view-gone",
    });
    await test.cases.disconnect("test");
    await expect(lines(mine.view)).rejects.toMatchObject({ code: "view-gone" });
  });

  it("reads the case's own copy where the original is gone", async () => {
    rmSync(join(test.folder, "auth.2.log"));
    const raw = await test.run("records.raw", { source: "both", row: 4 });
    expect(Buffer.from(raw.base64, "base64").toString()).toBe(AUTH[1]);
    expect((await test.run("evidence.sources", {})).find((s) => s.name === "both")!.present).toBe(true);
  });

  it("refuses to answer from evidence that is no longer the same", async () => {
    const { view } = await open("");
    const kept = readFileSync(auth);
    const changed = Buffer.from(kept);
    changed[changed.indexOf("Failed")] = 0x66;
    writeFileSync(auth, changed);
    await expect(open('text ~ "failed"')).rejects.toThrow(/SHA-256/);
    appendFileSync(auth, "x");
    await expect(test.run("records.raw", { source: "auth", row: 0 })).rejects.toMatchObject({
      code: "input",
    });
    expect((await test.run("evidence.sources", {}))[0]!.present).toBe(false);
    expect(await lines(view)).toEqual([1, 2, 4, 5]);
    writeFileSync(auth, kept);
  });
});

describe("rebuilding", () => {
  it("finds moved and renamed evidence by its hash and gives the same answers", async () => {
    const before = await test.run("evidence.sources", {});
    await test.run("case.close", {});
    rmSync(join(test.path, "case.duckdb"));
    const folder = join(test.folder, "moved");
    const { mkdirSync } = await import("node:fs");
    mkdirSync(join(folder, "deep"), { recursive: true });
    renameSync(auth, join(folder, "deep", "renamed"));
    renameSync(join(test.folder, "old.log"), join(folder, "old.log"));
    rmSync(join(test.folder, "auth.1.log"));
    const { differences } = await test.run("case.rebuild", { case: test.path, evidence: folder });
    expect(differences).toEqual([]);
    const after = await test.run("evidence.sources", {});
    expect(after.map((s) => [s.name, s.rows, s.files.map((f) => f.sha256)])).toEqual(
      before.map((s) => [s.name, s.rows, s.files.map((f) => f.sha256)]),
    );
  });

  it("refuses evidence that is another file under the same name", async () => {
    const fresh = await TestCase.create();
    try {
      const path = fresh.file("auth.log", text);
      await fresh.run("evidence.add", { files: [path], as: "auth" });
      await fresh.run("case.close", {});
      rmSync(join(fresh.path, "case.duckdb"));
      chmodSync(path, 0o644);
      writeFileSync(path, text.replace("192.0.2.7", "192.0.2.8"));
      await expect(fresh.run("case.rebuild", { case: fresh.path })).rejects.toThrow(/SHA-256/);
      expect(existsSync(path)).toBe(true);
    } finally {
      await fresh.close();
    }
  });
});
