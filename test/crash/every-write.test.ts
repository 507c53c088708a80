// A seeded handful of what every-write.long.ts does in full: one kill, and one full disk, for each of seven acts.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../simulate/random";
import { wrongAfter } from "./every-write";
import { ACTS, clear, engineAlone, missing, momentsOf, reset, scenario, wholeProgram } from "./writes";

/** ENOSPC, as Linux numbers it. */
const FULL = 28;
const random = new Random(20_261_124);
const pick = <T>(from: readonly T[]): T => from[random.integer(0, from.length - 1)]!;

describe.skipIf(missing !== null)(`cut short at one of its writes${missing ? ` (${missing})` : ""}`, () => {
  let writes: string[][];
  beforeAll(() => {
    writes = scenario();
  });
  afterAll(clear);
  const acts = ACTS.map((act, index) => ({ name: act.name, act, index }));

  it.each(acts)("$name: killed, it is whole or nothing of it", async ({ act, index }) => {
    const name = pick(writes[index]!);
    const moment = pick(momentsOf(name));
    reset(index);
    const done =
      index % 2 === 0 ? wholeProgram(act, { name, moment }) : await engineAlone(act, { name, moment });
    expect(await wrongAfter(act, done), `${moment} ${name}`).toEqual([]);
  });

  it.each(acts)(
    "$name: on a full disk it says so, and the case is as it was or whole",
    async ({ act, index }) => {
      const name = pick(writes[index]!.filter((one) => one.startsWith("write ")));
      reset(index);
      const done = wholeProgram(act, { name, moment: { errno: FULL } });
      expect(done.killed).toBe(false);
      if (!done.acknowledged) expect(done.said, name).toMatch(/disk is full|no space/i);
      expect(await wrongAfter(act, done), `full at ${name}`).toEqual([]);
    },
  );
});
