// A second examiner's agreement or dissent. What is reviewed is named by its hash: the ledger line of an act, or the seal
// of an exhibit; a review of one's own work is none.
import { ProductError } from "../../../shared/errors";
import { runOf } from "../attribution/results";
import type { Json } from "./act";
import { exportOf } from "./exported";
import type { LiveCase } from "./live-case";

export interface ReviewRequest {
  /** The act that is reviewed, and for an attribution the line of one event; or the folder of an exhibit. */
  readonly act: number | null;
  readonly line: number | null;
  readonly bag: string | null;
  readonly opinion: "agree" | "dissent";
  readonly reason: string;
}

export interface Reviewed {
  readonly seq: number;
  readonly examiner: string;
  /** What was reviewed, in words. */
  readonly reviewed: string;
}

export async function review(
  live: LiveCase,
  request: ReviewRequest,
  examiner: string | null,
): Promise<Reviewed> {
  if ((request.act === null) === (request.bag === null))
    throw new ProductError(
      "usage",
      "A review is of one act or of one exhibit.",
      "Name the act (--of N) or the exhibit (--exhibit BAG).",
    );
  const name = live.examinerOf(examiner);
  const subject =
    request.bag === null
      ? await actSubject(live, request.act!, request.line, name)
      : exhibitSubject(live, request.bag, request.line, name);
  const parameters: Json = { opinion: request.opinion, reason: await live.hideText(request.reason) };
  const entry = { inputs: subject.inputs, parameters, outputs: null, result: request.opinion };
  const seq = await live.record("custody.review", entry, name);
  return { seq, examiner: name, reviewed: subject.words };
}

interface Subject {
  readonly inputs: Json;
  readonly words: string;
}

async function actSubject(
  live: LiveCase,
  act: number,
  line: number | null,
  examiner: string,
): Promise<Subject> {
  const entry = live.ledgerFile.entries[act - 1];
  if (!entry)
    throw new ProductError("usage", `The case has no act ${act}.`, `Its acts are 1 to ${live.head().acts}.`);
  mustBeAnother(entry.examiner, examiner);
  if (line !== null) await mustHaveEvent(live, act, line);
  return {
    inputs: { act, line, sha256: live.ledgerFile.hashes[act - 1]! },
    words: `act ${act} (${entry.action})${line === null ? "" : `, the event of line ${line}`}`,
  };
}

/** The reviewed event must be one that the attribution answered. */
async function mustHaveEvent(live: LiveCase, act: number, line: number): Promise<void> {
  if (live.ledgerFile.entries[act - 1]!.action !== "attribution.run")
    throw new ProductError("usage", `Act ${act} is no attribution and has no events.`, "Leave the line out.");
  const { body } = await runOf(live.db, `a${act}`);
  const found = await live.db.query(
    `SELECT 1 AS one FROM "attribution_${act}" a JOIN "record_${body.eventsN}" r ON r.rowid = a."row" WHERE r.line = ? ORDER BY a."row" LIMIT 1`,
    [line],
  );
  if (found.length > 0) return;
  throw new ProductError(
    "usage",
    `The attribution of act ${act} has no event of line ${line}.`,
    "Name the line of an event that it answered.",
  );
}

function exhibitSubject(live: LiveCase, bag: string, line: number | null, examiner: string): Subject {
  if (line !== null)
    throw new ProductError("usage", "A line belongs to an act.", "Name the act, or leave the line out.");
  const { act, seal } = exportOf(live, bag);
  mustBeAnother(act.examiner, examiner);
  return { inputs: { exhibit: act.seq, seal }, words: `the exhibit of act ${act.seq}` };
}

function mustBeAnother(author: string, reviewer: string): void {
  if (author !== reviewer) return;
  throw new ProductError(
    "usage",
    `${reviewer} did this: a review is another examiner's.`,
    "Name the reviewing examiner (--examiner), with a key of their own.",
  );
}
