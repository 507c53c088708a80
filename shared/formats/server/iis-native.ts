// IIS's own "Microsoft IIS log file format": fixed fields between commas, local time, a date as the server's language
// writes it. It has no place for the client's port. Source: Microsoft, "IIS Log File Format" (iis-6.0 and http-sys logging).
import { canonicalAddress } from "../../record/address";
import { stampQuestions, TimeReader } from "../../time/reader";
import type { Stamp } from "../../time/stamp";
import { type DateStyle, readWritten, styleOf } from "../any/csv/written-time";
import { NOT_THIS, tellingLines } from "../detect";
import type { Format, Question } from "../format";
import { type LineOutcome, lineParser } from "../lines";
import { recordOf } from "../program";

const NAMES = [
  "client",
  "user",
  "date",
  "time",
  "service",
  "server",
  "serverIp",
  "timeTaken",
  "received",
  "sent",
  "status",
  "win32Status",
  "method",
  "target",
  "parameters",
] as const;
type Values = Readonly<Record<(typeof NAMES)[number], string>>;

/** The values of a line; null where it is none. Target and parameters are the client's and may hold commas. */
function valuesOf(text: string): Values | null {
  const head = text.split(", ", 13);
  if (head.length < 13) return null;
  const [client, , date, time, service, , serverIp, ...numbers] = head as [string, ...string[]];
  if (canonicalAddress(client) === null || canonicalAddress(serverIp!) === null) return null;
  if (!/^[\d]{1,4}([-/.])\d{1,2}\1\d{1,4}$/.test(date!) || !/^\d{1,2}:\d{2}:\d{2}$/.test(time!)) return null;
  if (!/^\w+$/.test(service!) || !numbers.slice(0, 5).every((n) => /^\d+$/.test(n))) return null;
  const rest = text.slice(head.reduce((n, value) => n + value.length + 2, 0)).replace(/,\s*$/, "");
  const at = rest.lastIndexOf(", ");
  const values = [...head, at < 0 ? rest : rest.slice(0, at), at < 0 ? "" : rest.slice(at + 2)];
  return Object.fromEntries(NAMES.map((name, i) => [name, values[i]!.trim()])) as Values;
}

/** Its clock has 24 hours; its year is of this century where it has two digits (IIS 4 is of 1997, its format's years of 2000 on have both). */
const written = (v: Values): string => `${v.date.replace(/([-/.])(\d{2})$/, "$120$2")} ${v.time}`;

const styleGiven = (layout: string | undefined): DateStyle => ({
  order: layout === "dmy" || layout === "mdy" ? layout : undefined,
  hours: "24h",
});

export default {
  id: "iis.native",
  title: "IIS, Microsoft IIS log file format",
  role: "server",
  gives: {
    port: "never",
    precision: "1 s",
    timeMeans: "end",
    writes: "truncates",
    year: true,
    zone: "never",
  },
  source: "Microsoft, IIS log file formats (IIS 6.0 operations guide; HTTP.sys)",
  detect(sample, options) {
    if (options.layout !== undefined && styleGiven(options.layout).order === undefined) return NOT_THIS;
    const lines = tellingLines(sample);
    const found = lines.flatMap(({ text, line }) => {
      const values = valuesOf(text);
      return values ? [{ values, line }] : [];
    });
    if (found.length === 0) return NOT_THIS;
    const style = styleOf(
      found.map(({ values }) => written(values)),
      styleGiven(options.layout),
    );
    const stamps: Stamp[] = [];
    const questions: Question[] = [];
    for (const { values, line } of found) {
      const read = readWritten(written(values), style);
      if ("stamp" in read) stamps.push(read.stamp);
      else if ("open" in read && questions.length === 0)
        questions.push({ kind: "dayMonth", text: "Dates can be day/month or month/day.", line });
    }
    const probe = readWritten(written(found[0]!.values), { order: "dmy", hours: "24h" });
    if (stamps.length === 0 && "stamp" in probe) stamps.push(probe.stamp);
    return {
      score: found.length / lines.length,
      reasons: [
        `${found.length} of ${lines.length} lines are in IIS's own format, which has no client's port.`,
      ],
      specificity: 4,
      ...(style.order ? { layout: style.order } : {}),
      questions: [...questions, ...stampQuestions(stamps, options, found[0]!.line)],
    };
  },
  open: (options) =>
    lineParser("server", () => {
      const times = new TimeReader(options);
      const style = styleGiven(options.layout);
      return {
        read(text, { line }): LineOutcome {
          const values = valuesOf(text);
          if (!values) return { reject: "not a line of IIS's own format" };
          const read = readWritten(written(values), style);
          const time = "stamp" in read ? times.resolve(read.stamp, line) : null;
          if (!time)
            return {
              reject: `"${values.date} ${values.time}" is no time${"open" in read ? " as long as day and month are not told apart" : ""}`,
            };
          const record = recordOf(
            time,
            { client: values.client, local: values.serverIp, means: "end", fields: values },
            null,
            {},
          );
          return { ...record, durationUs: Number(values.timeTaken) * 1000 };
        },
      };
    }),
} satisfies Format as Format;
