// A disk that is too small is said before an import begins; one that fills up meanwhile stops it, and the case goes on
// from where it was. Needs a small disk of its own (a tmpfs), which only root may mount: skipped where that fails.
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { Engine } from "../../electron/engine/engine";

const work = mkdtempSync(join(tmpdir(), "portwitness-full-"));
const disk = join(work, "disk");
mkdirSync(disk);
const mount = (megabytes: number): boolean =>
  process.platform === "linux" &&
  spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", disk]).status === 0;
// Lazily: a closed database's files stay open until its memory is collected.
const unmount = () => spawnSync("umount", ["-l", disk]);
const mounts = mount(1);
if (mounts) unmount();

const LAYOUT = '%h:%{remote}p %l %u %t "%r" %>s %b';
function log(name: string, lines: number): string {
  const path = join(work, name);
  const fd = openSync(path, "w");
  for (let i = 0; i < lines; i += 1000) {
    const block = Array.from({ length: 1000 }, (_, k) => {
      const port = 1024 + (((i + k) * 48_271) % 64_000);
      const address = `198.51.${(i + k) % 251}.${((i + k) * 7919) % 256}`;
      const clock = new Date((i + k) * 1000).toISOString().slice(11, 19);
      return `${address}:${port} - - [24/Nov/2026:${clock} +0000] "GET /${(i + k) * 104_729} HTTP/1.1" 200 ${i + k}\n`;
    });
    writeSync(fd, block.join(""));
  }
  closeSync(fd);
  return path;
}

/** Takes all that is left on the disk. */
function fill(): string {
  const path = join(disk, "filler");
  const fd = openSync(path, "w");
  for (const size of [1 << 20, 4096, 1]) {
    try {
      for (;;) writeSync(fd, Buffer.alloc(size));
    } catch {
      // No more of this size.
    }
  }
  closeSync(fd);
  return path;
}

describe.skipIf(!mounts)("a case on a disk without room (needs the right to mount a tmpfs)", () => {
  let engine: Engine;
  const path = join(disk, "test.case");
  const add = { case: path, as: "web", format: "apache.access", layout: LAYOUT };

  const begin = async (megabytes: number) => {
    expect(mount(megabytes)).toBe(true);
    await engine.run("case.new", { case: path, title: "Small", examiner: "Ada" });
  };
  beforeEach(() => {
    process.env.PORTWITNESS_HOME = join(work, "home");
    engine = new Engine();
  });
  afterEach(async () => {
    await engine.close();
    unmount();
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it("says, with figures, that an import would not fit, and stores nothing", async () => {
    await begin(48);
    const files = [log("small.log", 1000)];
    await expect(engine.run("evidence.add", { ...add, files }, { examiner: "Ada" })).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(/needs up to \d+ MB on the case's disk, and \d+ MB are free/),
      mend: expect.stringMatching(/larger disk; nothing was stored/),
    });
    expect(await engine.run("evidence.sources", { case: path })).toEqual([]);
  });

  it("stops cleanly where the disk fills up meanwhile, and goes on once there is room", async () => {
    await begin(200);
    const files = [log("large.log", 400_000)];
    let filler: string | null = null;
    const adding = engine.run(
      "evidence.add",
      { ...add, files },
      {
        examiner: "Ada",
        progress: () => {
          filler ??= fill();
        },
      },
    );
    await expect(adding).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(/disk is full/),
    });
    expect(filler).not.toBeNull();
    rmSync(filler!);
    await engine.close();

    engine = new Engine();
    expect(await engine.run("evidence.sources", { case: path })).toEqual([]);
    const small = [log("small.log", 3000)];
    await engine.run("evidence.add", { ...add, files: small }, { examiner: "Ada" });
    const sources = await engine.run("evidence.sources", { case: path });
    expect(sources).toHaveLength(1);
    expect(await engine.run("custody.verify", { path })).toMatchObject({ ok: true });
  });
});
