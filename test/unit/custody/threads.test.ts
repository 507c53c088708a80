// However many threads the database has, the same evidence and ledger give the same bag, byte for byte: every act is done
// again from the raw files, and the exhibit is made again, with one, two and four.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import type { NativeOptions } from "../../../electron/engine/database/native";
import { Engine } from "../../../electron/engine/engine";
import { filesBelow } from "../../../electron/engine/exhibit/bag";
import { demoWorld } from "../../simulate/demo";
import { exportFrom } from "./small-case";
import { temporaryHome } from "./temporary";

const asked = vi.hoisted(() => ({ threads: 2, seen: new Set<number>() }));
vi.mock("../../../electron/engine/database/native", async (original) => {
  const real = await original<typeof import("../../../electron/engine/database/native")>();
  return {
    ...real,
    openNative: async (file: string, options: NativeOptions = {}) => {
      const db = await real.openNative(file, { threads: asked.threads, ...options });
      const [row] = await db.query("SELECT current_setting('threads')::BIGINT AS n");
      asked.seen.add(Number(row!.n));
      return db;
    },
  };
});

const at = temporaryHome();
const ada = { examiner: "Ada" };

it("a case done again, and its exhibit, are the same bytes with one, two and four threads", async () => {
  const world = demoWorld(1);
  const path = at("one.case");
  mkdirSync(at("received"));
  for (const file of world.files) writeFileSync(at(`received/${file.name}`), file.content);
  const first = new Engine();
  await first.run("case.new", { case: path, title: "Threads", examiner: "Ada" });
  for (const file of world.files)
    await first.run("evidence.add", { ...file.add, case: path, files: [at(`received/${file.name}`)] }, ada);
  await first.run("clock.calibrate", { case: path, source: world.server, against: world.nat }, ada);
  await first.run("attribution.run", { case: path, events: world.server, nat: [world.nat] }, ada);
  await first.close();
  await exportFrom(path, at("2.bag"));

  for (const threads of [1, 4]) {
    asked.threads = threads;
    asked.seen.clear();
    const copy = at(`${threads}.case`);
    cpSync(path, copy, { recursive: true });
    rmSync(join(copy, "case.duckdb"));
    const engine = new Engine();
    const rebuilt = await engine.run("case.rebuild", { case: copy, evidence: at("received") }, ada);
    expect(rebuilt.differences).toEqual([]);
    await engine.close();
    await exportFrom(copy, at(`${threads}.bag`));
    expect(asked.seen).toContain(threads);
    const names = filesBelow(at("2.bag"));
    expect(filesBelow(at(`${threads}.bag`))).toEqual(names);
    for (const name of names) {
      const same = readFileSync(at(`2.bag/${name}`)).equals(readFileSync(at(`${threads}.bag/${name}`)));
      expect(same, `${name} with ${threads} threads`).toBe(true);
    }
  }
});
