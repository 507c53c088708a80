// MySQL's audit log in JSON (objects with login.ip) and in both forms of XML, which Percona's plugin writes too: times in
// UTC, never a port. Source: MySQL Reference Manual, "Audit Log File Formats"; Percona Server documentation, "Audit Log
// Plugin".

import { TimeReader } from "../../time/reader";
import { readIso, type Stamp } from "../../time/stamp";
import { withBundles } from "../bundle";
import { detectLines, NOT_THIS } from "../detect";
import type { Format } from "../format";
import { type LineOutcome, lineParser } from "../lines";
import { recordOf } from "../program";
import { parseJsonLine } from "../wrapper";

type Json = Readonly<Record<string, unknown>>;
const object = (value: unknown): Json | null =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Json) : null;
const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

function entry(line: string): { json: Json; stamp: Stamp } | null {
  // The file is one array: each object but the last ends in a comma.
  const json = parseJsonLine(line.replace(/,\s*$/, ""));
  if (
    !json ||
    typeof json.timestamp !== "string" ||
    typeof json.class !== "string" ||
    typeof json.event !== "string"
  )
    return null;
  const stamp = readIso(json.timestamp);
  return stamp ? { json, stamp: { ...stamp, offsetUs: stamp.offsetUs ?? 0 } } : null;
}

/** The one whole element, its values as attributes (old style) or elements (new style); quotes and "<" are escaped in them. */
function xmlEntry(record: string): { values: ReadonlyMap<string, string>; stamp: Stamp } | null {
  if (!/^\s*<AUDIT_RECORD\b/.test(record) || !ENDED.test(record)) return null;
  const values = new Map<string, string>();
  const body = record.replace(/^\s*<AUDIT_RECORD/, "");
  for (const m of body.matchAll(/\b([A-Z_]+)="([^"]*)"|<([A-Z_]+)>([^<]*)<\/\3>/g)) {
    const name = m[1] ?? m[3]!;
    if (!values.has(name)) values.set(name, m[2] ?? m[4]!);
  }
  const written = values.get("TIMESTAMP") ?? "";
  const stamp = readIso(written);
  return stamp && stamp.end === written.length
    ? { values, stamp: { ...stamp, offsetUs: stamp.offsetUs ?? 0 } }
    : null;
}

const ENDED = /(?:\/>|<\/AUDIT_RECORD>)\s*$/;
const XML_FRAME = /^\s*(?:<\?xml .*\?>|<\/?AUDIT>)\s*$/;

export default {
  id: "mysql.audit",
  title: "MySQL Enterprise Audit and Percona's audit log, JSON or XML",
  role: "server",
  gives: {
    port: "never",
    precision: "1 s",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "utc",
  },
  source: "MySQL 8.4 Reference Manual 8.4.5.4, Audit Log File Formats",
  detect: (sample, options) => {
    // Brackets alone are of any array of objects.
    if (!sample.lines.some((line) => /<AUDIT|"class"/.test(line))) return NOT_THIS;
    return detectLines(sample, options, "MySQL's audit log", 4, (line, before) => {
      if (/^\s*[[\]]\s*$/.test(line) || XML_FRAME.test(line) || /^\s*<AUDIT_RECORD\b/.test(line))
        return { stamp: null };
      if (before !== null && /^\s*<AUDIT_RECORD\b/.test(before) && !ENDED.test(before))
        return { stamp: null, continuation: true };
      const found = entry(line);
      return found ? { stamp: found.stamp } : null;
    });
  },
  open: (options) =>
    lineParser("server", () => {
      const times = new TimeReader(options);
      return withBundles({
        continues: (_line, before) => /^\s*<AUDIT_RECORD\b/.test(before) && !ENDED.test(before),
        read(line, meta): LineOutcome {
          if (/^\s*[[\]]\s*$/.test(line) || XML_FRAME.test(line)) return "header";
          const xml = xmlEntry(line);
          if (xml) {
            const name = xml.values.get("NAME") ?? "";
            return recordOf(
              times.resolve(xml.stamp, meta.line),
              { client: xml.values.get("IP") || null, means: name === "Connect" ? "connect" : "written" },
              xml.values.get("CONNECTION_TYPE") === "Socket" ? null : 6,
              Object.fromEntries(xml.values),
            );
          }
          const found = entry(line);
          if (!found) return { reject: "not an entry of MySQL's audit log" };
          const { json, stamp } = found;
          const login = object(json.login);
          const account = object(json.account);
          const data = object(json.connection_data);
          return recordOf(
            times.resolve(stamp, meta.line),
            { client: text(login?.ip), means: json.event === "connect" ? "connect" : "written" },
            data && text(data.connection_type) === "socket" ? null : 6,
            {
              class: text(json.class),
              event: text(json.event),
              connection: typeof json.connection_id === "number" ? json.connection_id : null,
              user: text(account?.user) ?? text(login?.user),
              accountHost: text(account?.host),
              proxy: text(login?.proxy),
            },
          );
        },
      });
    }),
} satisfies Format as Format;
