// Exchange's protocol logs: CSV with "#" lines before it, #Fields naming the columns, times in UTC (Z).
// Source: Microsoft Learn "Protocol logging", "Protocol log files" (SMTP receive and send; IMAP4, POP3).

import { canonicalAddress } from "../record/address";
import { TimeReader } from "../time/reader";
import { readIso } from "../time/stamp";
import { splitCsv, splitEndpoint } from "./delimited";
import type { ParseOptions, Parser, Sample } from "./format";
import { type FieldValue, type LineOutcome, lineParser } from "./lines";
import { clientPort } from "./program";

export interface ExchangeKind {
  readonly name: string;
  /** Columns of a file that lost its #Fields line. */
  readonly unnamed: readonly string[];
  readonly time: string;
  readonly client: string;
  readonly local: string;
  /** True where the record's far end is a server: no client then. */
  outbound(logType: string, local: string, remote: string): boolean;
}

export function exchangeParser(kind: ExchangeKind, options: ParseOptions): Parser {
  return lineParser("server", () => {
    const times = new TimeReader(options);
    let columns = columnsOf(kind, kind.unnamed);
    let header = "";
    let logType = "";
    return {
      read(text, { line }): LineOutcome {
        if (text.charCodeAt(0) === 35) {
          const fields = text === header ? null : /^#Fields:\s*(.*)$/i.exec(text);
          if (fields) {
            columns = columnsOf(
              kind,
              fields[1]!.split(",").map((n) => n.trim()),
            );
            header = text;
          }
          const type = /^#Log-type:\s*(.*)$/i.exec(text);
          if (type) logType = type[1]!;
          return "header";
        }
        const { names } = columns;
        if (text.length === columns.title.length && text.toLowerCase() === columns.title) return "header";
        const { fields: values, open } = splitCsv(text);
        if (values.length < names.length - 2 || values.length < 5)
          return { reject: `${values.length} values stand where ${names.length} are named` };
        const at = (i: number): string => (i < 0 ? "" : (values[i] ?? ""));
        const written = at(columns.time);
        const stamp = readIso(written);
        if (!stamp || stamp.end !== written.length) return { reject: `"${written.slice(0, 40)}" is no time` };
        const time = times.resolve(stamp, line);
        const remote = splitEndpoint(at(columns.client));
        const local = splitEndpoint(at(columns.local));
        const ip = canonicalAddress(remote.ip);
        const outbound = kind.outbound(logType, at(columns.local), at(columns.client));
        const fields: Record<string, FieldValue> = {};
        for (let i = 0; i < names.length; i++) if (values[i]) fields[names[i]!] = values[i];
        fields.direction = outbound ? "outbound" : null;
        return {
          time,
          timeMeans: at(columns.event) === "+" ? "connect" : "written",
          srcIp: outbound ? null : ip,
          srcPort: outbound || ip === null ? null : clientPort(remote.port),
          dstIp: outbound ? null : canonicalAddress(local.ip),
          dstPort: outbound ? null : clientPort(local.port),
          protocol: 6,
          fields,
          partial: open ? "a quoted value does not end on its line" : undefined,
        };
      },
    };
  });
}

/** Where a file's columns stand; of a name that stands twice the last. */
function columnsOf(kind: ExchangeKind, names: readonly string[]) {
  const lower = names.map((name) => name.toLowerCase());
  const place = (name: string): number => lower.lastIndexOf(name.toLowerCase());
  return {
    names,
    title: lower.join(","),
    time: place(kind.time),
    client: place(kind.client),
    local: place(kind.local),
    event: place("event"),
  };
}

/** Share of the data lines that have the kind's columns, a time first, and endpoints where they belong. */
export function exchangeShare(
  sample: Sample,
  kind: ExchangeKind,
): { share: number; lines: number; found: number } {
  let names = kind.unnamed;
  let lines = 0;
  let found = 0;
  for (const text of sample.lines.slice(0, 1000)) {
    if (text.trim() === "") continue;
    if (text.startsWith("#")) {
      const m = /^#Fields:\s*(.*)$/i.exec(text);
      if (m) names = m[1]!.split(",").map((n) => n.trim());
      continue;
    }
    const lower = names.map((n) => n.toLowerCase());
    if (text.toLowerCase() === lower.join(",")) continue;
    lines++;
    const { fields } = splitCsv(text);
    const at = (name: string): string => fields[lower.indexOf(name.toLowerCase())] ?? "";
    const stamp = readIso(at(kind.time));
    const remote = splitEndpoint(at(kind.client));
    if (
      stamp &&
      /^\d{4}-\d{2}-\d{2}T/.test(at(kind.time)) &&
      (canonicalAddress(remote.ip) !== null || remote.ip === "") &&
      fields.length >= names.length - 2
    )
      found++;
  }
  return { share: lines === 0 ? 0 : found / lines, lines, found };
}
