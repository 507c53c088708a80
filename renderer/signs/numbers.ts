// Figures as they are shown: whole, with thousands, never rounded where something is counted.
import { grouped } from "../words/words";

export const whole = grouped;

/** "1 reject", "12 rejects". */
export const counted = (n: number, one: string): string => `${whole(n)} ${one}${n === 1 ? "" : "s"}`;

/** Sizes for the eye; the exact count of bytes is the title. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1_000;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** A share that never rounds a remainder away: 12 of 5,003,134 is "<0.1 %", all but 12 is ">99.9 %". */
export function shareText(part: number, all: number): string {
  if (all === 0 || part === 0) return "0 %";
  if (part === all) return "100 %";
  const share = (part * 100) / all;
  if (share < 0.1) return "<0.1 %";
  if (share > 99.9) return ">99.9 %";
  return `${share.toFixed(1)} %`;
}

/** Hex in groups of four, for reading aloud. */
export const groups = (hex: string): string => hex.replace(/(.{4})(?=.)/g, "$1 ");

export const shortHash = (hex: string): string =>
  hex.length > 24 ? `${groups(hex.slice(0, 12))} … ${hex.slice(-4)}` : groups(hex);

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: "icmp",
  6: "tcp",
  17: "udp",
  47: "gre",
  58: "icmpv6",
  132: "sctp",
};
export const protocolName = (n: number | null): string => (n === null ? "" : (PROTOCOLS[n] ?? String(n)));
