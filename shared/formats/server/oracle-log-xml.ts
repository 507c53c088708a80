// Oracle's log.xml (ADR) of the listener: <msg time='...+02:00' ...> with the listener.log entry in <txt>, over several
// lines. The attribute has milliseconds and the offset. Source: Oracle Database Administrator's Guide, "ADR alert log".

import { TimeReader } from "../../time/reader";
import { readIso } from "../../time/stamp";
import { detectLines } from "../detect";
import type { Format } from "../format";
import { type LineOutcome, lineParser } from "../lines";
import { readListenerEntry, readOracleTime } from "../oracle-text";
import { recordOf } from "../program";

const entities = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&apos;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

const OPEN = /^\s*<msg time='([^']+)'/;

export default {
  id: "oracle.log-xml",
  title: "Oracle log.xml of the listener",
  role: "server",
  gives: {
    port: "always",
    precision: "1 ms",
    timeMeans: "connect",
    writes: "truncates",
    year: true,
    zone: "always",
  },
  source: "Oracle Database Administrator's Guide, XML-formatted alert log",
  detect: (sample, options) =>
    detectLines(sample, options, "Oracle's log.xml", 4, (text, before) => {
      const m = OPEN.exec(text);
      if (m) return { stamp: readIso(m[1]!) };
      return before !== null && OPEN.test(before) ? { stamp: null, continuation: true } : null;
    }),
  open: (options) =>
    lineParser("server", () => {
      const times = new TimeReader(options);
      return {
        continues: (_text, before) => OPEN.test(before) && !/<\/msg>\s*$/.test(before),
        read(text, { line }): LineOutcome {
          const m = OPEN.exec(text);
          if (!m) return { reject: "not inside a <msg> element" };
          const stamp = readIso(m[1]!);
          const time = stamp ? times.resolve(stamp, line) : null;
          if (!time) return { reject: `"${m[1]}" is no time` };
          const body = /<txt>([\s\S]*?)<\/txt>/.exec(text);
          const attribute = (name: string): string | null =>
            new RegExp(`\\s${name}='([^']*)'`).exec(text.slice(0, body ? body.index : text.length))?.[1] ??
            null;
          const message = entities((body?.[1] ?? "").replace(/\s*\n\s*/g, " ").trim());
          const own = readOracleTime(message);
          const found = readListenerEntry(
            ` * ${own ? message.slice(own.end).replace(/^ \* /, "") : message}`,
          );
          return recordOf(time, found, 6, {
            component: attribute("comp_id"),
            host: attribute("host_id"),
            hostAddress: attribute("host_addr"),
            message,
            ...(/<\/msg>/.test(text) ? {} : { truncated: "yes" }),
          });
        },
      };
    }),
} satisfies Format as Format;
