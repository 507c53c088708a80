// What Oracle Net writes about a connection: the time with a month name in the language of NLS_LANG, and the client's
// ADDRESS after CONNECT_DATA. HOST and PROGRAM inside CONNECT_DATA are the client's own words; "Listening on" names the
// server. Source: Oracle Net Services Administrator's Guide, "Listener log"; NLS_LANGUAGE month abbreviations.

import { type Stamp, stampOf } from "../time/stamp";
import type { MessageFinding } from "./program";
import { clientPort } from "./program";

/** Month abbreviations without accents, as Oracle's languages write them; none stands for two months. */
const MONTHS: Readonly<Record<string, number>> = {
  JAN: 1,
  ENE: 1,
  GEN: 1,
  JANV: 1,
  FEB: 2,
  FEV: 2,
  FEVR: 2,
  FEBR: 2,
  MAR: 3,
  MRZ: 3,
  MARS: 3,
  MRT: 3,
  APR: 4,
  ABR: 4,
  AVR: 4,
  MAY: 5,
  MAI: 5,
  MAG: 5,
  MEI: 5,
  JUN: 6,
  JUNI: 6,
  GIU: 6,
  JUIN: 6,
  JUL: 7,
  JULI: 7,
  LUG: 7,
  JUIL: 7,
  AUG: 8,
  AGO: 8,
  AOUT: 8,
  SEP: 9,
  SEPT: 9,
  SET: 9,
  OCT: 10,
  OKT: 10,
  OUT: 10,
  OTT: 10,
  NOV: 11,
  DEC: 12,
  DEZ: 12,
  DIC: 12,
  DES: 12,
};

/** 1..12, or 0. Japanese, Chinese and Korean write the number and a sign (1月), in whatever encoding. */
export function oracleMonth(text: string): number {
  const numbered = /^(\d{1,2})[^\d\s-]{1,6} *$/.exec(text);
  if (numbered) {
    const n = Number(numbered[1]);
    return n >= 1 && n <= 12 ? n : 0;
  }
  const word = text
    .replace(/[\x80-\uffff]+/g, "*")
    .replace(/[. ]+$/, "")
    .toUpperCase();
  const plain = MONTHS[word];
  if (plain !== undefined) return plain;
  // An accented letter, in one byte or two: F*VR, D*C, AO*T, M*R.
  if (/^F\*V?R?$|^F\*V$/.test(word)) return 2;
  if (/^D\*C$/.test(word)) return 12;
  if (/^AO\*T$/.test(word)) return 8;
  return word === "M*R" || word === "M*RZ" ? 3 : 0;
}

const TIME =
  /(\d{1,2})-([^\s\d-][^\s-]{0,11}|\d{1,2}[^\d\s-]{1,6}) ?-(\d{4}|\d{2}) (\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,6}))?/y;

/** `15-MAY-2018 10:34:44`, without offset. */
export function readOracleTime(text: string, at = 0): Stamp | null {
  TIME.lastIndex = at;
  const m = TIME.exec(text);
  if (!m) return null;
  const year = m[3]!.length === 4 ? Number(m[3]) : 2000 + Number(m[3]);
  return stampOf(
    {
      year,
      month: oracleMonth(m[2]!),
      day: Number(m[1]),
      hour: Number(m[4]),
      minute: Number(m[5]),
      second: Number(m[6]),
      fraction: m[7],
    },
    TIME.lastIndex,
  );
}

/** Other parameters (DEV, and what later versions add) may stand between; of each there is one. */
const ADDRESS =
  / \* \(ADDRESS=\(PROTOCOL=(tcps?|TCPS?)\)(?:\(\w+=[^()]*\))*?\(HOST=([^()]+)\)(?:\((?!HOST|PORT)\w+=[^()]*\))*?\(PORT=(\d{1,5})\)(?:\((?!HOST|PORT)\w+=[^()]*\))*\) \* /g;

/** Client of a listener's entry (after its time). */
export function readListenerEntry(entry: string): MessageFinding {
  const all = [...entry.matchAll(ADDRESS)];
  const last = all[all.length - 1];
  if (!last) return {};
  if (all.some((m) => m[2] !== last[2] || m[3] !== last[3]))
    return { partial: "the entry names two addresses, since a name in it holds one; none is taken" };
  return { client: last[2]!, port: clientPort(last[3]), means: "connect" };
}
