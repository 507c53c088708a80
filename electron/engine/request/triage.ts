// Triage before a disclosure request: each selected event with what is known of it, how wide its question would be and
// until when the operator keeps the answer. It only reads; what is asked is decided by the analyst.
import { VERDICTS, type Verdict } from "../../../shared/contract/attribution";
import type { Reply } from "../../../shared/contract/contract";
import { questionsOf } from "../../../shared/request/questions";
import { byUrgency, WORTHS, type Worth, worthOf } from "../../../shared/request/triage";
import { type RunBody, runId, runTables } from "../attribution/results";
import type { OpenCase } from "../case/open-case";
import { gatherEvents } from "./events";

export interface TriageOptions {
  readonly events: string;
  readonly nat: string | null;
  readonly filter: string;
  readonly retentionUs: number | null;
  readonly limit: number;
  readonly nowUs: number;
}

export async function triage(
  openCase: OpenCase,
  options: TriageOptions,
  signal: AbortSignal,
): Promise<Reply<"request.triage">> {
  const gathered = await gatherEvents(openCase, options.events, options.nat, options.filter, signal);
  const retentionUs = options.retentionUs ?? gathered.nat?.retention_us ?? null;
  const run = await latestRun(openCase, gathered.source.n);
  const verdicts = run === null ? new Map<number, Verdict>() : await verdictsOf(openCase, run.seq, signal);
  const counts = Object.fromEntries(WORTHS.map((worth) => [worth, 0])) as Record<Worth, number>;
  const events = gathered.events.map((event) => {
    const window = (event.operator ?? event.utc)!;
    const deadlineUs = retentionUs === null ? null : (event.utc ?? event.operator)!.fromUs + retentionUs;
    const verdict = verdicts.get(event.row) ?? null;
    const worth = worthOf(
      { port: event.port !== null, compared: !event.assumed, verdict, deadlineUs },
      options.nowUs,
    );
    counts[worth]++;
    return { event, worth, deadlineUs, verdict, widthUs: window.toUs - window.fromUs, row: event.row };
  });
  const asked = events.filter((one) => one.worth === "ask" || one.worth === "compare-first");
  const deadlines = asked.flatMap((one) => one.deadlineUs ?? []);
  return {
    nat: gathered.nat?.name ?? null,
    run: run === null ? null : runId(run.seq),
    retentionUs,
    nowUs: options.nowUs,
    selected: gathered.selected,
    unaskable: gathered.unaskable,
    counts,
    questions: questionsOf(asked.map((one) => one.event)).length,
    firstDeadlineUs: deadlines.length === 0 ? null : deadlines.reduce((a, b) => Math.min(a, b)),
    clock: gathered.clock,
    events: events
      .sort(byUrgency)
      .slice(0, options.limit)
      .map(({ event, worth, deadlineUs, verdict, widthUs, row }) => ({
        row,
        timeUs: event.timeUs,
        publicIp: event.publicIp,
        port: event.port,
        protocol: event.protocol,
        dstIp: event.dstIp,
        dstPort: event.dstPort,
        worth,
        verdict,
        deadlineUs,
        widthUs,
        width: event.width,
      })),
  };
}

/** The latest attribution of these events, whatever filter it had: an event outside of it has no verdict. */
async function latestRun(openCase: OpenCase, n: number): Promise<{ seq: number } | null> {
  const runs = await openCase.db.query("SELECT seq, body FROM attribution ORDER BY seq DESC");
  const found = runs.find((run) => (JSON.parse(String(run.body)) as RunBody).eventsN === n);
  return found ? { seq: Number(found.seq) } : null;
}

async function verdictsOf(
  openCase: OpenCase,
  seq: number,
  signal: AbortSignal,
): Promise<Map<number, Verdict>> {
  const of = new Map<number, Verdict>();
  const sql = `SELECT "row", verdict FROM "${runTables(seq).results}" ORDER BY "row"`;
  for await (const rows of openCase.db.stream(sql, [], signal))
    for (const row of rows) {
      const verdict = VERDICTS[Number(row.verdict)];
      if (verdict) of.set(Number(row.row), verdict);
    }
  return of;
}
