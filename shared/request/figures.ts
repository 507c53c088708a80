// The operator's own figures of its log's completeness (5-completeness.sql of a query pack), as a table that is read
// back: what an extract cannot show (rule of evidence 8). The operator's word, and named so wherever it decides.
import {
  type Completeness,
  completenessOf,
  type Fault,
  silencesOf,
  type Witnesses,
} from "../attribution/completeness";

/** Columns of the figures, in the order in which the query gives them. */
export const FIGURE_COLUMNS = [
  "request_id",
  "figure",
  "node",
  "public_ip",
  "from_us",
  "to_us",
  "n",
  "subscribers",
  "insides",
  "earlier",
  "later",
] as const;

/**
 * witness: a connection of the server, with the mappings that meet its interval; address: a node that has mappings of an
 * address; records: starts and ends that a node wrote in a minute; release: mappings that ended in a minute without a start.
 */
export const FIGURES = ["witness", "address", "records", "release"] as const;
export type FigureKind = (typeof FIGURES)[number];

export interface Figure {
  readonly requestId: string;
  readonly figure: FigureKind;
  /** "" where the records name none. */
  readonly node: string;
  readonly publicIp: string;
  readonly fromUs: number;
  readonly toUs: number;
  /** Mappings, records or releases. */
  readonly n: number;
  readonly subscribers: number;
  readonly insides: number;
  /** Mappings that meet the interval moved half an hour back, and forth. */
  readonly earlier: number;
  readonly later: number;
}

const NUMBERS = ["from_us", "to_us", "n", "subscribers", "insides", "earlier", "later"] as const;
const COUNT = /^\d{1,16}$/;

/** One line's cells by the header's names, or why it is no figure. */
export function figureOf(cells: ReadonlyMap<string, string>): Figure | string {
  const figure = cells.get("figure") ?? "";
  if (!(FIGURES as readonly string[]).includes(figure)) return `"${figure}" is no figure`;
  const numbers = NUMBERS.map((name) => cells.get(name) || "0");
  const wrong = numbers.findIndex((text) => !COUNT.test(text));
  if (wrong >= 0) return `${NUMBERS[wrong]} is "${numbers[wrong]}", not a count or a time in microseconds`;
  const [fromUs, toUs, n, subscribers, insides, earlier, later] = numbers.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const timed = figure !== "address";
  if (timed && toUs <= fromUs) return "its interval does not end after it begins";
  return {
    requestId: cells.get("request_id") ?? "",
    figure: figure as FigureKind,
    node: cells.get("node") ?? "",
    publicIp: cells.get("public_ip") ?? "",
    fromUs,
    toUs,
    n,
    subscribers,
    insides,
    earlier,
    later,
  };
}

const MINUTE_US = 60_000_000;

/**
 * What the figures show of one pool: `inPool` tells its public addresses, `node` its device, null where the reply names
 * none, so that every node of the addresses counts. Null where no witness bears on it.
 */
export function figuresOfPool(
  figures: readonly Figure[],
  inPool: (publicIp: string) => boolean,
  node: string | null,
): Completeness | null {
  const nodes = new Set(
    figures.filter((f) => f.figure === "address" && inPool(f.publicIp)).map((f) => f.node),
  );
  if (node !== null && !nodes.has(node)) return null;
  const own = (f: Figure): boolean => (node === null ? nodes.has(f.node) : f.node === node);
  const at = (f: Figure): number => Math.floor((f.fromUs + f.toUs) / 2);
  const seen = figures
    .filter((f) => f.figure === "witness" && inPool(f.publicIp))
    .sort((a, b) => at(a) - at(b));
  if (seen.length === 0) return null;
  const flags = (of: (f: Figure) => boolean): Uint8Array => Uint8Array.from(seen, (f) => (of(f) ? 1 : 0));
  const witnesses: Witnesses = {
    atUs: Float64Array.from(seen, at),
    matched: flags((f) => f.n > 0),
    // Which inside addresses are one party's the store does not say: whatever differs counts as another's.
    several: flags((f) => f.subscribers > 1 || f.insides > 1),
    earlier: flags((f) => f.earlier > 0),
    later: flags((f) => f.later > 0),
  };
  const faults: Fault[] = figures
    .filter((f) => f.figure === "release" && own(f) && inPool(f.publicIp))
    .map((f) => ({ kind: "unpaired release", from: f.fromUs, to: f.toUs }));
  for (const name of node === null ? nodes : [node]) {
    const minutes = figures
      .filter((f) => f.figure === "records" && f.node === name)
      .sort((a, b) => a.fromUs - b.fromUs);
    // A node of which no records are counted may have been silent all the time.
    if (minutes.length === 0)
      faults.push({ kind: "silence", from: -Number.MAX_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER });
    const total = minutes.reduce((sum, f) => sum + f.n, 0);
    faults.push(
      ...silencesOf(
        Float64Array.from(minutes, (f) => Math.floor(f.fromUs / MINUTE_US)),
        total,
      ),
    );
  }
  return completenessOf(witnesses, faults, 0);
}
