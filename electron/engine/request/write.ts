// Writes a disclosure request: the questions, both letters, the reply's template and, where asked, a query pack, into a
// folder that appears whole or not at all; then the act, with the hash of every file.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { utf8 } from "../../../shared/custody/bytes";
import { csvRecord } from "../../../shared/custody/csv";
import { ProductError } from "../../../shared/errors";
import { type Letter, letterText, preservationLetter, requestLetter } from "../../../shared/request/letters";
import {
  type Question,
  questionCells,
  questionsOf,
  replyTemplate,
  requestCsv,
  retainedUntil,
} from "../../../shared/request/questions";
import type { Dialect } from "../../../shared/request/sql/print";
import { formatUtc } from "../../../shared/time/civil";
import type { ActIo, Json } from "../case/act";
import { partialOf, sha256Hex, sweepPartials, syncFolder } from "../case/files";
import { mustBeNewFolder } from "../case/new-folder";
import type { OpenCase } from "../case/open-case";
import { compilePdf } from "../report/compile";
import { printable } from "../report/text";
import { type AskedEvent, type Gathered, gatherEvents } from "./events";
import template from "./letter.typ?raw";
import { writePack } from "./pack";

export interface RequestOptions {
  readonly events: string;
  readonly nat: string | null;
  readonly filter: string;
  readonly out: string;
  readonly retentionUs: number | null;
  /** A query pack is added in this store's SQL. */
  readonly sql: Exclude<Dialect, "duckdb"> | null;
}

export interface Written {
  readonly requestId: string;
  readonly path: string;
  readonly questions: number;
  readonly events: number;
  readonly unaskable: number;
  readonly firstDeadlineUs: number | null;
  readonly calibrations: readonly string[];
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
}

export async function writeRequest(
  openCase: OpenCase,
  options: RequestOptions,
  examiner: string | null,
  io: ActIo,
): Promise<Written> {
  const out = resolve(options.out);
  mustBeNewFolder(openCase, out);
  io.progress({ doing: "Collecting the questions", done: 0, total: null, unit: "rows" });
  const gathered = await gatherEvents(openCase, options.events, options.nat, options.filter, io.signal);
  if (gathered.selected === 0) {
    throw new ProductError(
      "input",
      "No event is selected, so there is nothing to ask.",
      "Widen the --filter.",
    );
  }
  if (gathered.events.length === 0) {
    throw new ProductError(
      "input",
      `None of the ${gathered.selected} events can be asked: they hold neither port nor destination, or no time.`,
      "Recover the ports from a parallel log (portwitness join), or select others.",
    );
  }
  const retentionUs = options.retentionUs ?? gathered.nat?.retention_us ?? null;
  const questions = questionsOf(gathered.events);
  const rows = questions.map((q) => questionCells(q, retainedUntil(q, retentionUs)));
  // From what is asked alone, so that the same questions are the same request.
  const requestId = `PW-${sha256Hex(rows.map((cells) => csvRecord(cells)).join("\n"))
    .slice(0, 12)
    .toUpperCase()}`;
  const csv = requestCsv(requestId, rows);
  const now = new Date();
  const facts = {
    requestId,
    caseTitle: printable(openCase.title),
    examiner: examiner ?? "",
    date: now.toISOString().slice(0, 10),
    questions,
    events: gathered.events.length,
    unaskable: gathered.unaskable,
    csvSha256: sha256Hex(csv),
    clock: printable(gathered.clock),
    retentionUs,
    packs: options.sql !== null,
  };
  const partial = partialOf(out);
  sweepPartials(out);
  try {
    mkdirSync(partial);
    const put = (name: string, content: string | Uint8Array) => writeFileSync(join(partial, name), content);
    put("request.csv", csv);
    put("reply-template.csv", replyTemplate(requestId, questions));
    const letters: [string, Letter][] = [
      ["request-letter", requestLetter(facts)],
      ["preservation-letter", preservationLetter(facts)],
    ];
    for (const [name, letter] of letters) {
      io.signal.throwIfAborted();
      put(`${name}.txt`, utf8(letterText(letter)));
      put(`${name}.pdf`, compilePdf(template, letter, { timestamp: Math.floor(now.getTime() / 1000) }));
    }
    if (options.sql !== null) {
      const others = await witnessesOf(openCase, options, io);
      await writePack(partial, options.sql, requestId, gathered, questions, others);
    }
    put("README.txt", readme(requestId, gathered, questions));
    renameSync(partial, out);
    syncFolder(dirname(out));
    const files = listed(out);
    const deadlines = questions.flatMap((q) => retainedUntil(q, retentionUs) ?? []);
    const written: Written = {
      requestId,
      path: out,
      questions: questions.length,
      events: gathered.events.length,
      unaskable: gathered.unaskable,
      firstDeadlineUs: deadlines.length === 0 ? null : deadlines.reduce((a, b) => Math.min(a, b)),
      calibrations: gathered.calibrations,
      files,
    };
    await record(openCase, options, retentionUs, written, examiner);
    return written;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Events that are not asked about: only where a filter parts them from those that are. */
async function witnessesOf(
  openCase: OpenCase,
  options: RequestOptions,
  io: ActIo,
): Promise<readonly AskedEvent[]> {
  if (options.filter === "") return [];
  const others = `not (${options.filter})`;
  return (await gatherEvents(openCase, options.events, options.nat, others, io.signal)).events;
}

async function record(
  openCase: OpenCase,
  options: RequestOptions,
  retentionUs: number | null,
  written: Written,
  examiner: string | null,
): Promise<void> {
  const parameters: Json = {
    events: options.events,
    nat: options.nat,
    filter: options.filter === "" ? null : await openCase.hideText(options.filter),
    out: await openCase.hideText(written.path),
    retentionUs,
    sql: options.sql,
  };
  const outputs: Json = {
    requestId: written.requestId,
    questions: written.questions,
    events: written.events,
    unaskable: written.unaskable,
    calibrations: written.calibrations,
    files: written.files.map(({ name, sha256 }) => ({ name, sha256 })),
  };
  try {
    await openCase.record(
      "request.write",
      { inputs: { events: options.events }, parameters, outputs, result: "done" },
      examiner,
    );
  } catch (error) {
    // What the ledger does not know must not go out.
    rmSync(written.path, { recursive: true, force: true });
    throw error;
  }
}

function listed(folder: string): { name: string; sha256: string }[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => name.replaceAll("\\", "/"))
    .sort()
    .map((name) => ({ name, sha256: sha256Hex(readFileSync(join(folder, name))) }));
}

function readme(requestId: string, gathered: Gathered, questions: readonly Question[]): string {
  const window = (q: Question) => (q.operator ?? q.utc)!;
  const from = questions.reduce((least, q) => Math.min(least, window(q).fromUs), Number.POSITIVE_INFINITY);
  const to = questions.reduce((most, q) => Math.max(most, window(q).toUs), Number.NEGATIVE_INFINITY);
  const text = (us: number) => formatUtc(us, 1);
  return `Request ${requestId}: ${questions.length} questions from ${gathered.events.length} events.

To the operator: request-letter (text and PDF), request.csv, reply-template.csv; first of all preservation-letter.
request.csv is RFC 4180 with a header. Times are RFC 3339 in UTC and integers of microseconds since the epoch; an interval
runs from its first moment up to, but not including, its last. An empty port means: asked by the destination.

To the lab, when the reply is there (its requestId and id say which question each line answers):
  portwitness add CASE REPLY.csv --as reply-${requestId.slice(3, 9).toLowerCase()} --role nat --format csv --extent query \\
    --window ${text(from)}/${text(to)} \\
    --map "start=start,end=end,publicIp=publicIp,portLow=portLow,portHigh=portHigh,portStep=portStep,protocol=protocol,insideIp=insideIp,subscriber=subscriber"
  portwitness replies CASE
The window is that of the questions: where the operator searched less (searchedFrom, searchedTo), give what it searched.
A reply is an extract. It never shows by itself that the operator's records are complete.
`;
}
