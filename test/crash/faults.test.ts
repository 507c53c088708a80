// Faults that are nobody's crash: the clock of the workstation set back, a case on a read-only medium, and evidence that
// vanishes, shrinks or grows while it is imported. Each is said, nothing half-done stays, and the case verifies.
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Engine } from "../../electron/engine/engine";

const work = mkdtempSync(join(tmpdir(), "portwitness-faults-"));
process.env.PORTWITNESS_HOME = join(work, "home");
const LAYOUT = "%h:%{remote}p %l %u %t";
const line = (i: number) => `198.51.100.${i % 250}:${1024 + (i % 60_000)} - - [24/Nov/2026:05:34:12 +0000]\n`;
const log = (name: string, lines: number): string => {
  const path = join(work, name);
  writeFileSync(path, Array.from({ length: lines }, (_, i) => line(i)).join(""));
  return path;
};

let engine: Engine;
let path: string;
let n = 0;
beforeEach(async () => {
  engine = new Engine();
  path = join(work, `${n++}.case`);
  await engine.run("case.new", { case: path, title: "Faults", examiner: "Ada" });
});
afterEach(async () => {
  vi.useRealTimers();
  await engine.close();
});
afterAll(() => rmSync(work, { recursive: true, force: true }));
const add = (files: string[], as = "web", more = {}, progress: () => void = () => {}) =>
  engine.run(
    "evidence.add",
    { case: path, files, as, format: "apache.access", layout: LAYOUT, ...more },
    { progress },
  );

describe("a clock that was set back", () => {
  it("is said in the ledger before the act that would seem older than the last, and the order still holds", async () => {
    await add([log("first.log", 3)]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 3_600_000 });
    await add([log("second.log", 3)], "web2");
    const { acts } = await engine.run("custody.ledger", { case: path, from: 0, to: 10 });
    const step = acts.findIndex((act) => act.action === "case.open" && act.result === "noted");
    expect(acts.slice(step).map((act) => act.action)).toEqual(["case.open", "evidence.add"]);
    expect(JSON.stringify(acts[step]!.outputs)).toMatch(
      /clock stands 3[56]\d{5} ms before the time of act 2/,
    );
    await engine.close();
    expect(await engine.run("custody.verify", { path })).toMatchObject({ ok: true, problems: [] });
  });
});

describe("evidence that changes while it is imported", () => {
  const blocks = 60_000;
  it.each([
    ["grows", (file: string) => appendFileSync(file, line(1))],
    ["shrinks", (file: string) => truncateSync(file, 4096)],
    [
      "is replaced",
      (file: string) => {
        renameSync(file, `${file}.old`);
        writeFileSync(file, line(1));
      },
    ],
    ["vanishes", (file: string) => rmSync(file)],
  ] as const)("and %s is refused by its name, and nothing of it stays", async (what, change) => {
    const file = log(`${what}.log`, blocks);
    let changed = false;
    const adding = add([file], "web", { copy: true }, () => {
      if (changed) return;
      changed = true;
      change(file);
    });
    await expect(adding).rejects.toMatchObject({
      code: "input",
      where: { file: expect.stringContaining(what) },
    });
    expect(changed).toBe(true);
    expect(await engine.run("evidence.sources", { case: path })).toEqual([]);
    expect(readdirSync(join(path, "evidence"))).toEqual([]);
    await engine.close();
    expect(await engine.run("custody.verify", { path })).toMatchObject({ ok: true, problems: [] });
  });
});

const bind = join(work, "read-only");
mkdirSync(bind);
const mounts =
  process.platform === "linux" &&
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=256m", "tmpfs", bind]).status === 0;
if (mounts) spawnSync("umount", ["-l", bind]);

describe.skipIf(!mounts)("a case on a read-only medium (needs the right to mount a tmpfs)", () => {
  it("opens for reading, says why, shows its records, and refuses an act", async () => {
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=256m", "tmpfs", bind]).status).toBe(0);
    try {
      await add([log("medium.log", 5)]);
      await engine.close();
      // Copied by another program: a database that was open in this one would hold the medium for writing.
      const onMedium = join(bind, "test.case");
      expect(spawnSync("cp", ["-r", path, onMedium]).status).toBe(0);
      path = onMedium;
      expect(spawnSync("mount", ["-o", "remount,ro", bind]).status).toBe(0);
      engine = new Engine();
      const info = await engine.run("case.open", { case: path });
      expect(info.readOnly).toBe(true);
      expect(info.recovered.join(" ")).toMatch(/cannot be written to.*reading only/);
      const { view, rows } = await engine.run("records.open", { case: path, source: "web" });
      expect(rows).toBe(5);
      await engine.run("records.close", { case: path, view });
      await expect(add([log("more.log", 5)], "web2")).rejects.toMatchObject({
        message: expect.stringMatching(/reading only/),
      });
      expect(await engine.run("custody.verify", { path })).toMatchObject({ ok: true });
      expect(existsSync(join(path, "lock"))).toBe(false);
      await engine.close();
    } finally {
      spawnSync("umount", ["-l", bind]);
    }
  });
});
