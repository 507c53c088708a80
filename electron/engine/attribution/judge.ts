// The verdict and the flip of every questioned event, into a table of results. One endpoint at a time, everything that
// the logs hold on it in memory; the same pure rules as everywhere (shared/attribution).
import { flipOf } from "../../../shared/attribution/flip";
import { type Interval, Spans } from "../../../shared/attribution/spans";
import { Track } from "../../../shared/attribution/track";
import {
  type Finding,
  findingAt,
  listsEveryone,
  type Question,
  standingOf,
  type View,
} from "../../../shared/attribution/verdict";
import type { Database } from "../../../shared/database";
import { type Endpoint, endpoints, type PlacedEvent, placedEvents, type StagedEvent } from "./endpoints";
import { CLOCK } from "./intervals";
import {
  type FoundHolds,
  hullOf,
  type LoadedHold,
  loadHolds,
  type MappedHold,
  Parties,
  trackOf,
} from "./mappings";
import { type AddressPools, completeFor, doubtfulFor } from "./pools";
import type { ResultWriter } from "./result-table";
import type { Sources } from "./sources";

export interface JudgeContext {
  readonly sources: Sources;
  readonly pools: AddressPools;
  /** Table of the holds that bear on the events, by log (endpoints.ts, sortHolds). */
  readonly holds: readonly string[];
  /** Actors are asked: whether a list of candidates leaves nobody out is then judged too. */
  readonly actors: boolean;
  /** By pool: where it was shown complete, and where the server's connections mostly do not pass it. */
  readonly complete: readonly Spans[];
  readonly doubtful: readonly Spans[];
}

/** Tracks and completeness of one address or endpoint, by log; events on it share them. */
export interface Place {
  readonly addressKnown: boolean;
  readonly tracks: readonly Track[];
  readonly complete: readonly Spans[];
  readonly doubtful: readonly Spans[];
  /** Logs that can hold the address: those that know it, or all where none does. */
  readonly logs: readonly number[];
  readonly coverProves: boolean;
  readonly parties: Parties | null;
}

export class Judge {
  private readonly shownByAddress = new Map<string, { complete: Spans[]; doubtful: Spans[] }>();

  constructor(private readonly context: JudgeContext) {}

  place(addr: number, tracks: readonly Track[], parties: Parties | null, coverProves: boolean): Place {
    const { sources, pools } = this.context;
    const own = Number.isNaN(addr) ? undefined : pools.of(addr);
    const all = sources.logs.map((_, k) => k);
    if (own === undefined) {
      return {
        addressKnown: false,
        tracks: all.map(() => Track.EMPTY),
        complete: all.map(() => Spans.NONE),
        doubtful: all.map(() => Spans.NONE),
        logs: all,
        coverProves,
        parties,
      };
    }
    const key = own.join();
    let shown = this.shownByAddress.get(key);
    if (shown === undefined) {
      shown = {
        complete: all.map((k) => completeFor(pools, this.context.complete, own, k)),
        doubtful: all.map((k) => doubtfulFor(pools, this.context.doubtful, own, k)),
      };
      this.shownByAddress.set(key, shown);
    }
    const logs = [...new Set(own.map((p) => pools.pools[p]!.log))];
    return { addressKnown: true, tracks, ...shown, logs, coverProves, parties };
  }

  /** The event's question, with the clock's standing; views only of logs whose clock is related to the event's. */
  question(
    event: PlacedEvent,
    place: Place,
  ): { question: Question; clock: "ok" | "uncalibrated" | "outside" } {
    const views: View[] = [];
    let uncalibrated = 0;
    let outside = 0;
    let never = false;
    for (const k of place.logs) {
      const clock = event.clocks[k]!;
      if (clock.status === CLOCK.uncalibrated) uncalibrated++;
      else if (clock.status === CLOCK.outside) outside++;
      else {
        const log = this.context.sources.logs[k]!;
        if (clock.never) never = true;
        views.push({
          log: k,
          track: place.tracks[k]!,
          pieces: clock.pieces,
          hull: hullOf(clock.pieces),
          covered: log.covered,
          complete: place.complete[k]!,
          doubtful: place.doubtful[k]!,
          retainedFrom: log.retainedFrom,
        });
      }
    }
    // A log that knows the address but not the event's clock could name another party; where no log knows the address,
    // one that is calibrated is enough to say so.
    const blind = place.addressKnown ? uncalibrated > 0 : views.length === 0 && outside === 0;
    return {
      question: {
        views,
        addressKnown: place.addressKnown,
        coverProves: place.coverProves,
        logLeftOut: outside > 0,
        neverUnique: never,
        nameless: (party) => place.parties?.nameless(party) ?? true,
      },
      clock: blind ? "uncalibrated" : views.length === 0 ? "outside" : "ok",
    };
  }
}

/** Events with an endpoint. */
export async function judgeEndpoints(
  db: Database,
  events: string,
  context: JudgeContext,
  out: ResultWriter,
  signal: AbortSignal,
  progress: (events: number) => void,
): Promise<void> {
  const judge = new Judge(context);
  const { protocols } = context.sources;
  const everyone = (question: Question, { candidates }: FoundHolds) =>
    context.actors && candidates.length > 0 && listsEveryone(question);
  // Endpoints of one port block share their holds, and so what is made of them.
  const places = new WeakMap<Endpoint["holds"], Place>();
  let done = 0;
  for await (const stretch of endpoints(db, events, context.holds, "selected = 1", signal)) {
    for (const endpoint of stretch) {
      let place = places.get(endpoint.holds);
      if (place === undefined) {
        const tracks = endpoint.holds.map((holds) => trackOf(holds, endpoint.protocol, protocols));
        place = judge.place(endpoint.addr, tracks, endpoint.parties, true);
        places.set(endpoint.holds, place);
      }
      for (const event of endpoint.events) {
        const { question, clock } = judge.question(event, place);
        const standing = standingOf({ hasPort: true, byDestination: false, clock });
        const finding = standing ?? findingAt(question, 0);
        const flip = standing ? null : flipOf(question, finding);
        const holds = holdsFor(question, finding);
        out.write(event.row, finding, intervalOf(question), flip, null, holds, everyone(question, holds));
      }
      done += endpoint.events.length;
    }
    await out.flushFull();
    progress(done);
  }
}

/** Events without a port, or without an address: what the destination can still show, and how many shared the address. */
export async function judgePortless(
  db: Database,
  events: string,
  context: JudgeContext,
  out: ResultWriter,
  signal: AbortSignal,
): Promise<void> {
  const judge = new Judge(context);
  const { logs } = context.sources;
  const everyone = (question: Question, { candidates }: FoundHolds) =>
    context.actors && candidates.length > 0 && listsEveryone(question);
  let at: AddressHolds | null = null;
  const where = "selected = 1 AND (addr IS NULL OR port IS NULL)";
  for await (const batch of placedEvents(db, events, logs.length, where, [], "addr NULLS FIRST", signal)) {
    for (const event of batch) {
      if (at === null || !Object.is(at.addr, event.addr))
        at = await addressHolds(db, context, event.addr, signal);
      const { question, clock, standing } = portlessQuestion(event, at, judge, context);
      const finding = standing ?? findingAt(question, 0);
      const flip = standing ? null : flipOf(question, finding);
      const counted = finding.verdict === "no-port" && clock === "ok" && question.addressKnown;
      const shared = counted ? at.sharedBy(question) : null;
      const holds = holdsFor(question, finding);
      out.write(event.row, finding, intervalOf(question), flip, shared, holds, everyone(question, holds));
    }
    await out.flushFull();
  }
}

export interface Asked {
  readonly question: Question;
  readonly clock: "ok" | "uncalibrated" | "outside";
  /** The finding where the mappings do not decide. */
  readonly standing: Finding | null;
}

export function portlessQuestion(
  event: StagedEvent,
  at: AddressHolds,
  judge: Judge,
  context: JudgeContext,
): Asked {
  const { logs, protocols } = context.sources;
  const hasPort = !Number.isNaN(event.port);
  const matching = hasPort ? null : at.towards(event);
  const tracks = logs.map((_, k) => trackOf(matching?.[k] ?? [], event.protocol, protocols));
  const place = judge.place(event.addr, tracks, at.parties, hasPort);
  // Completeness is shown of endpoints. Where a mapping serves several destinations, its record names the first alone
  // (endpoint-independent mapping, RFC 4787 section 4.1), so that a record of this destination may rightly be missing.
  const complete = hasPort ? place.complete : logs.map(() => Spans.NONE);
  const { question, clock } = judge.question(event, { ...place, complete });
  return { question, clock, standing: standingOf({ hasPort, byDestination: matching !== null, clock }) };
}

export interface AddressHolds {
  readonly addr: number;
  readonly parties: Parties;
  /** Holds that the event's destination may have gone through, by log; null where no record of the address names it. */
  towards(event: StagedEvent): MappedHold[][] | null;
  /** Distinct parties that possibly held any port of the address in the event's interval. */
  sharedBy(question: Question): number;
}

export async function addressHolds(
  db: Database,
  context: JudgeContext,
  addr: number,
  signal: AbortSignal,
): Promise<AddressHolds> {
  const { logs } = context.sources;
  const parties = new Parties();
  const holds: LoadedHold[][] = logs.map(() => []);
  if (!Number.isNaN(addr)) {
    for (let k = 0; k < logs.length; k++) {
      await loadHolds(db, context.holds[k]!, k, "m.pub_addr = ?", [addr], parties, holds[k]!, signal);
    }
  }
  const tracks = holds.map((own) => new Track(own));
  let destinations: Map<number | null, MappedHold[]> | null = null;
  /** The address's holds by destination; under null those that name none, which may have gone anywhere. */
  const byDestination = () => {
    if (destinations !== null) return destinations;
    destinations = new Map();
    for (const h of holds.flat()) {
      const key = Number.isNaN(h.dstAddr) ? null : h.dstAddr;
      const own = destinations.get(key);
      if (own) own.push(h);
      else destinations.set(key, [h]);
    }
    return destinations;
  };
  return {
    addr,
    parties,
    towards(event) {
      if (Number.isNaN(event.dstAddr)) return null;
      const there = byDestination().get(event.dstAddr) ?? [];
      const same = (h: MappedHold) =>
        Number.isNaN(h.dstPort) || Number.isNaN(event.dstPort) || h.dstPort === event.dstPort;
      if (!there.some(same)) return null;
      const out: MappedHold[][] = holds.map(() => []);
      for (const h of [...there.filter(same), ...(byDestination().get(null) ?? [])]) {
        if (event.protocol === null || h.protocol === null || h.protocol === event.protocol)
          out[h.log]!.push(h);
      }
      return out.map((own) => own.sort((x, y) => x.id - y.id));
    },
    sharedBy(question) {
      const found = new Set<number>();
      for (const v of question.views) tracks[v.log]!.parties(v.pieces, found);
      return found.size;
    },
  };
}

export const intervalOf = (question: Question): Interval | null => question.views[0]?.hull ?? null;

const NOTHING: FoundHolds = { named: null, candidates: [], before: null, after: null };
const order = (a: MappedHold, b: MappedHold): number => a.log - b.log || a.id - b.id;

/** The mappings behind a finding: all that meet the interval; for `none` the nearest either side. */
function holdsFor(question: Question, finding: Finding): FoundHolds {
  if (finding.verdict === "out-of-range" || finding.verdict === "no-port") return NOTHING;
  if (finding.verdict === "none") {
    // Gaps are compared in each log's own clock; the narrowest on either side wins.
    let before: { hold: MappedHold; gap: number } | null = null;
    let after: { hold: MappedHold; gap: number } | null = null;
    for (const v of question.views) {
      const near = v.track.nearest(v.hull.from, v.hull.to);
      if (near.before) {
        const gap = v.hull.from - near.before.possibleTo;
        if (before === null || gap < before.gap) before = { hold: near.before as MappedHold, gap };
      }
      if (near.after) {
        const gap = near.after.possibleFrom - v.hull.to;
        if (after === null || gap < after.gap) after = { hold: near.after as MappedHold, gap };
      }
    }
    return { ...NOTHING, before: before?.hold ?? null, after: after?.hold ?? null };
  }
  const candidates = (question.views.flatMap((v) => v.track.meeting(v.pieces)) as MappedHold[]).sort(order);
  return { ...NOTHING, named: candidates.find((h) => h.party === finding.party) ?? null, candidates };
}
