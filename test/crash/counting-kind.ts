// The smallest act with work on the database: it stores n rows. The ledger's outputs say how many, so that a test can
// compare what the ledger promises with what the database holds.
import type { ActKind } from "../../electron/engine/case/act";
import { registerKind } from "../../electron/engine/case/kinds";

export interface Counting {
  readonly rows: number;
  readonly [key: string]: number;
}

export const countingKind: ActKind<Counting> = {
  action: "test.count",
  async stage(openCase, staging, parameters, io) {
    await openCase.db.run(`CREATE TABLE "${staging}_n"(i BIGINT)`);
    io.progress({ doing: "Counting", done: 0, total: parameters.rows, unit: "rows" });
    await openCase.db.run(`INSERT INTO "${staging}_n" SELECT i FROM range(?) t(i)`, [parameters.rows]);
    return { outputs: { rows: parameters.rows }, result: "done" };
  },
  async publish(openCase, staging, seq) {
    await openCase.db.run(`ALTER TABLE "${staging}_n" RENAME TO "n_${seq}"`);
  },
};

registerKind(countingKind);
