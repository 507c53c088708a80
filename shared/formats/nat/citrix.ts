// Citrix NetScaler LSN: the long and the compact (C, D) form. Its dates are MM/DD/YYYY by default and DD/MM/YYYY where
// configured, so a date whose order is not shown by a number above 12 is never read without a --layout (rule 4).
// Source: Citrix ADC documentation, "Logging and monitoring LSN"; set audit syslogParams -dateFormat.
import { ProductError } from "../../errors";
import { dateExists } from "../../time/civil";
import { type Stamp, stampOf } from "../../time/stamp";
import type { Detection, Format, ParseOptions, Sample } from "../format";
import { endpoint, gives, meansOf, protocolOf, textFormat } from "./support/text";

const DATE = /(?:^|\s|>)(\d{2})\/(\d{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?: (\w+))?/;
const LONG =
  /(CREATED|DELETED|REMOVED)[^:]* Client IP:Port:TD (\S+?),? +NatIP:NatPort (\S+?),(?: Destination IP:Port:TD (\S+?),)?.*?Protocol: (\w+)/;
const SHORT = /:\s?[A-Z&]+?([CDR])\|C-\s?(\S+?)\|N-\s?(\S+?)(?:\|D-\s?(\S+?))?\|([A-Z]\w*)/;

type Order = "mdy" | "dmy";

/** The order that one date shows by itself; null where it could be either, "any" where both are the same day. */
function orderOf(first: number, second: number): Order | "any" | null {
  if (first === second) return "any";
  return first > 12 ? "dmy" : second > 12 ? "mdy" : null;
}

const format: Format = textFormat({
  id: "citrix.lsn",
  title: "Citrix NetScaler LSN log",
  gives: gives("1 s", "start", true, "when-configured"),
  source: "Citrix ADC documentation: LSN logging; audit syslogParams -dateFormat",
  mark: /\bLSN\b.*(?:Client IP:Port:TD|\|C-)/,
  otherwise: "no LSN record",
  reader: (times, options) => {
    const given = options.layout === "mdy" || options.layout === "dmy" ? options.layout : null;
    return (text, line) => {
      const l = LONG.exec(text);
      const s = l ?? SHORT.exec(text);
      if (!s) return { reject: "an LSN record of an unknown layout" };
      const d = DATE.exec(text);
      const stamp = d && stampIn(d, given, line);
      if (d && !stamp) return { reject: "its date does not exist" };
      const event = /^[CA]/.test(s[1]!) ? "start" : "release";
      const inside = client(s[2]!);
      const outside = endpoint(s[3]!);
      const destination = s[4] === undefined ? null : client(s[4]);
      return {
        time: times.one(stamp, line),
        timeMeans: meansOf(event),
        event,
        protocol: protocolOf(s[5]),
        insideIp: inside.ip,
        insidePort: inside.port,
        publicIp: outside.ip,
        portLow: outside.port,
        portHigh: outside.port,
        dstIp: destination?.ip,
        dstPort: destination?.port,
        realm: inside.domain,
        fields: { message: /\b(LSN_\w+)/.exec(text)?.[1] },
      };
    };
  },
});

/** address:port:traffic-domain */
function client(text: string): { ip: string; port: number | null; domain: string | null } {
  const at = text.lastIndexOf(":");
  const domain = text.slice(at + 1);
  const { ip, port } = endpoint(text.slice(0, at));
  return { ip, port, domain: domain === "0" ? null : domain };
}

function stampIn(d: RegExpExecArray, given: Order | null, line: number): Stamp | null {
  const [a, b, year] = [Number(d[1]), Number(d[2]), Number(d[3])];
  const shown = orderOf(a, b);
  if (shown === null && given === null)
    throw new ProductError(
      "input",
      `The date ${d[1]}/${d[2]}/${d[3]} can be read in two ways.`,
      "Say which comes first: --layout mdy or --layout dmy.",
      { line },
    );
  const order = shown === "any" || shown === null ? (given ?? "mdy") : shown;
  const [month, day] = order === "mdy" ? [a, b] : [b, a];
  if (!dateExists(year, month, day)) return null;
  return stampOf(
    {
      year,
      month,
      day,
      hour: Number(d[4]),
      minute: Number(d[5]),
      second: Number(d[6]),
      zone: d[7],
    },
    0,
  );
}

/** The order of the sample's dates: settled by one that has a number above 12, else asked. */
function detect(sample: Sample, options: ParseOptions): Detection {
  let settled: Order | null = null;
  let open: number | null = null;
  sample.lines.forEach((text, i) => {
    const d = /\bLSN\b/.test(text) ? DATE.exec(text) : null;
    const order = d && orderOf(Number(d[1]), Number(d[2]));
    if (order === "mdy" || order === "dmy") settled ??= order;
    else if (d && order === null) open ??= i + 1;
  });
  const layout = options.layout ?? settled ?? undefined;
  const found = format.detect(sample, { ...options, layout: layout ?? "mdy" });
  const ask = layout === undefined && open !== null;
  return {
    ...found,
    ...(layout === undefined ? {} : { layout }),
    questions: [
      ...(found.questions ?? []),
      ...(ask && found.score > 0
        ? [{ kind: "dayMonth" as const, text: "Dates can be day/month or month/day.", line: open ?? 1 }]
        : []),
    ],
  };
}

export default { ...format, detect } satisfies Format;
