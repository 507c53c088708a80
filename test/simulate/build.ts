// One world from its description: the network, the server's clock, what each side wrote and lost, and the truth a line.
import { type ClockFault, ServerClock } from "./clock";
import {
  type Binding,
  buildNetwork,
  insideAddress,
  type Network,
  type NetworkShape,
  subscriberName,
} from "./network";
import { Random } from "./random";
import { calendar, isoTime, written } from "./time";
import type { LineTruth, World } from "./world";
import { type Lost, type NatFormat, namesSubscribers, natAdd, natText } from "./write/nat";
import { precisionOf, type ServerFormat, type ServerLine, serverAdd, serverText } from "./write/server";

export interface WorldShape {
  readonly scenario: string;
  readonly network: NetworkShape;
  readonly clock: ClockFault;
  readonly serverFormat: ServerFormat;
  readonly natFormat: NatFormat;
  /** When the server stamps a connection: on accepting it, a moment into it, or at its end. */
  readonly stamps?: "connect" | "start" | "end";
  readonly rounds?: boolean;
  /** The NAT's own clock against true time; kept right where absent. */
  readonly natClock?: ClockFault;
  /** Seconds for which the operator's exporter collects records before it writes them, in no order. */
  readonly batch?: number;
  /** The operator answers with what it holds on this part of the span (shares), in place of its whole log. */
  readonly extract?: { readonly from: number; readonly to: number };
  /** Windows in which the operator's collector was down and lost every record, as shares of the span. */
  readonly outages?: readonly { readonly from: number; readonly to: number }[];
  /** The server writes the wall clock of a zone whose summer time ends at `endsAt` (seconds), without saying so. */
  readonly wallClock?: {
    readonly zone: string;
    readonly endsAt: number;
    readonly summer: number;
    readonly winter: number;
  };
  /** Share of lines the server lost, and of starts and ends that the operator lost. */
  readonly serverLoss?: number;
  readonly startLoss?: number;
  readonly endLoss?: number;
  /** Share of the server's lines that really are connections of this NAT log; the rest only look it. */
  readonly shared?: number;
  /** Seconds that a packet takes from the NAT to the server at least, and the mean of what comes on top. */
  readonly delay?: { readonly least: number; readonly mean: number };
}

/** A server line before it is written, for tests that need no text. */
export interface Event {
  readonly us: number;
  readonly precisionUs: number;
  readonly address: number;
  readonly port: number;
  /** Index of the true binding, -1 where the connection is not in this NAT's log at all. */
  readonly binding: number;
  readonly trueSeconds: number;
  /** Offset of the server's clock from the NAT's at the act, seconds. */
  readonly offset: number;
}

export interface Built {
  readonly network: Network;
  /** Reading of the NAT's clock at a true time, seconds. */
  natTime(trueSeconds: number): number;
  readonly lost: readonly Lost[];
  /** In the order of lines. */
  readonly events: readonly Event[];
}

/** Mean seconds that queues add to a path's least delay. */
export const MEAN_DELAY = 0.03;
/** Mean seconds from a connection to the time stamp of a server that logs the start of the request. */
export const REQUEST_DELAY = 0.15;
/** Law of the least delay from the NAT to the server in seconds, log-normal: half of all paths take 12 ms or less, 95 % 45 ms. */
export const LEAST_DELAY = { median: 0.012, sigma: 0.8 };

/** FNV-1a, so that one seed makes unlike worlds of two scenarios. */
function hashOf(text: string): number {
  let h = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) h = Math.imul(h ^ text.charCodeAt(k), 0x01000193);
  return h | 0;
}

const leastDelay = (seed: number): number =>
  new Random(seed ^ 0x3c6ef372).lognormal(LEAST_DELAY.median, LEAST_DELAY.sigma);

export function build(shape: WorldShape, seed: number): Built {
  const random = new Random(seed ^ hashOf(shape.scenario));
  const network = buildNetwork(shape.network, random);
  const { from, to } = shape.network;
  const clock = new ServerClock(shape.clock, from, to);
  const nat = new ServerClock(shape.natClock ?? { offset: 0 }, from, to);
  const down = (t: number): boolean =>
    (shape.outages ?? []).some((o) => t >= from + o.from * (to - from) && t < from + o.to * (to - from));
  const lost = network.bindings.map((b) => ({
    start: random.chance(shape.startLoss ?? 0) || down(b.from),
    end: random.chance(shape.endLoss ?? 0) || b.dropped || down(b.to),
  }));
  const precisionUs = precisionOf(shape.serverFormat);
  const delay = shape.delay ?? { least: leastDelay(seed ^ hashOf(shape.scenario)), mean: MEAN_DELAY };
  const stamps = shape.stamps ?? "connect";
  const events: { event: Event; writtenAt: number }[] = [];
  for (const c of network.connections) {
    if (random.chance(shape.serverLoss ?? 0)) continue;
    const b = network.bindings[c.binding]!;
    const foreign = !random.chance(shape.shared ?? 1);
    // A connection that the log does not know: the same address and port, at an unrelated moment.
    const at = foreign ? random.between(shape.network.from, shape.network.to) : c.at;
    const arrived = at + delay.least + random.exponential(delay.mean);
    const length = foreign ? random.exponential(8) : c.until - c.at;
    const moment =
      stamps === "connect"
        ? arrived
        : stamps === "start"
          ? arrived + random.exponential(REQUEST_DELAY)
          : arrived + Math.min(length, random.exponential(2));
    if (!foreign && moment >= b.to) continue;
    events.push({
      writtenAt: moment + (stamps === "start" ? random.exponential(0.2) : 0),
      event: {
        us: written(clock.read(moment), precisionUs, shape.rounds ?? false),
        precisionUs,
        address: b.address,
        port: c.port,
        binding: foreign ? -1 : c.binding,
        trueSeconds: moment,
        offset: clock.offset(moment) - nat.offset(moment),
      },
    });
  }
  // Lines stand in the order in which the machine wrote them, whatever its clock said.
  events.sort((a, b) => a.writtenAt - b.writtenAt);
  return { network, natTime: (t) => nat.read(t), lost, events: events.map((e) => e.event) };
}

export function buildWorld(shape: WorldShape, seed: number, names = { server: "web", nat: "cgn" }): World {
  const built = build(shape, seed);
  const random = new Random(seed ^ 0x5bd1e995);
  const year = calendar(Math.floor(built.events[0]?.us ?? shape.network.from * 1e6)).year;
  const wall = shape.wallClock;
  // A wall clock is read off the server's own time, right or wrong, as its zone rule has it.
  const shown = (us: number): number =>
    wall ? us + 1e6 * (us / 1e6 < wall.endsAt ? wall.summer : wall.winter) : us;
  const lines: ServerLine[] = built.events.map((e) => ({
    us: shown(e.us),
    address: e.address,
    port: e.port,
  }));
  const header = shape.serverFormat.startsWith("csv") ? 1 : 0;
  const truth = built.events.map((e, i): LineTruth => {
    const b = e.binding < 0 ? undefined : built.network.bindings[e.binding];
    return {
      source: names.server,
      line: i + 1 + header,
      insideIp: b ? insideAddress(b.subscriber) : null,
      subscriber: b && namesSubscribers(shape.natFormat) ? subscriberName(b.subscriber) : null,
      offsetUs: Math.round(e.offset * 1e6),
      trueUs: Math.round(e.trueSeconds * 1e6),
    };
  });
  const suffix =
    shape.serverFormat === "apache"
      ? "access.log"
      : shape.serverFormat.startsWith("csv")
        ? "connections.csv"
        : "auth.log";
  return {
    seed,
    scenario: shape.scenario,
    server: names.server,
    nat: names.nat,
    truth,
    files: [
      {
        name: suffix,
        content: serverText(shape.serverFormat, lines, random),
        add: {
          as: names.server,
          role: "server",
          ...serverAdd(shape.serverFormat, year),
          ...(wall ? { zone: wall.zone } : {}),
        },
      },
      {
        name: shape.natFormat.startsWith("csv") ? "nat.csv" : "nat.log",
        content: natText(shape.natFormat, { ...operatorLog(shape, built), batch: shape.batch ?? 0 }, random),
        add: { as: names.nat, role: "nat", ...natAdd(shape.natFormat), ...asked(shape, built) },
      },
    ],
  };
}

/** What the operator hands out: its whole log in its own clock, or what it holds on the part that it was asked for. */
function operatorLog(
  shape: WorldShape,
  built: Built,
): { bindings: readonly Binding[]; lost: readonly Lost[] } {
  const window = extractOf(shape);
  const rows = built.network.bindings
    .map((binding, i) => ({ binding, lost: built.lost[i]! }))
    .filter(({ binding: b }) => window === null || (b.from < window.to && b.to > window.from))
    .map(({ binding: b, lost }) => ({
      binding: { ...b, from: built.natTime(b.from), to: built.natTime(b.to) },
      lost,
    }));
  return { bindings: rows.map((r) => r.binding), lost: rows.map((r) => r.lost) };
}

function extractOf(shape: WorldShape): { from: number; to: number } | null {
  const { from, to } = shape.network;
  if (!shape.extract) return null;
  const at = (share: number): number => Math.floor(from + share * (to - from));
  return { from: at(shape.extract.from), to: at(shape.extract.to) };
}

function asked(shape: WorldShape, built: Built): { extent?: "query"; window?: string } {
  const window = extractOf(shape);
  if (window === null) return {};
  const iso = (t: number): string => isoTime(Math.floor(built.natTime(t)) * 1e6, 0, 0, "Z");
  return { extent: "query", window: `${iso(window.from)}/${iso(window.to)}` };
}
