// clock.*: calibrating and undoing are acts; history and residuals only read.

import { parseDeclaration } from "../../../shared/clock/declared";
import { checkNarrowing } from "../../../shared/clock/narrow";
import { parseNtp } from "../../../shared/clock/ntp";
import { parsePairs } from "../../../shared/clock/pairs";
import type { ParsedRequest } from "../../../shared/contract/contract";
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { parseZone } from "../../../shared/time/zone";
import { ZoneClock } from "../../../shared/time/zone-clock";
import type { Json } from "../case/act";
import type { OpenCase } from "../case/open-case";
import { type SourceRow, sourceByName } from "../catalogue";
import type { CalibrationBody } from "../clock/accepted";
import {
  type CalibrateParameters,
  type CalibrateWay,
  calibrateKind,
  calibrationOf,
  calibrationUndoKind,
} from "../clock/act";
import { residualPoints, thin } from "../clock/residuals";
import type { Handlers } from "../engine";

type Names = "clock.calibrate" | "clock.history" | "clock.undo" | "clock.residuals";

const WAYS = ["against", "pairs", "self", "ntp", "declare", "narrow"] as const;

async function wayOf(
  openCase: OpenCase,
  source: SourceRow,
  request: ParsedRequest<"clock.calibrate">,
): Promise<CalibrateWay> {
  const given = WAYS.filter((way) => request[way] !== undefined && request[way] !== false);
  if (given.length !== 1) {
    throw new ProductError("usage", `A calibration takes exactly one of ${WAYS.join(", ")}.`, "Name one.");
  }
  if (request.against !== undefined) {
    const nat = await sourceByName(openCase.db, request.against);
    if (nat.n === source.n)
      throw new ProductError(
        "usage",
        `${source.name} cannot be its own reference.`,
        "Name another source, or use self.",
      );
    if (nat.role !== "nat" && nat.role !== "subscriber") {
      throw new ProductError(
        "usage",
        `"${nat.name}" is a ${nat.role} source; connections are looked for in a NAT operator's log.`,
        "Name a source with role nat.",
      );
    }
    if (source.role === "nat" || source.role === "subscriber") {
      throw new ProductError(
        "usage",
        `"${source.name}" is a ${source.role} source; a server's log is calibrated against it.`,
        "Name the server's source first, the NAT log after --against.",
      );
    }
    return { kind: "against", against: nat.name };
  }
  if (request.pairs) {
    const pairs = parsePairs(request.pairs.csv, request.pairs.name, zoneOf(source), source.writes);
    return { kind: "pairs", name: await openCase.hideText(request.pairs.name), pairs };
  }
  if (request.ntp) {
    return {
      kind: "ntp",
      name: await openCase.hideText(request.ntp.name),
      pairs: parseNtp(request.ntp.text, request.ntp.name),
    };
  }
  if (request.declare !== undefined) {
    if (!request.reason?.trim())
      throw new ProductError("usage", "A declared offset needs a reason.", "Say from where it is known.");
    return {
      kind: "declare",
      declared: parseDeclaration(request.declare),
      reason: await openCase.hideText(request.reason),
    };
  }
  if (request.narrow) return narrowWay(openCase, source, request.narrow, request.reason);
  return { kind: "self" };
}

async function narrowWay(
  openCase: OpenCase,
  source: SourceRow,
  { id, segment, fromUs, toUs }: NonNullable<ParsedRequest<"clock.calibrate">["narrow"]>,
  reason: string | undefined,
): Promise<CalibrateWay> {
  if (!reason?.trim())
    throw new ProductError("usage", "A moved border needs a reason.", "Say from where it is known.");
  const of = Number(/^c(\d+)$/.exec(id)?.[1] ?? Number.NaN);
  const { calibration } = await calibrationOf(openCase.db, source, Number.isNaN(of) ? 0 : of);
  const old = checkNarrowing(calibration, { segment: segment - 1, fromUs, toUs });
  const lines = await linesWithin(openCase.db, source, old, fromUs, toUs);
  return {
    kind: "narrow",
    of,
    against: calibration.against,
    at: { segment: segment - 1, fromUs, toUs, ...lines },
    reason: await openCase.hideText(reason),
  };
}

/** The lines of a segment of which none before, and none after, has a time beyond the new borders. */
async function linesWithin(
  db: Database,
  source: SourceRow,
  old: { readonly fromLine: number | null; readonly toLine: number | null },
  fromUs: number,
  toUs: number,
): Promise<{ fromLine: number | null; toLine: number | null }> {
  if (old.fromLine === null || old.toLine === null) return { fromLine: null, toLine: null };
  const [row] = await db.query(
    `SELECT max(CASE WHEN time_us < ? THEN line END)::BIGINT AS early, min(CASE WHEN time_us > ? THEN line END)::BIGINT AS late
       FROM "record_${source.n}" WHERE line BETWEEN ? AND ?`,
    [fromUs, toUs, old.fromLine, old.toLine],
  );
  const early = row?.early ?? null;
  const late = row?.late ?? null;
  return {
    fromLine: early === null ? old.fromLine : Number(early) + 1,
    toLine: late === null ? old.toLine : Number(late) - 1,
  };
}

/** Recorded times of pairs without an offset are read as the source's own were. */
function zoneOf(source: SourceRow): { resolve(wallUs: number): number | null } {
  if (source.zone === null) return { resolve: () => null };
  const rule = parseZone(source.zone);
  if (rule.kind === "unknown") return { resolve: (wallUs) => wallUs };
  const clock = new ZoneClock(rule);
  return { resolve: (wallUs) => clock.resolve(wallUs).us };
}

export const clockHandlers: Pick<Handlers, Names> = {
  "clock.calibrate": async (request, context) => {
    const openCase = await context.cases.get(request.case, { examiner: context.examiner });
    const source = await sourceByName(openCase.db, request.source);
    const parameters: CalibrateParameters = {
      source: source.name,
      preview: request.preview,
      way: await wayOf(openCase, source, request),
    };
    const { seq, outputs } = await openCase.perform(
      calibrateKind,
      {
        source: source.name,
        against:
          parameters.way.kind === "against" || parameters.way.kind === "narrow"
            ? parameters.way.against
            : null,
      },
      parameters as unknown as CalibrateParameters & Json,
      { signal: context.signal, progress: context.progress, examiner: context.examiner },
    );
    const { calibration } = outputs as unknown as CalibrationBody;
    return reply({ ...calibration, id: `c${seq}` });
  },

  "clock.history": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const only = request.source === undefined ? null : await sourceByName(openCase.db, request.source);
    const rows = await openCase.db.query("SELECT seq, source, state, body FROM calibration ORDER BY seq");
    const acts = openCase.ledger();
    return rows
      .filter((row) => only === null || Number(row.source) === only.n)
      .map((row) => {
        const act = acts[Number(row.seq) - 1];
        const { calibration } = JSON.parse(String(row.body)) as CalibrationBody;
        return {
          act: Number(row.seq),
          time: act?.time ?? "",
          examiner: act?.examiner ?? "",
          state: String(row.state) as "accepted" | "preview" | "refused" | "undone",
          calibration: reply(calibration),
        };
      });
  },

  "clock.undo": async (request, context) => {
    const openCase = await context.cases.get(request.case, { examiner: context.examiner });
    const seq = Number(/^c(\d+)$/.exec(request.id)?.[1] ?? Number.NaN);
    const [row] = Number.isNaN(seq)
      ? []
      : await openCase.db.query("SELECT state FROM calibration WHERE seq = ?", [seq]);
    if (row?.state !== "accepted") {
      throw new ProductError(
        "usage",
        row
          ? `Calibration ${request.id} is ${String(row.state)}, not accepted.`
          : `There is no calibration ${request.id}.`,
        "clock.history lists the accepted ones.",
      );
    }
    const reason = request.reason === undefined ? null : await openCase.hideText(request.reason);
    const done = await openCase.perform(
      calibrationUndoKind,
      { calibration: request.id },
      { calibration: seq, reason },
      { signal: context.signal, progress: context.progress, examiner: context.examiner },
    );
    return { act: done.seq };
  },

  "clock.residuals": async (request, context) => {
    const openCase = await context.cases.get(request.case, { readOnly: true });
    const points = await residualPoints(
      openCase,
      request.source,
      request.id,
      request.against,
      context.signal,
    );
    return { total: points.length, points: thin(points, request.limit) };
  },
};

/** The contract's reply: its arrays are the caller's own. */
const reply = ({ unsettled, ...calibration }: CalibrationBody["calibration"]) => ({
  ...calibration,
  segments: calibration.segments.map((s) => ({ ...s })),
  ...(unsettled ? { unsettled: unsettled.map((u) => ({ ...u })) } : {}),
});
