// PostgreSQL csvlog: connection_from is host:port; records may run over several lines inside quotes.
// Source: PostgreSQL documentation 19.8.4, "Using CSV-Format Log Output"; src/backend/utils/error/csvlog.c.

import { TimeReader } from "../../time/reader";
import { splitCsv } from "../delimited";
import { detectLines } from "../detect";
import type { Format } from "../format";
import { type LineOutcome, lineParser } from "../lines";
import { readPostgresMessage, readZoned } from "../log-line-prefix";
import { clientPort, type MessageFinding, recordOf } from "../program";

/** The first value stands in quotes where a table was exported again. */
const START = /^"?\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3} [A-Za-z0-9+:-]{1,6}"?,/;

/** `192.0.2.1:50914`; an IPv6 address stands without brackets, the port always behind the last colon. */
export function connectionFrom(text: string): MessageFinding {
  if (text === "" || text === "[local]") return {};
  const m = /^(.*):(\d{1,5})$/.exec(text);
  return m ? { client: m[1]!, port: clientPort(m[2]) } : { client: text };
}

const shaped = (fields: readonly string[]): boolean =>
  fields.length >= 23 && /^\d*$/.test(fields[3]!) && /^[0-9a-f]+\.[0-9a-f]+$/.test(fields[5]!);

export default {
  id: "postgresql.csv",
  title: "PostgreSQL csvlog",
  role: "server",
  gives: {
    port: "always",
    precision: "1 ms",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "when-configured",
  },
  source: "PostgreSQL 17 documentation 19.8.4",
  detect: (sample, options) =>
    detectLines(sample, options, "PostgreSQL's csvlog", 5, (text, before) => {
      if (START.test(text)) {
        const { fields, open } = splitCsv(text);
        return shaped(fields) || (open && fields.length > 10) ? { stamp: readZoned(fields[0]!) } : null;
      }
      return before !== null && START.test(before) ? { stamp: null, continuation: true } : null;
    }),
  open: (options) =>
    lineParser("server", () => {
      const times = new TimeReader(options);
      return {
        continues: (text, before) =>
          START.test(before) && splitCsv(before).open && !(START.test(text) && shaped(splitCsv(text).fields)),
        read(text, { line }): LineOutcome {
          const { fields: f } = splitCsv(text);
          if (!shaped(f)) return { reject: "not a record of csvlog" };
          const stamp = readZoned(f[0]!);
          const time = stamp ? times.resolve(stamp, line) : null;
          if (!time) return { reject: `"${f[0]!.slice(0, 40)}" is no time` };
          const from = connectionFrom(f[4]!);
          const said = readPostgresMessage(f[13] ?? "");
          return recordOf(
            time,
            { ...from, means: said.means ?? "written", waitedUs: said.waitedUs ?? null },
            6,
            {
              user: f[1] || null,
              database: f[2] || null,
              pid: f[3] || null,
              session: f[5] || null,
              command: f[7] || null,
              severity: f[11] || null,
              message: f[13] || null,
              application: f[22] || null,
            },
          );
        },
      };
    }),
} satisfies Format as Format;
