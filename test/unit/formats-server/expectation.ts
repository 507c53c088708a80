// What a sample in test/data/server is to give, as a table beside it: SETTINGS in the first line, then one line a
// record (line, time, precision, slack, client, port, protocol, meaning), a reject (line, reason) or a partial.

import type { ParseOptions } from "../../../shared/formats/format";
import { formatUtc } from "../../../shared/time/civil";
import { parseZone } from "../../../shared/time/zone";
import type { Outcome } from "./harness";

export interface Expectation {
  readonly options: ParseOptions;
  readonly table: string;
}

export function readExpectation(text: string): Expectation {
  const [first, ...rest] = text.trimEnd().split("\n");
  const settings = new Map(
    (first ?? "")
      .replace(/^#\s*/, "")
      .split("\t")
      .filter(Boolean)
      .map((s) => {
        const at = s.indexOf("=");
        return [s.slice(0, at), s.slice(at + 1)] as const;
      }),
  );
  return {
    options: {
      zone: settings.has("zone") ? parseZone(settings.get("zone")!) : undefined,
      year: settings.has("year") ? Number(settings.get("year")) : undefined,
      layout: settings.get("layout"),
    },
    table: rest.join("\n"),
  };
}

export function tableOf(o: Outcome): string {
  const lines = [
    ...o.rows.map((r) => ({
      line: r.line,
      text: [
        "record",
        r.line,
        r.timeUs === null ? "-" : formatUtc(r.timeUs, r.precisionUs ?? 1),
        r.precisionUs ?? "-",
        r.slackUs ?? "-",
        r.srcIp ?? "-",
        r.srcPort ?? "-",
        r.protocol ?? "-",
        r.timeMeans,
      ].join("\t"),
    })),
    ...o.rejects.map((r) => ({ line: r.line, text: `reject\t${r.line}\t${r.reason}` })),
    ...o.partials.map((r) => ({ line: r.line, text: `partial\t${r.line}\t${r.reason}` })),
  ];
  const { recordLines, rejects, blanks, headers } = o.counts;
  lines.sort((a, b) => a.line - b.line);
  return [
    ...lines.map((l) => l.text),
    `lines\t${recordLines} record\t${rejects} reject\t${blanks} blank\t${headers} header`,
  ].join("\n");
}
