// Export messages to sets: headers of NetFlow v5, v9 and IPFIX, and the walk over their sets. What cannot be a set is
// handed on as damage with its place, never skipped. Source: RFC 7011 section 3.1, RFC 3954 section 5.1.
import type { Origin } from "./emit";
import { NO_SET, type RawSet, V5_RECORDS } from "./sets";
import { unsigned } from "./values";

/** What a container knows of the packet a message came in. */
export interface Envelope {
  readonly exporter: string | null;
  readonly capturedUs: number | null;
  readonly flaw: string | null;
}

export const RAW: Envelope = { exporter: null, capturedUs: null, flaw: null };

export interface Header {
  readonly origin: Origin;
  /** Bytes of the header; for v5 of the whole message, with its records. */
  readonly length: number;
  /** Bytes of the whole message; -1 where the header does not say (version 9). */
  readonly total: number;
}

const SECOND = 1_000_000;

/** Bytes that a header of this version takes; 0 where it is no version of ours. */
export const headerBytes = (version: number): number =>
  version === 10 ? 16 : version === 9 ? 20 : version === 5 ? 24 : 0;

/** The header at `at`; null where there is none (the caller has made sure that its bytes are there). */
export function readHeader(b: Uint8Array, at: number, envelope: Envelope): Header | null {
  const u = (from: number, n: number): number => unsigned(b, at + from, at + from + n);
  const version = u(0, 2);
  const base = { ...envelope };
  if (version === 10) {
    const total = u(2, 2);
    if (total < 16) return null;
    return {
      origin: {
        ...base,
        version,
        domain: u(12, 4),
        sequence: u(8, 4),
        count: 0,
        exportUs: u(4, 4) * SECOND,
        exportPrecisionUs: SECOND,
        bootUs: null,
      },
      length: 16,
      total,
    };
  }
  if (version === 9) {
    const exportUs = u(8, 4) * SECOND;
    return {
      origin: {
        ...base,
        version,
        domain: u(16, 4),
        sequence: u(12, 4),
        count: u(2, 2),
        exportUs,
        exportPrecisionUs: SECOND,
        bootUs: exportUs - u(4, 4) * 1_000,
      },
      length: 20,
      total: -1,
    };
  }
  if (version !== 5) return null;
  const exportUs = u(8, 4) * SECOND + Math.floor(u(12, 4) / 1_000);
  const count = u(2, 2);
  if (count === 0 || count > 30) return null;
  return {
    origin: {
      ...base,
      version,
      domain: u(20, 2),
      sequence: u(16, 4),
      count,
      exportUs,
      exportPrecisionUs: 1,
      bootUs: exportUs - u(4, 4) * 1_000,
    },
    length: 24,
    total: 24 + 48 * count,
  };
}

/** 2000-01-01 and 2100-01-01 in seconds: a header outside is no header. */
const EARLIEST = 946_684_800;
const LATEST = 4_102_444_800;

/** Whether a header seems to begin at `at`: version, a time of this century, and a set behind it that can be one. */
export function plausible(b: Uint8Array, at: number, end: number): boolean {
  const version = unsigned(b, at, at + 2);
  const size = headerBytes(version);
  if (size === 0 || at + size > end) return false;
  const seconds = unsigned(b, at + (version === 10 ? 4 : 8), at + (version === 10 ? 8 : 12));
  if (seconds < EARLIEST || seconds > LATEST) return false;
  const second = unsigned(b, at + 2, at + 4);
  if (version === 5) return second >= 1 && second <= 30;
  if (version === 10 ? second < 16 : second === 0 || second > 4_000) return false;
  if (version === 10 && second < 20) return true;
  if (at + size + 4 > end) return true;
  const id = unsigned(b, at + size, at + size + 2);
  const length = unsigned(b, at + size + 2, at + size + 4);
  return isSetId(version, id) && length >= 4 && (version === 9 || length <= second - 16);
}

export const isSetId = (version: number, id: number): boolean =>
  id >= 256 || (version === 10 ? id === 2 || id === 3 : id <= 1);

/**
 * All sets of the messages in a packet's payload b[from, to). `offset` tells where a byte of the payload stands in the
 * evidence. Returns false where the payload is no export message.
 */
export function framePayload(
  b: Uint8Array,
  from: number,
  to: number,
  envelope: Envelope,
  offset: (at: number) => number,
  sink: (set: RawSet) => void,
): boolean {
  let at = from;
  let any = false;
  while (to - at >= 2) {
    const version = unsigned(b, at, at + 2);
    const size = headerBytes(version);
    const header = size > 0 && at + size <= to && plausible(b, at, to) ? readHeader(b, at, envelope) : null;
    if (header === null) {
      const rest = b.subarray(at, to);
      if (any && rest.some((c) => c !== 0))
        sink(damage(b, at, to, envelope, offset, "bytes after the message that are none"));
      return any;
    }
    any = true;
    const end = header.total < 0 ? to : Math.min(to, at + header.total);
    if (version === 5) {
      const whole = at + 24 + Math.floor((end - at - 24) / 48) * 48;
      sink(part(b, at + 24, whole, V5_RECORDS, header.origin, offset));
      if (at + header.total > to)
        sink(damage(b, whole, to, envelope, offset, "the packet ends inside its message"));
    } else {
      const stop = frameSets(b, at + header.length, end, header.origin, offset, sink);
      if (header.total >= 0 && at + header.total > to && stop < to)
        sink(damage(b, stop, to, envelope, offset, "the packet ends inside its message"));
    }
    at = end;
  }
  return any;
}

/** Sets of one message; returns where the walk ended. */
function frameSets(
  b: Uint8Array,
  from: number,
  end: number,
  origin: Origin,
  offset: (at: number) => number,
  sink: (set: RawSet) => void,
): number {
  let at = from;
  while (end - at >= 4) {
    const id = unsigned(b, at, at + 2);
    const length = unsigned(b, at + 2, at + 4);
    // A packet padded with zeros.
    if (id === 0 && length === 0 && b.subarray(at, end).every((c) => c === 0)) return end;
    if (!isSetId(origin.version, id) || length < 4 || at + length > end) {
      const reason =
        at + length > end && isSetId(origin.version, id)
          ? `set ${id} is cut short`
          : `set id ${id} of ${length} bytes is no set`;
      sink(damage(b, at, end, origin, offset, reason));
      return end;
    }
    sink(part(b, at + 4, at + length, id, origin, offset));
    at += length;
  }
  return at;
}

/** A copy of b[from, to) as a set. */
export function part(
  b: Uint8Array,
  from: number,
  to: number,
  id: number,
  origin: Origin,
  offset: (at: number) => number,
): RawSet {
  return { origin, id, bytes: b.slice(from, to), offset: (at) => offset(from + at) };
}

export function damage(
  b: Uint8Array,
  from: number,
  to: number,
  envelope: Envelope,
  offset: (at: number) => number,
  reason: string,
): RawSet {
  const origin: Origin = {
    ...envelope,
    version: 10,
    domain: 0,
    sequence: 0,
    count: 0,
    exportUs: 0,
    exportPrecisionUs: SECOND,
    bootUs: null,
  };
  return { origin, id: NO_SET, bytes: b.slice(from, to), offset: (at) => offset(from + at), reason };
}
