// SIGKILL of the whole program, and of the engine alone, before, during and after every call by which seven acts change
// a file, the database's own calls included. PORTWITNESS_LONG below 1 takes that share of the points, spread evenly.
import { appendFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wrongAfter } from "./every-write";
import { ACTS, clear, engineAlone, missing, momentsOf, reset, scenario, wholeProgram } from "./writes";

const SHARE = Math.min(1, Number(process.env.PORTWITNESS_LONG ?? "1"));
/** Where each kill and what it showed is written, for whoever wants to read along. */
const LOG = process.env.PORTWITNESS_LOG;

describe.skipIf(missing !== null)(`killed at each of its writes${missing ? ` (${missing})` : ""}`, () => {
  let writes: string[][];
  beforeAll(() => {
    writes = scenario();
  });
  afterAll(clear);
  let points = 0;
  let kills = 0;

  it.each(ACTS.map((act, index) => ({ name: act.name, act, index })))(
    "$name: nothing acknowledged is lost, nothing is half there",
    async ({ act, index }) => {
      const names = writes[index]!;
      const step = 1 / SHARE;
      const chosen: string[] = [];
      for (let at = 0; at < names.length; at += step) chosen.push(names[Math.floor(at)]!);
      const wrong: string[] = [];
      let missed = 0;
      for (const [i, name] of chosen.entries()) {
        let reached = false;
        for (const [j, moment] of momentsOf(name).entries()) {
          reset(index);
          const whole = (i + j) % 2 === 0;
          const point = { name, moment };
          const done = whole ? wholeProgram(act, point) : await engineAlone(act, point);
          const found = await wrongAfter(act, done, moment === "after").catch((error) => [
            `it throws: ${error}`,
          ]);
          const where = `${act.name}: ${whole ? "program" : "engine"} killed ${String(moment)} ${name}`;
          wrong.push(...found.map((what) => `${where}: ${what}`));
          if (done.killed) kills++;
          reached ||= done.killed;
          if (LOG)
            appendFileSync(
              LOG,
              `${where}: ${done.killed ? "" : "not reached "}${found.join("; ") || "holds"}\n`,
            );
        }
        // Which thread of the database writes first is not the same in every run; a point may not come.
        if (reached) points++;
        else missed++;
      }
      expect(wrong).toEqual([]);
      expect(missed).toBeLessThanOrEqual(names.length / 20);
    },
  );

  it("had hundreds of points", () => {
    process.stdout.write(`${kills} kills at ${points} named points\n`);
    expect(points).toBeGreaterThanOrEqual(Math.floor(500 * SHARE) - ACTS.length);
  });
});
