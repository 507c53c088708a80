// Replaying acts from the ledger into the database: for recovery, where the database fell behind, and for `rebuild`,
// where all of it is made again. An act sees the ledger as it stood before it, whatever follows it by now.
import { canonicalJson, type LedgerEntry } from "../../../shared/custody/ledger-line";
import type { Database } from "../../../shared/database";
import type { ActIo, ActKind, Json } from "./act";
import { databaseState, dropStaging, markPublished, stagingName } from "./database-state";
import { kindOf } from "./kinds";
import { type LiveCase, normal } from "./live-case";
import type { OpenCase } from "./open-case";

export interface Difference {
  readonly seq: number;
  readonly action: string;
  /** Where in the outputs: `outputs.files[0].records`. */
  readonly where: string;
  readonly recorded: Json;
  readonly now: Json;
}

/** The case as it stood before an act. It takes no acts. */
function caseBefore(live: LiveCase, db: Database, seq: number): OpenCase {
  const refuse = (): never => {
    throw new Error("an act must not begin another");
  };
  const entries = live.ledger().slice(0, seq - 1);
  return {
    path: live.path,
    readOnly: true,
    title: live.title,
    language: live.language,
    db,
    recovered: [],
    ledger: () => entries,
    head: () => ({ acts: seq - 1, hash: live.ledgerFile.entries[seq - 1]!.previous }),
    perform: refuse,
    record: refuse,
    hideText: refuse,
    revealText: (reference) => live.revealText(reference),
    close: refuse,
  };
}

/** The acts behind `published` that work on the database, in order. */
export function pendingActs(live: LiveCase, published: number): { entry: LedgerEntry; kind: ActKind }[] {
  return live.ledgerFile.entries.slice(published).flatMap((entry) => {
    const kind = kindOf(entry.action);
    return kind ? [{ entry, kind }] : [];
  });
}

/** Publishes an act whose work lies whole in staging. */
export async function publishStaged(
  live: LiveCase,
  db: Database,
  entry: LedgerEntry,
  kind: ActKind,
): Promise<void> {
  await publish(live, db, entry, kind, entry.outputs as Json);
}

async function publish(
  live: LiveCase,
  db: Database,
  entry: LedgerEntry,
  kind: ActKind,
  outputs: Json,
): Promise<void> {
  const before = caseBefore(live, db, entry.seq);
  await db.transaction(async () => {
    await kind.publish(before, stagingName(entry.seq), entry.seq, entry.parameters as Json, outputs);
    await markPublished(db, entry.seq, live.ledgerFile.hashes[entry.seq - 1]!);
  });
  await dropStaging(db);
}

/** Does an act's work again and publishes it. Returns how its outputs differ from the recorded. */
export async function replayAct(
  live: LiveCase,
  db: Database,
  entry: LedgerEntry,
  kind: ActKind,
  io: ActIo,
): Promise<Difference[]> {
  await dropStaging(db);
  const before = caseBefore(live, db, entry.seq);
  const recorded = entry.outputs as Json;
  const staged = await kind.stage(before, stagingName(entry.seq), entry.parameters as Json, {
    ...io,
    recorded,
  });
  const outputs = normal(staged.outputs);
  const differences = differencesOf(recorded, outputs, "outputs").map((d) => ({
    ...d,
    seq: entry.seq,
    action: entry.action,
  }));
  if (staged.result !== entry.result) {
    differences.push({
      seq: entry.seq,
      action: entry.action,
      where: "result",
      recorded: entry.result,
      now: staged.result,
    });
  }
  await publish(live, db, entry, kind, outputs);
  return differences;
}

/** Brings the database up to the ledger. Returns what had to be done, in sentences, and what came out differently. */
export async function catchUp(
  live: LiveCase,
  db: Database,
  io: ActIo,
): Promise<{ said: string[]; differences: Difference[] }> {
  const said: string[] = [];
  const differences: Difference[] = [];
  const state = await databaseState(db);
  for (const { entry, kind } of pendingActs(live, state.published)) {
    io.signal.throwIfAborted();
    io.progress({
      doing: `Act ${entry.seq}: ${entry.action}`,
      done: entry.seq - 1,
      total: live.ledgerFile.entries.length,
      unit: "acts",
    });
    if (state.staged?.seq === entry.seq && state.staged.previous === entry.previous) {
      await publishStaged(live, db, entry, kind);
      said.push(
        `Act ${entry.seq} (${entry.action}) was in the ledger but not yet published; it was completed.`,
      );
    } else {
      differences.push(...(await replayAct(live, db, entry, kind, io)));
      said.push(`Act ${entry.seq} (${entry.action}) was missing from the database; it was replayed.`);
    }
  }
  const dropped = await dropStaging(db);
  if (dropped > 0 && said.length === 0)
    said.push("Work that was cut short before it reached the ledger was dropped.");
  return { said, differences };
}

function differencesOf(
  recorded: Json,
  now: Json,
  where: string,
): { where: string; recorded: Json; now: Json }[] {
  if (canonicalJson(recorded) === canonicalJson(now)) return [];
  const bothObjects =
    recorded !== null &&
    now !== null &&
    typeof recorded === "object" &&
    typeof now === "object" &&
    Array.isArray(recorded) === Array.isArray(now);
  if (!bothObjects) return [{ where, recorded, now }];
  const a = recorded as { readonly [key: string]: Json };
  const b = now as { readonly [key: string]: Json };
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return keys.flatMap((key) => {
    const at = Array.isArray(recorded) ? `${where}[${key}]` : `${where}.${key}`;
    return differencesOf(a[key] ?? null, b[key] ?? null, at);
  });
}

export const differenceText = (d: Difference): string => {
  const short = (value: Json) => {
    const text = canonicalJson(value);
    return text.length > 200 ? `${text.slice(0, 200)}...` : text;
  };
  return `Act ${d.seq} (${d.action}), ${d.where}: the ledger has ${short(d.recorded)}, this run gave ${short(d.now)}.`;
};
