// A layout's steps as the byte parser runs them: literals as bytes, parts as numbers, "address:port" as one token.
import type { Layout, Part, Step } from "./layout";
import { latin1Bytes } from "./lines";
import { TimeFormat } from "./strftime";

/** Numbers for the parts, since the hot path branches on them. */
export const OP = {
  literal: 0,
  skip: 1,
  number: 2,
  request: 3,
  clf: 4,
  client: 5,
  peer: 5,
  port: 6,
  proto: 7,
  local: 8,
  localPort: 9,
  durationMicros: 10,
  durationMillis: 11,
  durationSeconds: 12,
  iso: 13,
  epochSeconds: 13,
  epochMillis: 13,
  epochMicros: 13,
  millis: 13,
  micros: 13,
  strftime: 14,
} as const satisfies Record<Part, number>;

export interface Compiled extends Step {
  readonly op: number;
  readonly bytes: Uint8Array;
  /** Literal after the value; null at the line's end. */
  readonly until: Uint8Array | null;
  /** Its first byte; -1 at the line's end. */
  readonly first: number;
  readonly time: TimeFormat | null;
  /** "%h:%{remote}p": address and port as one token, since an IPv6 address holds colons itself. */
  readonly joined: boolean;
}

const EMPTY = new Uint8Array(0);

export function compileSteps(layout: Layout): Compiled[] {
  const compiled: Compiled[] = [];
  const raw = layout.steps;
  for (let i = 0; i < raw.length; i++) {
    const s = raw[i]!;
    const next = raw[i + 1];
    const joined =
      (s.part === "client" || s.part === "peer") &&
      next?.part === "literal" &&
      next.text === ":" &&
      raw[i + 2]?.part === "port";
    const after = joined ? raw[i + 3] : next;
    const until = after?.part === "literal" ? latin1Bytes(after.text) : null;
    // Written out, not spread: objects of one shape, so that the byte loop reads them without a look-up.
    compiled.push({
      part: s.part,
      name: joined ? `${s.name}:${raw[i + 2]!.name}` : s.name,
      text: s.text,
      quoted: s.quoted,
      free: s.free,
      op: OP[s.part],
      bytes: s.part === "literal" ? latin1Bytes(s.text) : EMPTY,
      until,
      first: until?.[0] ?? -1,
      time: s.part === "strftime" ? new TimeFormat(s.text) : null,
      joined,
    });
    if (joined) i += 2;
  }
  return compiled;
}
