// Values of fields from their bytes: integers of any reduced size (RFC 7011 section 6.2), addresses, times.
import { formatIpv4, formatIpv6 } from "../../../record/address";
import { displayText } from "../../../record/bytes";
import type { Element } from "./elements";

/** Big-endian unsigned integer of [from, to); NaN where it passes 2^53. */
export function unsigned(b: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 256 + b[i]!;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

export function hex(b: Uint8Array, from: number, to: number): string {
  let out = "";
  for (let i = from; i < to; i++) out += b[i]!.toString(16).padStart(2, "0");
  return out;
}

/** The address in 4 or 16 bytes; null for another length. */
export function addressText(b: Uint8Array, from: number, to: number): string | null {
  if (to - from === 4) return formatIpv4(unsigned(b, from, to));
  return to - from === 16 ? formatIpv6(groups(b, from)) : null;
}

export function groups(b: Uint8Array, from: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < 16; i += 2) out.push(b[from + i]! * 256 + b[from + i + 1]!);
  return out;
}

/** Seconds between 1900 (NTP) and 1970. */
const NTP = 2_208_988_800;

/** Microseconds since the epoch and precision of a time field; null where it is none or says nothing (0). */
export function timeOf(
  element: Element,
  b: Uint8Array,
  from: number,
  to: number,
): { us: number; precisionUs: number } | null {
  const n = to - from;
  if (element.type === "S" || element.type === "M") {
    const value = unsigned(b, from, to);
    const unit = element.type === "S" ? 1_000_000 : 1_000;
    return value > 0 && Number.isSafeInteger(value * unit) ? { us: value * unit, precisionUs: unit } : null;
  }
  if ((element.type === "U" || element.type === "N") && n === 8) {
    const seconds = unsigned(b, from, from + 4);
    if (seconds < NTP) return null;
    const fraction = unsigned(b, from + 4, to);
    return {
      us: (seconds - NTP) * 1_000_000 + Math.floor((fraction * 1_000_000) / 4_294_967_296),
      precisionUs: 1,
    };
  }
  return null;
}

/** A value for display among a record's fields. */
export function shown(element: Element, b: Uint8Array, from: number, to: number): string | number {
  const n = to - from;
  switch (element.type) {
    case "a":
      return addressText(b, from, to) ?? hex(b, from, to);
    case "m":
      return hex(b, from, to).replace(/(..)(?=.)/g, "$1:");
    case "s": {
      let end = to;
      while (end > from && b[end - 1] === 0) end--;
      return displayText(b, from, end);
    }
    case "i":
    case "u":
    case "S":
    case "M": {
      if (n > 8) return hex(b, from, to);
      const value = unsigned(b, from, to);
      return Number.isNaN(value) ? BigInt(`0x${hex(b, from, to)}`).toString() : value;
    }
    case "U":
    case "N": {
      const time = timeOf(element, b, from, to);
      return time === null ? hex(b, from, to) : time.us;
    }
    default:
      return hex(b, from, to);
  }
}
