// Which question of which request a reply answers, by the ids that both carry. "No record" is an answer only where the
// operator wrote it: a question without a line is open, never a sign that nobody held the port.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseCsv } from "../../../shared/custody/csv";
import { ProductError } from "../../../shared/errors";
import { OUTCOMES, type Outcome, questionId } from "../../../shared/request/questions";
import type { OpenCase } from "../case/open-case";
import { allSources, type SourceRow } from "../catalogue";
import { bytesPath, missingEvidence, sourceFiles } from "../records/bytes";

export interface ReplyState {
  readonly requestId: string;
  readonly act: number;
  readonly questions: number;
  readonly record: number;
  readonly noRecord: number;
  readonly retentionExpired: number;
  readonly notOurAddress: number;
  readonly open: number;
  readonly problems: readonly string[];
  readonly sources: readonly string[];
}

interface Answer {
  readonly source: string;
  readonly line: number;
  readonly requestId: string;
  readonly id: string;
  readonly outcome: string;
}

interface WrittenOutputs {
  readonly requestId: string;
  readonly questions: number;
}

export async function replyStates(openCase: OpenCase): Promise<ReplyState[]> {
  const answers = await answersOf(openCase);
  return openCase
    .ledger()
    .filter((line) => line.action === "request.write")
    .map((line) => {
      const { requestId, questions } = line.outputs as unknown as WrittenOutputs;
      return stateOf(
        requestId,
        line.seq,
        questions,
        answers.filter((a) => a.requestId === requestId),
      );
    });
}

export function stateOf(
  requestId: string,
  act: number,
  questions: number,
  answers: readonly Answer[],
): ReplyState {
  const problems: string[] = [];
  const byQuestion = new Map<string, Set<Outcome>>();
  const known = new Set(Array.from({ length: questions }, (_, i) => questionId(i)));
  for (const a of answers) {
    const at = `${a.source} line ${a.line}`;
    if (!known.has(a.id)) problems.push(`${at}: the request has no question ${a.id}.`);
    else if (!(OUTCOMES as readonly string[]).includes(a.outcome)) {
      // A line left as the template has it says nothing.
      if (a.outcome !== "") problems.push(`${at}: "${a.outcome}" is no outcome (${OUTCOMES.join(", ")}).`);
    } else byQuestion.set(a.id, (byQuestion.get(a.id) ?? new Set()).add(a.outcome as Outcome));
  }
  const counts = { record: 0, "no-record": 0, "retention-expired": 0, "not-our-address": 0 };
  for (const [id, outcomes] of [...byQuestion].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (outcomes.size > 1)
      problems.push(`${id} is answered by ${[...outcomes].sort().join(" and ")}, which exclude each other.`);
    const [first] = OUTCOMES.filter((o) => outcomes.has(o));
    counts[first!]++;
  }
  return {
    requestId,
    act,
    questions,
    record: counts.record,
    noRecord: counts["no-record"],
    retentionExpired: counts["retention-expired"],
    notOurAddress: counts["not-our-address"],
    open: questions - byQuestion.size,
    problems,
    sources: [...new Set(answers.map((a) => a.source))].sort(),
  };
}

/** Ids of the requests that a source answers; none where it is no CSV reply with the request's columns. */
export async function requestsAnswered(openCase: OpenCase, source: SourceRow): Promise<Set<string>> {
  return new Set((await answersIn(openCase, source)).map((a) => a.requestId));
}

/** Lines of every CSV reply in the case. */
async function answersOf(openCase: OpenCase): Promise<Answer[]> {
  const out: Answer[] = [];
  for (const source of await allSources(openCase.db)) out.push(...(await answersIn(openCase, source)));
  return out;
}

/** A source's files as they were added, each as a whole; a file that is no longer what it was is an error. */
export async function wholeFiles(
  openCase: OpenCase,
  source: SourceRow,
): Promise<{ path: string; bytes: Buffer }[]> {
  const out: { path: string; bytes: Buffer }[] = [];
  for (const file of await sourceFiles(openCase.db, source.n)) {
    const path = await bytesPath(openCase.path, file);
    if (path === null) throw missingEvidence(file);
    const bytes = readFileSync(path);
    const hash = createHash("sha256").update(bytes).digest("hex");
    if (hash !== (file.member?.sha256 ?? file.sha256)) throw missingEvidence(file);
    out.push({ path, bytes });
  }
  return out;
}

async function answersIn(openCase: OpenCase, source: SourceRow): Promise<Answer[]> {
  const out: Answer[] = [];
  if (source.role === "nat" && source.format === "csv" && source.extent === "query") {
    for (const { path, bytes } of await wholeFiles(openCase, source)) {
      const [head, ...records] = cellsOf(bytes.toString("utf8"), path);
      // The template's names, else those of a query pack's reply.
      const column = (...names: string[]) =>
        head?.findIndex((cell) => cell !== null && names.includes(cell)) ?? -1;
      const [request, id] = [column("requestId", "request_id"), column("id", "question_id")];
      const outcome = column("outcome");
      if (request < 0 || id < 0 || outcome < 0) continue;
      records.forEach((record, i) => {
        out.push({
          source: source.name,
          line: i + 2,
          requestId: record[request] ?? "",
          id: record[id] ?? "",
          outcome: record[outcome] ?? "",
        });
      });
    }
  }
  return out;
}

/** Operators' tools end lines in LF or CR LF, and not always the last. A file without the request's columns gives nothing. */
function cellsOf(text: string, file: string): (string | null)[][] {
  const plain = text.replace(/^\ufeff/, "").replace(/\r?\n/g, "\r\n");
  if (!/request_?id/i.test(plain.slice(0, plain.indexOf("\r\n")))) return [];
  try {
    return parseCsv(plain.endsWith("\r\n") ? plain : `${plain}\r\n`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ProductError(
      "input",
      `The reply is no CSV as RFC 4180 says it: ${error.message}.`,
      "Ask for it in the template's form.",
      { file },
    );
  }
}
