// MySQL Enterprise Audit in JSON: objects with login.ip, times in UTC; never a port.
// Source: MySQL Reference Manual, "Audit Log File Formats" (JSON).

import { TimeReader } from "../../time/reader";
import { readIso, type Stamp } from "../../time/stamp";
import { detectLines } from "../detect";
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

export default {
  id: "mysql.audit",
  title: "MySQL Enterprise Audit, JSON",
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
  detect: (sample, options) =>
    detectLines(sample, options, "MySQL's audit log", 4, (line) => {
      if (/^\s*[[\]]\s*$/.test(line)) return { stamp: null };
      const found = entry(line);
      return found ? { stamp: found.stamp } : null;
    }),
  open: (options) =>
    lineParser("server", () => {
      const times = new TimeReader(options);
      return {
        read(line, meta): LineOutcome {
          if (/^\s*[[\]]\s*$/.test(line)) return "header";
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
      };
    }),
} satisfies Format as Format;
