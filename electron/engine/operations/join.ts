// records.join: the port beside the log. What is wrong in the request is said before an act begins.
import { ProductError } from "../../../shared/errors";
import { sourceByName } from "../catalogue";
import type { Handlers } from "../engine";
import { type JoinOutputs, type JoinParameters, recordsJoinKind } from "../portjoin/act";

/** A tolerance beyond this says that nothing is known of the clocks. */
const MOST_TOLERANCE_US = 3_600_000_000;

export const joinHandlers: Pick<Handlers, "records.join"> = {
  "records.join": async (request, context) => {
    const openCase = await context.cases.get(request.case, { examiner: context.examiner });
    const main = await sourceByName(openCase.db, request.source);
    const other = await sourceByName(openCase.db, request.from);
    if (main.n === other.n)
      throw new ProductError("usage", "A log cannot stand beside itself.", "Name two sources.");
    for (const source of [main, other]) {
      if (source.role === "server" || source.role === "reference") continue;
      throw new ProductError(
        "usage",
        `"${source.name}" is a ${source.role} source, not a server's log.`,
        "Ports are recovered from a log of the server: portwitness sources CASE lists them.",
      );
    }
    const parameters: JoinParameters = {
      source: main.name,
      from: other.name,
      toleranceUs: request.tolerance === undefined ? null : toleranceOf(request.tolerance),
      sameHost: request.sameHost,
    };
    const { seq, outputs } = await openCase.perform(
      recordsJoinKind,
      { source: main.name, from: other.name },
      parameters,
      { signal: context.signal, progress: context.progress, examiner: context.examiner },
    );
    const { sha256: _, reason, ...found } = outputs as unknown as JoinOutputs;
    return { id: `j${seq}`, ...found, ...(reason === null ? {} : { reason }) };
  },
};

function toleranceOf(text: string): number {
  const m = /^\s*(\d+(?:\.\d{1,6})?)\s*(us|ms|s|min)?\s*$/.exec(text);
  const unit = { us: 1, ms: 1_000, s: 1_000_000, min: 60_000_000 }[m?.[2] ?? "s"]!;
  const us = m ? Math.round(Number(m[1]) * unit) : -1;
  if (us >= 0 && us <= MOST_TOLERANCE_US) return us;
  throw new ProductError(
    "usage",
    `"${text}" is no tolerance.`,
    'Write a time up to an hour: "2 s", "500 ms".',
  );
}
