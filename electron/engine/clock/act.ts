// clock.calibrate and clock.undo as acts: the ledger's parameters are enough to do the calibration again, and its outputs
// are the calibration itself with the fits that leave each fold out. Previews and refusals are acts too: the report says
// how many calibrations were tried (rule of evidence 10).
import { type Calibrated, calibrateByConnections } from "../../../shared/clock/by-connections";
import type { Calibration } from "../../../shared/clock/calibration";
import { calibrateByDeclaration, type Declared } from "../../../shared/clock/declared";
import { checkNarrowing, type Narrowing, narrow, narrowedSentence } from "../../../shared/clock/narrow";
import { calibrateByPairs, type Pair } from "../../../shared/clock/pairs";
import { searchOffset } from "../../../shared/clock/search";
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import type { ActIo, ActKind, Json, Staged } from "../case/act";
import type { OpenCase } from "../case/open-case";
import { allSources, type SourceRow, sourceByName } from "../catalogue";
import { isComputed, rulesSpan } from "../nat/computed";
import type { CalibrationBody } from "./accepted";
import { gatherForFit, gatherForSearch } from "./gather";
import { calibrateBySelf } from "./self";

/** One of the ways; free text stands as a reference (OpenCase.hideText). */
export type CalibrateWay =
  | { readonly kind: "against"; readonly against: string }
  | { readonly kind: "pairs"; readonly name: Json; readonly pairs: readonly Pair[] }
  | { readonly kind: "self" }
  | { readonly kind: "ntp"; readonly name: Json; readonly pairs: readonly Pair[] }
  | { readonly kind: "declare"; readonly declared: Declared; readonly reason: Json }
  | {
      readonly kind: "narrow";
      /** The act that made the calibration whose border is moved. */
      readonly of: number;
      readonly against: string | null;
      readonly at: Narrowing;
      readonly reason: Json;
    };

export type CalibrateParameters = {
  readonly source: string;
  readonly preview: boolean;
  readonly way: CalibrateWay;
};

export async function calibrate(openCase: OpenCase, p: CalibrateParameters, io: ActIo): Promise<Calibrated> {
  const { db } = openCase;
  const source = await sourceByName(db, p.source);
  const { way } = p;
  if (way.kind === "against") return againstNat(openCase, source, await sourceByName(db, way.against), io);
  if (way.kind === "pairs" || way.kind === "ntp") {
    return { calibration: calibrateByPairs(way.pairs, source.name, way.kind), folds: null };
  }
  if (way.kind === "narrow") return narrowed(openCase, source, way.of, way.at);
  if (way.kind === "declare") {
    const span = await spanOf(openCase, source);
    const beside = await computedBeside(openCase, source, io);
    return { calibration: calibrateByDeclaration(way.declared, source.name, span, beside), folds: null };
  }
  return { calibration: await calibrateBySelf(openCase, source, io.signal), folds: null };
}

async function narrowed(
  openCase: OpenCase,
  source: SourceRow,
  of: number,
  at: Narrowing,
): Promise<Calibrated> {
  const { calibration, folds } = await calibrationOf(openCase.db, source, of);
  const old = checkNarrowing(calibration, at);
  const { length } = calibration.segments;
  return {
    calibration: {
      ...narrow(calibration, at),
      id: "preview",
      statement: `${calibration.statement} ${narrowedSentence(calibration.id, old, at)}`,
    },
    // A fit that was made without a part of the events has the same segments, or is not used.
    folds:
      folds?.map((fold) =>
        fold.segments.length === length ? narrow(fold, at) : { ...fold, segments: [] },
      ) ?? null,
  };
}

/** An earlier calibration of a source that has segments. Throws "usage". */
export async function calibrationOf(db: Database, source: SourceRow, seq: number): Promise<CalibrationBody> {
  const [row] = await db.query(
    "SELECT body FROM calibration WHERE seq = ? AND source = ? AND state <> 'refused'",
    [seq, source.n],
  );
  if (row) return JSON.parse(String(row.body)) as CalibrationBody;
  throw new ProductError(
    "usage",
    `${source.name} has no calibration c${seq} with segments.`,
    "clock.history lists them.",
  );
}

async function againstNat(
  openCase: OpenCase,
  source: SourceRow,
  nat: SourceRow,
  io: ActIo,
): Promise<Calibrated> {
  io.progress({
    doing: `Looking for connections of ${source.name} in ${nat.name}`,
    done: 0,
    total: 3,
    unit: "steps",
  });
  const found = await gatherForSearch(openCase.db, source, nat, io.signal);
  const names = {
    source: source.name,
    against: nat.name,
    lines: found.lines,
    method: found.blocks ? "blocks" : "connections",
  } as const;
  io.progress({ doing: "Searching the offset over +/-26 hours", done: 1, total: 3, unit: "steps" });
  const search = searchOffset(found.connections);
  io.signal.throwIfAborted();
  if (!search.accepted) return calibrateByConnections(found.connections, search, names);
  io.progress({ doing: "Fitting the clock", done: 2, total: 3, unit: "steps" });
  const near = await gatherForFit(openCase.db, source, nat, search.stretches, found.lines, io.signal);
  return calibrateByConnections(near, search, names);
}

/** What the evidence shows of a source's clock: its latest computed calibration, else one computed now against a NAT log of the case. */
async function computedBeside(openCase: OpenCase, source: SourceRow, io: ActIo): Promise<Calibration | null> {
  const rows = await openCase.db.query(
    "SELECT body FROM calibration WHERE source = ? AND state <> 'refused' ORDER BY seq DESC",
    [source.n],
  );
  for (const row of rows) {
    const { calibration } = JSON.parse(String(row.body)) as CalibrationBody;
    if (calibration.method !== "declared") return calibration;
  }
  if (source.role === "nat" || source.role === "subscriber") return null;
  for (const nat of await allSources(openCase.db)) {
    if (nat.role !== "nat") continue;
    const { calibration } = await againstNat(openCase, source, nat, io);
    if (calibration.segments.length > 0) return calibration;
  }
  return null;
}

export async function spanOf(
  openCase: OpenCase,
  source: SourceRow,
): Promise<{ fromUs: number; toUs: number } | null> {
  if (isComputed(source)) return rulesSpan(openCase.db, `mapping_${source.n}`);
  const [row] = await openCase.db.query(
    `SELECT min(time_us) AS low, max(time_us) AS high FROM "record_${source.n}"`,
  );
  return row && row.low !== null && row.low !== undefined
    ? { fromUs: Number(row.low), toUs: Number(row.high) }
    : null;
}

const bodyOf = (calibrated: Calibrated): CalibrationBody => ({
  calibration: calibrated.calibration,
  folds: calibrated.folds,
});

export const calibrateKind: ActKind<CalibrateParameters & Json> = {
  action: "clock.calibrate",
  async stage(openCase, _staging, parameters, io): Promise<Staged> {
    const calibrated = await calibrate(openCase, parameters as unknown as CalibrateParameters, io);
    return {
      outputs: bodyOf(calibrated) as unknown as Json,
      result: calibrated.calibration.segments.length === 0 ? "refused" : "done",
    };
  },
  async publish(openCase, _staging, seq, parameters, outputs): Promise<void> {
    const p = parameters as unknown as CalibrateParameters;
    const body = outputs as unknown as CalibrationBody;
    const id = `c${seq}`;
    const named: CalibrationBody = {
      calibration: { ...body.calibration, id },
      folds: body.folds?.map((fold) => ({ ...fold, id })) ?? null,
    };
    const state = body.calibration.segments.length === 0 ? "refused" : p.preview ? "preview" : "accepted";
    const source = await sourceByName(openCase.db, p.source);
    const name = p.way.kind === "against" || p.way.kind === "narrow" ? p.way.against : null;
    const against = name === null ? null : (await sourceByName(openCase.db, name)).n;
    await openCase.db.run("INSERT INTO calibration VALUES (?, ?, ?, ?, ?)", [
      seq,
      source.n,
      against,
      state,
      JSON.stringify(named),
    ]);
  },
};

export type UndoParameters = { readonly calibration: number; readonly reason: Json };

/** Takes back one accepted calibration; the others, and every result that used it, stay in the ledger. */
export const calibrationUndoKind: ActKind<UndoParameters & Json> = {
  action: "clock.undo",
  async stage(_openCase, _staging, parameters): Promise<Staged> {
    return {
      outputs: { undone: `c${(parameters as unknown as UndoParameters).calibration}` },
      result: "done",
    };
  },
  async publish(openCase, _staging, _seq, parameters): Promise<void> {
    await openCase.db.run("UPDATE calibration SET state = 'undone' WHERE seq = ?", [
      (parameters as unknown as UndoParameters).calibration,
    ]);
  },
};
