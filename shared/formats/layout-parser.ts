// Runs a compiled layout over bytes: no string is made for a line that fits, addresses and numbers are read in place,
// the date is remembered. A line is taken only where the whole of it fits the layout; text stays in the evidence.
import { parseIpv6 } from "../record/address";
import { findByte, latin1, parseIpv4Bytes, parsePort, parseUint } from "../record/bytes";
import { SECOND } from "../time/civil";
import type { TimeReader } from "../time/reader";
import type { Layout } from "./layout";
import { BACKSLASH, COLON, dash, digitsOrDash, fits, protocolAt, QUOTE } from "./layout-bytes";
import { type Compiled, compileSteps, OP } from "./layout-steps";
import { LayoutTime } from "./layout-time";

/** Readings tried for one line before it is given up: unquoted free text may hold what looks like the next field. */
const MOST_TRIES = 64;

/** Parts whose text is looked for, and parts that are bounded by what they may hold. */
const SOUGHT: ReadonlySet<number> = new Set([OP.literal, OP.skip, OP.request, OP.proto]);
const BOUNDED: ReadonlySet<number> = new Set([OP.number, OP.clf, OP.client, OP.port]);

/** Whether the straight run reads a step as `walk` does: what follows a bounded part must be no byte that it may hold. */
function isStraight(s: Compiled): boolean {
  if (SOUGHT.has(s.op)) return true;
  return (
    BOUNDED.has(s.op) &&
    (s.first === 34 || s.first === 93 || (s.op !== OP.clf && (s.first === 32 || s.first < 0)))
  );
}

export class LayoutLine extends LayoutTime {
  // The fields of the line read last.
  source = -1;
  sourceV6: readonly number[] | null = null;
  /** The client stands there as a name. */
  sourceText = false;
  port = -1;
  local = -1;
  localV6: readonly number[] | null = null;
  localPort = -1;
  protocol = -1;
  durationUs = -1;
  /** Byte at which the line left the layout. */
  failedAt = 0;
  failedStep = "";

  readonly steps: readonly Compiled[];
  /** The steps where `run` can take them all. */
  private readonly straight: readonly Compiled[] | null;
  readonly sourceStep: number;
  /** Where each step's value stands in the line read last. */
  readonly froms: Int32Array;
  readonly tos: Int32Array;
  private readonly squid: boolean;
  // The quote found last: none stands in [searchedFrom, quoteAt) of `block`, as far as lines behind `lastFrom` see it.
  private block: Uint8Array | null = null;
  private lastFrom = -1;
  private searchedFrom = 0;
  private quoteAt = -1;

  constructor(
    readonly layout: Layout,
    times: TimeReader,
    /** The layout is one of several that are tried: a name with a number behind it is no client and port then. */
    private readonly tried = false,
  ) {
    super(times);
    this.squid = layout.dialect === "squid";
    const compiled = compileSteps(layout);
    this.steps = compiled;
    this.straight = !this.squid && compiled.every(isStraight) ? compiled : null;
    // Behind a proxy the TCP peer is the source; the address out of a header is never mixed with the peer's port.
    const of = (part: string): number => compiled.findIndex((s) => s.part === part);
    const numeric = compiled.findIndex((s) => s.part === "client" && s.name.endsWith("a"));
    this.sourceStep = of("peer") >= 0 ? of("peer") : numeric >= 0 ? numeric : of("client");
    this.froms = new Int32Array(compiled.length);
    this.tos = new Int32Array(compiled.length);
  }

  /** True where the layout says when and from which address or port. */
  get useful(): boolean {
    return this.steps.some((s) => s.part !== "literal" && s.part !== "skip");
  }

  get hasPort(): boolean {
    return this.steps.some((s) => s.joined || s.part === "port");
  }

  /** Reads b[from, to) in whole; false where it does not fit. `line` for an open zone or year. */
  read(b: Uint8Array, from: number, to: number, line: number): boolean {
    this.clear(from);
    // A line that does not lie behind the one before it is of another block, in the same buffer perhaps.
    if (b !== this.block || from <= this.lastFrom) this.quoteAt = -1;
    this.block = b;
    this.lastFrom = from;
    const end = this.straight === null ? -1 : this.run(b, this.straight, from, to);
    if (end < 0) return this.walk(b, from, to, line);
    if (this.hasTime && this.timeUs < 0) this.settle(line);
    return true;
  }

  private clear(from: number): void {
    this.clearTime();
    this.source = -1;
    this.sourceV6 = null;
    this.sourceText = false;
    this.port = -1;
    this.local = -1;
    this.localV6 = null;
    this.localPort = -1;
    this.protocol = -1;
    this.durationUs = -1;
    this.failedAt = from;
  }

  /**
   * The same steps without a way back, for the line as servers write it nearly always: numbers, times and addresses are
   * read and bounded in one go. Whatever is out of the ordinary ends it (-1), and `walk` decides.
   */
  private run(b: Uint8Array, steps: readonly Compiled[], from: number, to: number): number {
    const { froms, tos } = this;
    let at = from;
    for (let i = 0; i < steps.length; i++) {
      const s = steps[i]!;
      const start = at;
      switch (s.op) {
        case OP.literal: {
          const word = s.bytes;
          const n = word.length;
          if (at + n > to) return -1;
          for (let k = 0; k < n; k++) if (b[at + k] !== word[k]) return -1;
          at += n;
          continue;
        }
        case OP.number:
          if (b[at] === 45) at++;
          else {
            while (at < to && b[at]! >= 48 && b[at]! <= 57) at++;
            if (at === start) return -1;
          }
          if (at < to ? b[at] !== s.first : s.until !== null) return -1;
          break;
        case OP.clf:
          at += 26;
          if (at >= to || b[at] !== s.first || !this.clf(b, start, at)) return -1;
          break;
        case OP.client: {
          const sep = s.joined ? COLON : s.first;
          let value = 0;
          let dots = 0;
          let octet = -1;
          for (; at < to; at++) {
            const c = b[at]!;
            const d = c - 48;
            if (d >= 0 && d <= 9) {
              if (octet === 0) return -1;
              octet = octet < 0 ? d : octet * 10 + d;
              if (octet > 255) return -1;
            } else if (c === 46 && octet >= 0) {
              value = value * 256 + octet;
              octet = -1;
              dots++;
            } else if (c === sep) break;
            else return -1;
          }
          if (at >= to || dots !== 3 || octet < 0) return -1;
          if (s.joined) {
            let port = 0;
            const digits = ++at;
            while (at < to && b[at]! >= 48 && b[at]! <= 57) port = port * 10 + b[at++]! - 48;
            if (at >= to || b[at] !== s.first || port < 1 || port > 65_535 || at - digits > 5) return -1;
            if (i === this.sourceStep) this.port = port;
          }
          if (i === this.sourceStep) this.source = value * 256 + octet;
          break;
        }
        case OP.port: {
          let port = 0;
          while (at < to && b[at]! >= 48 && b[at]! <= 57) port = port * 10 + b[at++]! - 48;
          if (at - start > 5 || port < 1 || port > 65_535) return -1;
          if (at < to ? b[at] !== s.first : s.until !== null) return -1;
          this.port = port;
          break;
        }
        default:
          at = this.endOf(b, s, at, to, -1);
          if (at < 0) return -1;
          if (s.op !== OP.skip) this.protocol = protocolAt(b, start, at);
      }
      froms[i] = start;
      tos[i] = at;
    }
    return at === to ? at : -1;
  }

  /** Every reading of the line, in order, the first that fits it in whole. */
  private walk(b: Uint8Array, from: number, to: number, line: number): boolean {
    this.clear(from);
    const steps = this.steps;
    const n = steps.length;
    let at = from;
    let i = 0;
    let tries = 0;
    let least = -1;
    for (;;) {
      let next = -1;
      if (i < n) next = this.step(b, i, at, to, least, line);
      else if (at === to) break;
      least = -1;
      if (next >= 0) {
        at = next;
        i++;
        continue;
      }
      if (at - from >= this.failedAt - from) {
        this.failedAt = at;
        this.failedStep = steps[Math.min(i, n - 1)]!.name;
      }
      // Free text without quotes may have ended too early: look for its next possible end.
      let k = Math.min(i, n) - 1;
      while (
        k >= 0 &&
        !(steps[k]!.part !== "literal" && (steps[k]!.free || steps[k]!.quoted) && steps[k]!.until !== null)
      )
        k--;
      if (k < 0 || ++tries > MOST_TRIES) return false;
      i = k;
      at = this.froms[k]!;
      least = this.tos[k]! + 1;
    }
    if (this.hasTime && this.timeUs < 0) this.settle(line);
    return true;
  }

  /** One step from `at`: the position after it, or -1. `least`: a value may not end before that position. */
  private step(b: Uint8Array, i: number, at: number, to: number, least: number, line: number): number {
    const s = this.steps[i]!;
    if (s.op === OP.literal) {
      const word = s.bytes;
      const n = word.length;
      if (at + n > to) return -1;
      for (let k = 0; k < n; k++) if (b[at + k] !== word[k]) return -1;
      let p = at + n;
      if (this.squid && word[n - 1] === 32) while (p < to && b[p] === 32) p++;
      return p;
    }
    // A configured time ends where its own form ends: it may hold blanks itself.
    const end = s.op === OP.strftime ? this.strftime(b, s, at, to, line) : this.endOf(b, s, at, to, least);
    if (end < 0) return -1;
    this.froms[i] = at;
    this.tos[i] = end;
    switch (s.op) {
      case OP.skip:
        return end;
      case OP.number:
        return digitsOrDash(b, at, end) ? end : -1;
      case OP.request:
      case OP.proto:
        this.protocol = protocolAt(b, at, end);
        return end;
      case OP.clf:
        return this.clf(b, at, end) ? end : -1;
      case OP.client:
        return this.address(b, i, s, at, end);
      case OP.port:
        this.port = parsePort(b, at, end);
        return this.port > 0 || dash(b, at, end) ? end : -1;
      case OP.local: {
        const v4 = parseIpv4Bytes(b, at, end);
        if (v4 >= 0) this.local = v4;
        else this.localV6 = parseIpv6(latin1(b, at, Math.min(end, at + 64)));
        return end;
      }
      case OP.localPort:
        this.localPort = parsePort(b, at, end);
        return this.localPort >= 0 || dash(b, at, end) ? end : -1;
      case OP.durationMicros:
        return this.duration(b, at, end, 1);
      case OP.durationMillis:
        return this.duration(b, at, end, 1000);
      case OP.durationSeconds:
        return this.duration(b, at, end, SECOND);
      case OP.strftime:
        return end;
      default:
        return this.time(b, s, at, end) ? end : -1;
    }
  }

  /** Where the value that begins at `at` ends: before the literal that follows it. */
  private endOf(b: Uint8Array, s: Compiled, at: number, to: number, least: number): number {
    const until = s.until;
    if (until === null) return to;
    const first = until[0]!;
    const n = until.length;
    let p = at;
    if (s.quoted) {
      for (;;) {
        p = this.quoteFrom(b, p);
        if (p >= to) return -1;
        let back = p;
        while (back > at && b[back - 1] === BACKSLASH) back--;
        // An even number of backslashes escapes itself, not the quote.
        if (((p - back) & 1) === 0 && p >= least && fits(b, p, to, until, n)) return p;
        p++;
      }
    }
    if (n === 1 || !s.free) {
      if (p < least) p = least;
      while (p < to && b[p] !== first) p++;
      return p < to ? p : -1;
    }
    if (p < least) p = least;
    for (; p + n <= to; p++) if (b[p] === first && fits(b, p, to, until, n)) return p;
    return -1;
  }

  /**
   * The first quote at or behind `p`, by the native search (64 MB of access log: 7 ms, a byte loop 80). It looks past the
   * line's end, so what it found is kept: lines without a quote must not each search the whole block.
   */
  private quoteFrom(b: Uint8Array, p: number): number {
    if (p < this.searchedFrom || p > this.quoteAt) {
      const found = b.indexOf(QUOTE, p);
      this.searchedFrom = p;
      this.quoteAt = found < 0 ? b.length : found;
    }
    return this.quoteAt;
  }

  private address(b: Uint8Array, i: number, s: Compiled, at: number, end: number): number {
    let stop = end;
    let from = at;
    if (s.joined) {
      let colon = end - 1;
      while (colon >= at && b[colon] !== COLON) colon--;
      if (colon < at) return -1;
      const port = parsePort(b, colon + 1, end);
      if (port <= 0 && !dash(b, colon + 1, end)) return -1;
      if (i === this.sourceStep) this.port = port;
      stop = colon;
      if (b[from] === 91 && b[stop - 1] === 93) {
        from++;
        stop--;
      }
    }
    if (stop <= from) return -1;
    // A time, a quote or a bracket where an address should stand means another layout.
    if (b[from] === 91 || b[from] === QUOTE) return -1;
    if (i !== this.sourceStep) return end;
    const v4 = parseIpv4Bytes(b, from, stop);
    if (v4 >= 0) this.source = v4;
    else if (stop - from === 5 && latin1(b, from, stop) === "unix:") this.source = -1;
    else {
      this.source = -1;
      this.sourceV6 = null;
      let colon = from;
      while (colon < stop && b[colon] !== COLON) colon++;
      if (colon < stop) {
        this.sourceV6 = parseIpv6(latin1(b, from, Math.min(stop, from + 64)));
        // "2001:db8::1:443" with a port is no name and no address: a name holds no colon.
        if (this.sourceV6 === null) return -1;
      } else if (s.joined && this.tried) return -1;
      else this.sourceText = true;
    }
    return end;
  }

  private duration(b: Uint8Array, at: number, end: number, unit: number): number {
    if (dash(b, at, end)) return end;
    const dot = findByte(b, 46, at, end);
    if (dot === end) {
      const whole = parseUint(b, at, end);
      if (whole < 0) return -1;
      this.durationUs = whole * unit;
      return end;
    }
    const whole = parseUint(b, at, dot);
    const part = parseUint(b, dot + 1, end);
    if (whole < 0 || part < 0) return -1;
    this.durationUs = whole * unit + Math.round((part * unit) / 10 ** (end - dot - 1));
    return end;
  }
}
