// What a filter may name. A field is the contract's JSON key, the SQL expression that holds it, and how its values are
// written; expressions are written here by the program, never by the analyst, so that no text of a filter reaches SQL
// other than as a parameter.
import { NAT_EVENT, type Role, TIME_MEANS } from "../record/columns";

export type Field =
  /** An integer column. */
  | { readonly kind: "int"; readonly sql: string; readonly names?: Readonly<Record<string, number>> }
  /** Microseconds since the epoch. */
  | { readonly kind: "time"; readonly sql: string }
  /** One address id or several (any of them may match). */
  | { readonly kind: "address"; readonly sql: readonly string[] }
  /** A port set: low, high, step. */
  | { readonly kind: "ports"; readonly low: string; readonly high: string; readonly step: string }
  /** A dictionary id of text_value. */
  | { readonly kind: "name"; readonly sql: string }
  /** Text as it is stored. */
  | { readonly kind: "text"; readonly sql: string; readonly values?: readonly string[] }
  /** A code with names. */
  | { readonly kind: "code"; readonly sql: string; readonly codes: Readonly<Record<string, number>> }
  /** What the analyst set on the record: texts of tags or notes, or a bookmark (yes, no). */
  | { readonly kind: "mark"; readonly of: MarkKind }
  /** One of the format's own fields, `field.NAME` in a filter: text, and a number where it is written as one. */
  | { readonly kind: "own"; readonly name: string }
  /** The record's raw bytes in the evidence; only `~`. */
  | { readonly kind: "raw" };

export type MarkKind = "tag" | "note" | "bookmark";

export type Fields = Readonly<Record<string, Field>>;

const OWN = "field.";

/** How a filter names the format's own field `name`. */
export const ownName = (name: string): string => `${OWN}${name}`;

/** The format's own field that a filter's word names, or null. */
export const ownFieldOf = (word: string): string | null =>
  word.startsWith(OWN) && word.length > OWN.length ? word.slice(OWN.length) : null;

/** The formats' own fields `names` as a filter knows them. */
export const ownFields = (names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [ownName(name), { kind: "own", name }]));

/** IANA protocol numbers that logs write by name. */
export const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  icmpv6: 58,
  sctp: 132,
  udplite: 136,
};

/**
 * Fields of a source's records. `r` is the alias of record_N; for roles nat and subscriber `m` is that of its mapping_N
 * (joined through row_mapping_N), from which the row's start and end are taken.
 */
export function recordFields(role: Role, r = "r", m = "m"): Fields {
  const c = (name: string): string => `${r}."${name}"`;
  const base: Fields = {
    row: { kind: "int", sql: `${r}.rowid` },
    file: { kind: "int", sql: c("file") },
    line: { kind: "int", sql: c("line") },
    offset: { kind: "int", sql: c("offset") },
    length: { kind: "int", sql: c("length") },
    time: { kind: "time", sql: c("time_us") },
    timeUs: { kind: "time", sql: c("time_us") },
    precisionUs: { kind: "int", sql: c("precision_us") },
    slackUs: { kind: "int", sql: c("slack_us") },
    timeMeans: { kind: "code", sql: c("time_means"), codes: TIME_MEANS },
    durationUs: { kind: "int", sql: c("duration_us") },
    otherTime: { kind: "time", sql: c("other_time_us") },
    otherTimeUs: { kind: "time", sql: c("other_time_us") },
    srcIp: { kind: "address", sql: [c("src_addr")] },
    srcPort: { kind: "int", sql: c("src_port") },
    dstIp: { kind: "address", sql: [c("dst_addr")] },
    dstPort: { kind: "int", sql: c("dst_port") },
    protocol: { kind: "int", sql: c("protocol"), names: PROTOCOLS },
    text: { kind: "raw" },
    tag: { kind: "mark", of: "tag" },
    note: { kind: "mark", of: "note" },
    bookmark: { kind: "mark", of: "bookmark" },
  };
  if (role !== "nat" && role !== "subscriber") {
    return {
      ...base,
      ip: { kind: "address", sql: [c("src_addr"), c("dst_addr")] },
      port: { kind: "int", sql: c("src_port") },
    };
  }
  return {
    ...base,
    ip: { kind: "address", sql: ["src_addr", "dst_addr", "pub_addr", "in_addr"].map(c) },
    event: { kind: "code", sql: c("event"), codes: NAT_EVENT },
    start: { kind: "time", sql: `${m}.start_us` },
    startUs: { kind: "time", sql: `${m}.start_us` },
    end: { kind: "time", sql: `${m}.end_us` },
    endUs: { kind: "time", sql: `${m}.end_us` },
    publicIp: { kind: "address", sql: [c("pub_addr")] },
    port: { kind: "ports", low: c("port_low"), high: c("port_high"), step: c("port_step") },
    portLow: { kind: "int", sql: c("port_low") },
    portHigh: { kind: "int", sql: c("port_high") },
    portStep: { kind: "int", sql: c("port_step") },
    insideIp: { kind: "address", sql: [c("in_addr")] },
    insidePort: { kind: "int", sql: c("in_port") },
    subscriber: { kind: "name", sql: c("subscriber") },
    realm: { kind: "name", sql: c("realm") },
    device: { kind: "name", sql: c("device") },
  };
}

/** The name of `names` nearest to `name` (at most two edits, or another case), or null. */
export function nearest(name: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let least = 3;
  for (const candidate of names) {
    const d = edits(name.toLowerCase(), candidate.toLowerCase());
    if (d < least && d < candidate.length) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

function edits(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
