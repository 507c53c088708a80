// PostgreSQL jsonlog (remote_host, remote_port), and csvlog's columns inside JSON as CloudNativePG writes them
// (record.connection_from). Source: PostgreSQL documentation 19.8.5, "Using JSON-Format Log Output";
// CloudNativePG, "Logging".

import { TimeReader } from "../../time/reader";
import type { Stamp } from "../../time/stamp";
import { withBundles } from "../bundle";
import { detectLines } from "../detect";
import type { Format } from "../format";
import { type FieldValue, type LineOutcome, lineParser } from "../lines";
import { readPostgresMessage, readZoned } from "../log-line-prefix";
import { clientPort, type MessageFinding, recordOf } from "../program";
import { parseJsonLine, wrapperTime } from "../wrapper";
import { connectionFrom } from "./postgresql-csv";

type Json = Readonly<Record<string, unknown>>;

interface Entry {
  readonly stamp: Stamp;
  readonly outer: Stamp | null;
  readonly found: MessageFinding;
  readonly fields: Record<string, FieldValue>;
}

const plain = (value: unknown): string | null =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : null;

function entry(text: string): Entry | null {
  const json = parseJsonLine(text);
  if (!json) return null;
  const inner = json.record;
  const record =
    inner !== null && typeof inner === "object" && !Array.isArray(inner) ? (inner as Json) : json;
  const written = plain(record.log_time ?? record.timestamp);
  const severity = plain(record.error_severity);
  if (written === null || severity === null) return null;
  const stamp = readZoned(written);
  if (!stamp) return null;
  const message = plain(record.message) ?? "";
  const said = readPostgresMessage(message);
  const from =
    record.remote_host !== undefined
      ? plain(record.remote_host) === "[local]"
        ? {}
        : { client: plain(record.remote_host), port: clientPort(plain(record.remote_port)) }
      : connectionFrom(plain(record.connection_from) ?? "");
  const fields: Record<string, FieldValue> = {};
  for (const [key, value] of Object.entries(record)) {
    if (typeof value === "string" || typeof value === "number") fields[key] = value;
  }
  return {
    stamp,
    outer: record === json ? null : wrapperTime(plain(json.ts)),
    found: { ...from, means: said.means ?? "written", waitedUs: said.waitedUs ?? null },
    fields,
  };
}

export default {
  id: "postgresql.json",
  title: "PostgreSQL jsonlog, and csvlog inside CloudNativePG's JSON",
  role: "server",
  gives: {
    port: "always",
    precision: "1 ms",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "when-configured",
  },
  source: "PostgreSQL 17 documentation 19.8.5; CloudNativePG documentation, Logging",
  detect: (sample, options) => {
    let records = 0;
    const found = detectLines(sample, options, "PostgreSQL's log in JSON", 5, (text) => {
      const e = entry(text);
      if (e) {
        records++;
        return { stamp: e.stamp };
      }
      // CloudNativePG's own messages stand between.
      return /^\{"level":"\w+","ts":/.test(text) ? { stamp: null } : null;
    });
    return records === 0 ? { score: 0, reasons: [], specificity: 0 } : found;
  },
  open: (options) =>
    lineParser("server", () => {
      const times = new TimeReader(options);
      return withBundles({
        read(text, { line }): LineOutcome {
          const e = entry(text);
          if (!e) return { reject: "no record of PostgreSQL's log in this JSON" };
          const time = times.resolve(e.stamp, line);
          const other = e.outer && e.outer.offsetUs !== null ? e.outer.wallUs - e.outer.offsetUs : null;
          return recordOf(time, e.found, 6, e.fields, other);
        },
      });
    }),
} satisfies Format as Format;
