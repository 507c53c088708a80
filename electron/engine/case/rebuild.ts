// Rebuild: the database is a cache, and this shows it. Every act that worked on it is done again from the ledger and the
// evidence into a new database, each result is compared with the one in the ledger, and only a finished database takes
// the old one's place. Another user, another folder, or a case made from an exhibit's ledger give the same.
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { ProductError } from "../../../shared/errors";
import { openNative } from "../database/native";
import type { ActIo, Json } from "./act";
import { prepareDatabase } from "./database-state";
import { syncFolder } from "./files";
import { DATABASE, type LiveCase } from "./live-case";
import { openCase, removeDatabase } from "./open";
import { type Difference, pendingActs, replayAct } from "./replay";

export interface Rebuilt {
  /** Acts that were replayed. */
  readonly acts: number;
  readonly differences: readonly Difference[];
  /** False where no key was at hand to record the act with; why stands in `unrecorded`. */
  readonly recorded: boolean;
  readonly unrecorded: string | null;
}

/** Rebuilds a case that is not open. Throws what a replay throws, with the act it was at; the old database then stays. */
export async function rebuildCase(
  path: string,
  evidence: string | null,
  examiner: string | null,
  io: ActIo,
): Promise<Rebuilt> {
  if (evidence !== null && !existsSync(evidence)) {
    throw new ProductError(
      "usage",
      `There is no folder ${evidence}.`,
      "Give the folder that holds the evidence.",
      { file: evidence },
    );
  }
  const live = await openCase(path, { withoutDatabase: true });
  try {
    if (live.readOnly) {
      const damage = live.ledgerFile.problems[0]!;
      throw new ProductError(
        "case-damaged",
        `The ledger is damaged: ${damage.message}`,
        "Restore it from a copy.",
        {
          file: join(path, damage.where),
        },
      );
    }
    const acts = pendingActs(live, 0);
    const differences = await replayAll(live, acts, { ...io, evidenceFolder: evidence ?? undefined });
    const unrecorded = await recordRebuild(live, acts.length, differences, examiner);
    return { acts: acts.length, differences, recorded: unrecorded === null, unrecorded };
  } catch (error) {
    await live.failed("case.rebuild", error, io.signal, examiner);
    throw error;
  } finally {
    await live.close();
  }
}

async function replayAll(
  live: LiveCase,
  acts: ReturnType<typeof pendingActs>,
  io: ActIo,
): Promise<Difference[]> {
  const file = join(live.path, DATABASE);
  const partial = `${file}.rebuilding`;
  removeDatabase(partial);
  const db = await openNative(partial);
  const differences: Difference[] = [];
  try {
    await prepareDatabase(db);
    for (const [index, { entry, kind }] of acts.entries()) {
      io.signal.throwIfAborted();
      io.progress({
        doing: `Act ${entry.seq}: ${entry.action}`,
        done: index,
        total: acts.length,
        unit: "acts",
      });
      try {
        differences.push(...(await replayAct(live, db, entry, kind, io)));
      } catch (error) {
        if (!(error instanceof ProductError) || error.code === "cancelled") throw error;
        throw new ProductError(
          error.code,
          `Act ${entry.seq} (${entry.action}) cannot be replayed: ${error.message}`,
          error.mend,
          error.where,
        );
      }
    }
    await db.run("CHECKPOINT");
    await db.close();
  } catch (error) {
    await db.close();
    removeDatabase(partial);
    throw error;
  }
  removeDatabase(file);
  renameSync(partial, file);
  syncFolder(live.path);
  return differences;
}

/** Someone without a key of the case's (the defence) may rebuild too; it is then said that no line was written. */
async function recordRebuild(
  live: LiveCase,
  acts: number,
  differences: readonly Difference[],
  examiner: string | null,
): Promise<string | null> {
  try {
    const outputs: Json = {
      acts,
      differences: differences.map(({ seq, action, where }) => ({ seq, action, where })),
    };
    await live.record(
      "case.rebuild",
      { inputs: null, parameters: null, outputs, result: differences.length === 0 ? "done" : "finding" },
      examiner,
    );
    return null;
  } catch (error) {
    if (error instanceof ProductError && error.code === "usage") return error.message;
    throw error;
  }
}
