// One event's picture: every mapping of its endpoint near its interval with both holds, and how the answer would change
// with the offset. Computed anew from the run's own intervals and pools, never from calibrations accepted since.
import { curveOf, FLIP_LIMIT_US } from "../../../shared/attribution/flip";
import { Spans } from "../../../shared/attribution/spans";
import { standingOf } from "../../../shared/attribution/verdict";
import { offsetAt } from "../../../shared/clock/calibration";
import { guardAt, segmentsFor } from "../../../shared/clock/correct";
import { fitFor } from "../../../shared/clock/folds";
import type { Reply } from "../../../shared/contract/contract";
import type { Database, SqlRow } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { PARTY_SQL } from "../../../shared/nat/mapping";
import { placedEvents, type StagedEvent } from "./endpoints";
import { type Asked, addressHolds, Judge, type JudgeContext, portlessQuestion } from "./judge";
import { HoldIndex, loadHolds, type MappedHold, Parties, trackOf } from "./mappings";
import { Names } from "./names";
import { addressPools } from "./pools";
import { type RunBody, readResults, runTables } from "./results";
import { openSources } from "./sources";

type Detail = Reply<"attribution.detail">;

/** Mappings shown at most: those whose possible hold lies nearest to the interval. */
const HOLDS_SHOWN = 500;

export async function detailOf(
  db: Database,
  seq: number,
  body: RunBody,
  row: number,
  signal: AbortSignal,
): Promise<Detail> {
  const tables = runTables(seq);
  let result: Detail["result"] | undefined;
  for await (const batch of readResults(db, body, tables, { rows: [row], signal })) result = batch[0];
  const sources = await openSources(db, body.events, body.nat, body.subscribers, tables.chain);
  let event: StagedEvent | undefined;
  for await (const batch of placedEvents(
    db,
    tables.events,
    sources.logs.length,
    `"row" = ?`,
    [row],
    "",
    signal,
  ))
    event ??= batch[0];
  if (result === undefined || event === undefined) {
    throw new ProductError(
      "usage",
      `Row ${row} is not among the events of this attribution.`,
      "Take a row of attribution.page.",
    );
  }
  const addresses = Number.isNaN(event.addr) ? "SELECT NULL::BIGINT" : `SELECT ${event.addr}::BIGINT`;
  const pools = await addressPools(db, addresses, sources.logs, signal);
  const stored = await db.query(
    `SELECT source, device, "range", doubtful, from_us, to_us FROM "${tables.pools}" ORDER BY ALL`,
  );
  const storedSpans = (doubtful: 0 | 1) =>
    pools.pools.map((p) =>
      Spans.of(
        stored
          .filter(
            (s) =>
              s.doubtful === doubtful &&
              s.source === sources.logs[p.log]!.source.n &&
              s.device === p.device &&
              s.range === p.range,
          )
          .map((s) => ({ from: Number(s.from_us), to: Number(s.to_us) })),
      ),
    );
  const context: JudgeContext = {
    sources,
    pools,
    holds: sources.logs.map((l) => l.holds),
    actors: false,
    complete: storedSpans(0),
    doubtful: storedSpans(1),
  };
  const { asked, parties, holds } = await ask(db, event, context, signal);
  const { question, standing } = asked;

  const near = holdsNear(holds, asked);
  const shown = await heldBy(db, near, context, signal);
  const keyOf = new Map(shown.map((s) => [`${s.log}/${s.id}`, s.key]));
  const label: Record<string, string> = {};
  for (const s of shown) label[s.key] = s.label;
  const partyKey = (party: number): string | null => {
    const hold = party < 0 ? undefined : holds.find((h) => h.party === party);
    if (!hold) return null;
    return keyOf.get(`${hold.log}/${hold.id}`) ?? `party ${party}`;
  };
  // A party that is named by the curve but not among the nearest holds still needs its name.
  const curve = standing
    ? [{ fromUs: -FLIP_LIMIT_US, toUs: FLIP_LIMIT_US + 1, finding: standing }]
    : curveOf(question);
  const distant = [...new Set(curve.map((c) => c.finding.party).filter((p) => p >= 0))]
    .map((p) => holds.find((h) => h.party === p)!)
    .filter((h) => !keyOf.has(`${h.log}/${h.id}`));
  for (const s of await heldBy(db, distant, context, signal)) {
    keyOf.set(`${s.log}/${s.id}`, s.key);
    label[s.key] = s.label;
  }
  void parties;
  return {
    result,
    doubtful: question.views.some((v) => v.doubtful.meets(v.hull.from, v.hull.to)),
    party: label,
    holds: shown.map(({ log: _log, id: _id, key, label: _label, ...rest }) => ({ party: key, ...rest })),
    curve: curve.map((c) => ({
      fromUs: c.fromUs,
      toUs: c.toUs,
      verdict: c.finding.verdict,
      party: partyKey(c.finding.party),
    })),
    ...(await clockOf(db, body, context, row)),
  };
}

async function ask(
  db: Database,
  event: StagedEvent,
  context: JudgeContext,
  signal: AbortSignal,
): Promise<{ asked: Asked; parties: Parties; holds: MappedHold[] }> {
  const judge = new Judge(context);
  const { logs, protocols } = context.sources;
  if (Number.isNaN(event.addr) || Number.isNaN(event.port)) {
    const at = await addressHolds(db, context, event.addr, signal);
    return {
      asked: portlessQuestion(event, at, judge, context),
      parties: at.parties,
      holds: at.towards(event)?.flat() ?? [],
    };
  }
  const parties = new Parties();
  const index = new HoldIndex(logs.length);
  index.want(event.addr, event.port);
  for (let k = 0; k < logs.length; k++) {
    const where = "m.pub_addr = ? AND m.port_low <= ? AND m.port_high >= ?";
    await loadHolds(
      db,
      logs[k]!.holds,
      k,
      where,
      [event.addr, event.port, event.port],
      parties,
      index,
      signal,
    );
  }
  const holds = index.at(event.addr, event.port, event.protocol);
  const tracks = holds.map((own) => trackOf(own, event.protocol, protocols));
  const { question, clock } = judge.question(event, judge.place(event.addr, tracks, parties, true));
  const standing = standingOf({ hasPort: true, byDestination: false, clock });
  return { asked: { question, clock, standing }, parties, holds: holds.flat() };
}

/** Holds that a change of offset within the limit can reach, nearest first, at most HOLDS_SHOWN, in order of time. */
function holdsNear(holds: readonly MappedHold[], { question }: Asked): MappedHold[] {
  const hull = (log: number) => question.views.find((v) => v.log === log)?.hull;
  const distance = (h: MappedHold): number => {
    const own = hull(h.log);
    if (!own) return Number.POSITIVE_INFINITY;
    return Math.max(0, h.possibleFrom - own.to, own.from - h.possibleTo);
  };
  return holds
    .map((hold) => ({ hold, distance: distance(hold) }))
    .filter((h) => h.distance <= FLIP_LIMIT_US)
    .sort((a, b) => a.distance - b.distance || a.hold.log - b.hold.log || a.hold.id - b.hold.id)
    .slice(0, HOLDS_SHOWN)
    .map((h) => h.hold)
    .sort((a, b) => a.possibleFrom - b.possibleFrom || a.log - b.log || a.id - b.id);
}

type Described = Omit<Detail["holds"][number], "party"> & {
  readonly log: number;
  readonly id: number;
  readonly key: string;
  readonly label: string;
};

async function heldBy(
  db: Database,
  holds: readonly MappedHold[],
  context: JudgeContext,
  signal: AbortSignal,
): Promise<Described[]> {
  const names = new Names(db);
  const found = new Map<string, SqlRow>();
  for (let k = 0; k < context.sources.logs.length; k++) {
    const ids = holds.filter((h) => h.log === k).map((h) => h.id);
    if (ids.length === 0) continue;
    const rows = await db.query(
      `SELECT id, ${PARTY_SQL("m")} AS party, first_line, first_offset, subscriber, in_addr, realm, last_named_us FROM "${context.sources.logs[k]!.holds}" m
       WHERE id IN (${ids.join(", ")}) ORDER BY id`,
      [],
      signal,
    );
    await names.prepare(rows, ["subscriber", "realm"], ["in_addr"]);
    for (const row of rows) found.set(`${k}/${String(row.id)}`, row);
  }
  return holds.map((h): Described => {
    const m = found.get(`${h.log}/${h.id}`)!;
    const inside = names.address(m.in_addr);
    const realm = names.text(m.realm);
    const certain = h.certainFrom < h.certainTo;
    return {
      log: h.log,
      id: h.id,
      key: String(m.party),
      label:
        names.text(m.subscriber) ??
        (inside === null ? "not named" : realm === null ? inside : `${inside} (${realm})`),
      subscriber: names.text(m.subscriber),
      insideIp: inside,
      natSource: context.sources.logs[h.log]!.source.name,
      natLine: Number(m.first_line),
      natOffset: Number(m.first_offset),
      portLow: h.portLow,
      portHigh: h.portHigh,
      possibleFromUs: finite(h.possibleFrom),
      possibleToUs: finite(h.possibleTo),
      certainFromUs: certain ? finite(h.certainFrom) : null,
      certainToUs: certain ? finite(h.certainTo) : null,
      lastNamedUs: typeof m.last_named_us === "number" ? m.last_named_us : null,
    };
  });
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Offset and guard at the event, where the calibration that the run used is still in force. */
async function clockOf(
  db: Database,
  body: RunBody,
  context: JudgeContext,
  row: number,
): Promise<{ offsetUs: number | null; guardUs: number | null }> {
  const none = { offsetUs: null, guardUs: null };
  const { sources } = context;
  const stored = sources.logs.find((l) => l.calibration !== null)?.calibration ?? null;
  if (stored === null || !body.calibrations.includes(stored.id)) return none;
  const [record] = await db.query(`SELECT line, time_us FROM "${sources.record}" WHERE rowid = ?`, [row]);
  if (typeof record?.time_us !== "number" || typeof record.line !== "number") return none;
  const fit = fitFor(stored, record.line);
  const event = {
    timeUs: record.time_us,
    precisionUs: 1,
    slackUs: 0,
    timeMeans: null,
    durationUs: null,
    line: sources.oneFile ? record.line : null,
    writes: sources.events.writes,
  };
  const segment = fit.segments[segmentsFor(fit, event)[0] ?? -1];
  if (!segment) return none;
  return {
    offsetUs: Math.round(offsetAt(segment, record.time_us)),
    guardUs: Math.ceil(guardAt(segment, record.time_us)),
  };
}
