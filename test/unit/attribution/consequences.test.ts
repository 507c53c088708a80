import { describe, expect, it } from "vitest";
import { consequencesOf } from "../../../electron/engine/attribution/consequences";
import { attribute, build, calibrate, io } from "./support";

const SECOND = 1_000_000;
const hold = (subscriber: number, from: number, to: number) => ({
  low: 5000,
  subscriber,
  possible: [from * SECOND, to * SECOND] as const,
  certain: [from * SECOND, to * SECOND] as const,
});

describe("a calibration that is only shown", () => {
  it("tells what it would change in each attribution that rests on it, and changes nothing", async () => {
    const at = (seconds: number) => ({ at: seconds * SECOND, width: SECOND });
    const world = await build(
      [at(50), at(150), at(250)],
      [{ mappings: [hold(1, 0, 100), hold(2, 100, 200)], clock: { offset: 0, guard: 0 } }],
    );
    try {
      await expect(consequencesOf(world.openCase, "web", undefined, io)).rejects.toThrow(/previewed/);
      const { rows, seq } = await attribute(world);
      // A clock 100 s fast: what was recorded at 150 s happened at 50 s.
      await calibrate(world.db, 300, 1, 2, { offset: 100 * SECOND, guard: 0 });
      await world.db.run("UPDATE calibration SET state = 'preview' WHERE seq = 300");
      const { act, runs } = await consequencesOf(world.openCase, "web", undefined, io);
      expect(act).toBe(300);
      expect(runs).toHaveLength(1);
      expect(runs[0]).toMatchObject({
        id: `a${seq}`,
        before: { unique: 2, none: 1 },
        after: { unique: 2, none: 1 },
        // The first finds nobody, the second another line, the third one.
        changed: 3,
      });
      const again = await attribute(world);
      expect(again.rows).toEqual(rows);
      const left = await world.db.query(
        "SELECT count(*) AS n FROM duckdb_tables() WHERE starts_with(table_name, 'staging_as_if')",
      );
      expect(Number(left[0]!.n)).toBe(0);
    } finally {
      await world.db.close();
    }
  });

  it("says nothing of attributions that do not rest on its source", async () => {
    const world = await build([{ at: 50 * SECOND }], [{ mappings: [hold(1, 0, 100)] }]);
    try {
      await attribute(world);
      await calibrate(world.db, 300, 9, null, { offset: 0, guard: 0 });
      await world.db.run("UPDATE calibration SET state = 'preview' WHERE seq = 300");
      await world.db.run(
        "INSERT INTO source SELECT * REPLACE (9 AS n, 'other' AS name) FROM source WHERE n = 1",
      );
      expect((await consequencesOf(world.openCase, "other", undefined, io)).runs).toEqual([]);
    } finally {
      await world.db.close();
    }
  });
});
