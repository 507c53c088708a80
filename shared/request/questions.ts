// The questions of a disclosure request: which address, port and protocol, in which interval. Events that touch the same
// endpoint at overlapping times are one question, so that an operator is asked no more than it must look up; each keeps
// why its interval is as wide as it is. Source: rules of evidence 5 and 12; field names of ETSI TS 102 657 in docs/request.md.
import { type Cell, csvLine } from "../custody/csv";
import { formatUtc } from "../time/civil";

/** From what an interval in a clock follows. */
export interface Window {
  readonly fromUs: number;
  /** Exclusive. */
  readonly toUs: number;
}

export interface Asked {
  readonly addr: number;
  readonly publicIp: string;
  /** Null: asked by its destination. */
  readonly port: number | null;
  readonly protocol: number | null;
  readonly dstIp: string | null;
  readonly dstPort: number | null;
  /** In UTC; null where the server's clock is only known against the operator's. */
  readonly utc: Window | null;
  /** In the operator's own recorded clock; null where it was not compared. */
  readonly operator: Window | null;
  readonly width: string;
  readonly timeUs: number;
}

export interface Question extends Omit<Asked, "timeUs" | "width"> {
  readonly events: number;
  readonly widths: readonly string[];
  readonly firstTimeUs: number;
}

const windowOf = (a: Asked | Question): Window => (a.operator ?? a.utc)!;

function order(a: Asked, b: Asked): number {
  const key = (x: Asked) => [
    x.addr,
    x.port ?? -1,
    x.protocol ?? -1,
    x.dstPort ?? -1,
    windowOf(x).fromUs,
    windowOf(x).toUs,
  ];
  const [p, q] = [key(a), key(b)];
  for (let i = 0; i < p.length; i++) if (p[i] !== q[i]) return p[i]! - q[i]!;
  const [s, t] = [a.dstIp ?? "", b.dstIp ?? ""];
  return s < t ? -1 : s > t ? 1 : a.timeUs - b.timeUs;
}

const sameEndpoint = (a: Asked | Question, b: Asked): boolean =>
  a.addr === b.addr &&
  a.port === b.port &&
  a.protocol === b.protocol &&
  a.dstIp === b.dstIp &&
  a.dstPort === b.dstPort &&
  (a.utc === null) === (b.utc === null) &&
  (a.operator === null) === (b.operator === null);

const union = (a: Window | null, b: Window | null): Window | null =>
  a === null || b === null ? null : { fromUs: Math.min(a.fromUs, b.fromUs), toUs: Math.max(a.toUs, b.toUs) };

/** In order of address, port, protocol and time; overlapping or touching intervals of one endpoint are one question. */
export function questionsOf(asked: readonly Asked[]): Question[] {
  // Destinations first part an endpoint's events, then time: sorted so that what can merge stands together.
  const sorted = [...asked].sort((a, b) => {
    const [s, t] = [a.dstIp ?? "", b.dstIp ?? ""];
    return a.addr !== b.addr || a.port !== b.port || s === t ? order(a, b) : s < t ? -1 : 1;
  });
  const out: Question[] = [];
  for (const { width, timeUs, ...rest } of sorted) {
    const last = out[out.length - 1];
    const one = { ...rest, width, timeUs };
    if (last && sameEndpoint(last, one) && windowOf(one).fromUs <= windowOf(last).toUs) {
      out[out.length - 1] = {
        ...last,
        utc: union(last.utc, one.utc),
        operator: union(last.operator, one.operator),
        events: last.events + 1,
        widths: last.widths.includes(width) ? last.widths : [...last.widths, width],
        firstTimeUs: Math.min(last.firstTimeUs, timeUs),
      };
    } else out.push({ ...rest, events: 1, widths: [width], firstTimeUs: timeUs });
  }
  return out;
}

export const REQUEST_COLUMNS = [
  "requestId",
  "id",
  "publicIp",
  "port",
  "protocol",
  "dstIp",
  "dstPort",
  "utcFrom",
  "utcTo",
  "utcFromUs",
  "utcToUs",
  "operatorFrom",
  "operatorTo",
  "operatorFromUs",
  "operatorToUs",
  "widthSeconds",
  "widthReason",
  "events",
  "retainedUntil",
] as const;

/** Columns of a reply: `start` to `subscriber` are the keys of `add --map`. */
export const REPLY_COLUMNS = [
  "requestId",
  "id",
  "outcome",
  "start",
  "end",
  "publicIp",
  "portLow",
  "portHigh",
  "portStep",
  "protocol",
  "insideIp",
  "subscriber",
  "node",
  "searchedFrom",
  "searchedTo",
  "searchedHow",
  "clockStatus",
  "clockOffsetSeconds",
  "clockUncertaintySeconds",
  "retainedFrom",
  "remarks",
] as const;

/** What a reply may say of a question. "no-record" claims a complete search; "retention-expired" claims nothing. */
export const OUTCOMES = ["record", "no-record", "retention-expired", "not-our-address"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const questionId = (index: number): string => `Q${String(index + 1).padStart(4, "0")}`;

/** Outwards to whole microseconds as text that an operator's tools read. */
const text = (us: number | null | undefined): string | null =>
  us === null || us === undefined ? null : formatUtc(us, 1);

/** The cells behind `requestId` and `id`: what the request's own id is made from. */
export function questionCells(q: Question, retainedUntilUs: number | null): Cell[] {
  const window = windowOf(q);
  return [
    q.publicIp,
    q.port,
    q.protocol,
    q.dstIp,
    q.dstPort,
    text(q.utc?.fromUs),
    text(q.utc?.toUs),
    q.utc?.fromUs ?? null,
    q.utc?.toUs ?? null,
    text(q.operator?.fromUs),
    text(q.operator?.toUs),
    q.operator?.fromUs ?? null,
    q.operator?.toUs ?? null,
    seconds(window.toUs - window.fromUs),
    q.widths.join("; "),
    q.events,
    text(retainedUntilUs),
  ];
}

/** Rounded outwards to milliseconds. */
export const seconds = (us: number): string => (Math.ceil(us / 1_000) / 1_000).toFixed(3);

/** An event's data must be kept at least until then; null where no retention is known. */
export const retainedUntil = (q: Question, retentionUs: number | null): number | null =>
  retentionUs === null ? null : (q.utc ?? q.operator)!.fromUs + retentionUs;

export function requestCsv(requestId: string, rows: readonly (readonly Cell[])[]): string {
  return (
    csvLine([...REQUEST_COLUMNS]) +
    rows.map((cells, i) => csvLine([requestId, questionId(i), ...cells])).join("")
  );
}

/** The template that an operator fills in: a line for each question, more where several holders are found. */
export function replyTemplate(requestId: string, questions: readonly Question[]): string {
  const lines = questions.map((_, i) => {
    const cells: Cell[] = REPLY_COLUMNS.map(() => null);
    cells[0] = requestId;
    cells[1] = questionId(i);
    return csvLine(cells);
  });
  return csvLine([...REPLY_COLUMNS]) + lines.join("");
}
