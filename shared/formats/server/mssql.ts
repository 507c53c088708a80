// SQL Server ERRORLOG: [CLIENT: ip] at the end of a Logon message, never a port. Times are local, 10 ms; the header says
// once which offset was in force at start ("UTC adjustment"). Source: SQL Server documentation, "View the SQL Server
// error log"; error 18456.

import { HOUR, MINUTE } from "../../time/civil";
import { TimeReader } from "../../time/reader";
import { readIso, type Stamp } from "../../time/stamp";
import { parseZone, type ZoneRule, zoneText } from "../../time/zone";
import { ZoneClock } from "../../time/zone-clock";
import { detectLines } from "../detect";
import type { Format, ParseOptions } from "../format";
import { type LineOutcome, lineParser } from "../lines";
import { type MessageFinding, recordOf } from "../program";

const SOURCE = /^ (Logon|Server|Backup|spid\s?\d+s?|[A-Z]\w{1,11})\s{2,}|^ (Logon|Server|Backup|spid\d+s?) /;

function head(text: string): { stamp: Stamp; source: string; message: string } | null {
  const stamp = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{2}(?= )/.test(text) ? readIso(text) : null;
  if (!stamp) return null;
  const m = SOURCE.exec(text.slice(stamp.end));
  const at = stamp.end + (m ? m[0].length : 1);
  return { stamp: { ...stamp, offsetUs: null }, source: m?.[1] ?? m?.[2] ?? "", message: text.slice(at) };
}

/** "UTC adjustment: -8:00" as a rule. */
function adjustment(text: string): ZoneRule | null {
  const m = /UTC adjustment: (-)?(\d{1,2}):(\d{2})/.exec(text);
  if (!m) return null;
  const offsetUs = (m[1] ? -1 : 1) * (Number(m[2]) * HOUR + Number(m[3]) * MINUTE);
  return { kind: "offset", offsetUs, text: `${m[1] ? "-" : "+"}${m[2]!.padStart(2, "0")}:${m[3]}` };
}

function read(source: string, message: string): MessageFinding {
  if (source !== "Logon") return {};
  const m = /\[CLIENT: ([^\]]+)\]\s*$/.exec(message);
  return m && !/^<.*>$/.test(m[1]!) ? { client: m[1]! } : {};
}

export default {
  id: "mssql.errorlog",
  title: "SQL Server ERRORLOG",
  role: "server",
  gives: {
    port: "never",
    precision: "10 ms",
    timeMeans: "written",
    writes: "truncates",
    year: true,
    zone: "when-configured",
  },
  source: "SQL Server documentation, error log and error 18456",
  detect(sample, options) {
    const rule = sample.lines.map(adjustment).find((r) => r !== null);
    const found = detectLines(sample, options, "SQL Server's ERRORLOG", 4, (text, before) => {
      const h = head(text);
      if (h) return h.source ? { stamp: h.stamp } : null;
      return before !== null && head(before) ? { stamp: null, continuation: true } : null;
    });
    // Passed to the parser, since the header's first lines stand before the one that states it.
    return rule
      ? {
          ...found,
          questions: [],
          layout: zoneText(rule),
          reasons: [...found.reasons, `Its header states the offset from UTC: ${zoneText(rule)}.`],
        }
      : found;
  },
  open: (options: ParseOptions) =>
    lineParser("server", () => {
      // What the file states goes before --zone, which fills only what it lacks. A named zone that agrees with the
      // header says more than it: the offset after the next change of the clocks.
      const named = options.zone?.kind === "iana" ? new ZoneClock(options.zone) : null;
      const stated = options.layout === undefined ? null : parseZone(options.layout);
      let times = new TimeReader(named || !stated ? options : { zone: stated });
      return {
        continues: (text, before) =>
          head(before) !== null && head(text) === null && text.trim() !== "" && !text.startsWith("#"),
        read(text, { line }): LineOutcome {
          const h = head(text);
          if (!h) return { reject: "does not begin with a time of ERRORLOG" };
          // Each start of the server begins a new header; its offset holds from there.
          const rule = adjustment(h.message);
          if (rule?.kind === "offset") {
            const agrees = named?.offsetAt(h.stamp.wallUs - rule.offsetUs) === rule.offsetUs;
            times = new TimeReader(agrees ? options : { zone: rule });
          }
          return recordOf(times.resolve(h.stamp, line), read(h.source, h.message), 6, {
            source: h.source || null,
            message: h.message,
          });
        },
      };
    }),
} satisfies Format as Format;
