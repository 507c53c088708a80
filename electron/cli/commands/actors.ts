// The part of `attribute --actor`: several events of one cookie, account or connection, intersected.
import type { ActorRow } from "../../../shared/contract/actors";
import type { Reply } from "../../../shared/contract/contract";
import type { Io } from "../command";
import { count, number, table } from "../print";

const PAGE = 1_000;
/** Actors a person is shown; --json prints every one. */
const SHOWN = 20;

const ASSUMES = "one actor was one subscriber line throughout";

const MEANS: Record<ActorRow["verdict"], string> = {
  unique: "one line fits every event, and lists that leave nobody out exclude every other",
  only: "one line fits every event; the records are not complete enough to exclude others",
  ambiguous: "two or more lines fit every event",
  contradicted: "no line fits every event: several lines used it, or records are missing",
  none: "no event has a candidate",
};

type Run = Reply<"attribution.run">;

/** Prints the actors of a run; with --json one object each, known by its key `actor`. */
export async function printActors(io: Io, casePath: string, run: Run): Promise<void> {
  const { actors } = run;
  if (!actors) return;
  const shown: ActorRow[] = [];
  const end = io.json ? actors.actors : Math.min(actors.actors, SHOWN);
  for (let from = 0; from < end; from += PAGE) {
    const to = Math.min(from + PAGE, end);
    const page = await io.request("attribution.actors", { case: casePath, id: run.id, from, to });
    for (const row of page.rows) {
      if (io.json) await io.value(await jsonOf(io, casePath, run.id, row));
      else shown.push(row);
    }
  }
  if (io.json) return;
  await io.line();
  await io.line(
    `${count(actors.actors, "actor")} by ${actors.field} with two events or more (${number(actors.single)} with one), assuming that ${ASSUMES}:`,
  );
  const counts = Object.entries(MEANS).map(([verdict, means]) => [
    verdict,
    number(actors.counts[verdict as ActorRow["verdict"]] ?? 0),
    means,
  ]);
  const heads = [{ title: "ACTORS' VERDICT" }, { title: "ACTORS", right: true }, { title: "MEANS" }];
  for (const line of table(heads, counts, "  ")) await io.line(line);
  if (shown.length === 0) return;
  await io.line();
  const columns = [
    { title: "ACTOR" },
    { title: "VERDICT" },
    { title: "LINE OF" },
    { title: "EVENTS", right: true },
    { title: "AGAINST", right: true },
    { title: "SILENT", right: true },
    { title: "LINES" },
  ];
  const rows = shown.map((r) => [
    r.value.length > 24 ? `${r.value.slice(0, 21)}...` : r.value,
    r.verdict,
    r.subscriber ?? r.insideIp ?? (r.candidates.length > 1 ? `one of ${r.candidates.length}` : "-"),
    number(r.proves + r.narrows + r.contradicts + r.silent),
    number(r.contradicts),
    number(r.silent),
    `${number(r.firstLine)} to ${number(r.lastLine)}`,
  ]);
  for (const line of table(columns, rows)) await io.line(line);
  if (actors.actors > shown.length)
    await io.line(`${number(shown.length)} of ${number(actors.actors)} actors; --json prints every one.`);
}

/** One actor with every event of it: {line, verdict, role}. */
async function jsonOf(io: Io, casePath: string, id: string, row: ActorRow): Promise<unknown> {
  const events: unknown[] = [];
  const total = row.proves + row.narrows + row.contradicts + row.silent;
  for (let from = 0; from < total; from += PAGE) {
    const page = await io.request("attribution.actor", {
      case: casePath,
      id,
      actor: row.actor,
      from,
      to: from + PAGE,
    });
    for (const { role, result } of page.rows)
      events.push({ line: result.line, offset: result.offset, verdict: result.verdict, role });
  }
  const { value, verdict, subscriber, insideIp, candidates } = row;
  return { actor: value, verdict, assumes: ASSUMES, subscriber, insideIp, candidates, events };
}
