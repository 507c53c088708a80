// Flow records as `nfdump -o csv` prints them, told by their header. The columns that it prints by itself hold no
// translation: such records are flows and name no mapping (`-o json` has what the file holds). From 1.7.4 on
// `-o "csv:%tevt,%evt,%pr,%sa,%sp,%nsa,%nsp,..."` has the columns that are asked for.
// Source: nfdump 1.6.25 bin/output_csv.c; nfdump 1.7 src/output/output_csv.c.
import type { Detection, Format, ParseOptions, Sample } from "../format";
import { NOTHING_PRINTED, nonZero, type Printed, printedRecord } from "./support/nfdump";
import { gives, textFormat } from "./support/text";

/** Names of columns, of the versions up to 1.7.3 and of those behind it. */
const COLUMNS: Readonly<Record<string, keyof Printed>> = {
  ts: "first",
  te: "last",
  sa: "src",
  da: "dst",
  sp: "srcPort",
  dp: "dstPort",
  pr: "protocol",
  ra: "device",
  tr: "received",
  firstSeen: "first",
  lastSeen: "last",
  received: "received",
  proto: "protocol",
  srcAddr: "src",
  dstAddr: "dst",
  srcPort: "srcPort",
  dstPort: "dstPort",
  srcXIP: "xsrc",
  dstXIP: "xdst",
  srcXPort: "xsrcPort",
  dstXPort: "xdstPort",
  event: "natEvent",
  eventTime: "observed",
  connectionID: "conn",
  nselUser: "user",
  pbStart: "blockStart",
  pbEnd: "blockEnd",
  pbStep: "blockStep",
  pbSize: "blockSize",
  ingressVrfID: "realm",
  natString: "natString",
  routerIP: "device",
};

const OLD = /^ts,te,td,sa,da,sp,dp,pr,/;
/** The newer header may have any columns in any order; it has one of the addresses and names that no other table uses. */
const isNew = (names: readonly string[]): boolean =>
  (names.includes("srcAddr") || names.includes("dstAddr")) &&
  names.every((name) => /^[A-Za-z][\w-]*$/.test(name)) &&
  (names.includes("firstSeen") || names.includes("eventTime") || names.includes("lastSeen"));

function headerOf(text: string): string[] | null {
  const names = text.replace(/,\s*$/, "").split(",");
  return OLD.test(text) || isNew(names) ? names : null;
}

const format: Format = textFormat({
  id: "nfdump.csv",
  title: "nfdump's CSV",
  gives: { ...gives("1 s or 1 ms", "start", true, "never"), port: "when-configured" },
  source: "nfdump -o csv",
  remembers: true,
  mark: /,|^Summary\s*$/,
  otherwise: "no row",
  reader: (times) => {
    let names: string[] | null = null;
    let summary = false;
    return (text, line) => {
      const header = headerOf(text);
      if (header) {
        names = header;
        summary = false;
        return "header";
      }
      // Behind the word come two lines of totals.
      if (/^Summary\s*$/.test(text)) summary = true;
      if (summary) return "header";
      if (names === null) return { reject: "a row before the header that names its columns" };
      const cells = text.replace(/,\s*$/, "").split(",");
      if (cells.length !== names.length)
        return { reject: `it has ${cells.length} columns, the header ${names.length}` };
      const xEvent = names.indexOf("xEvent");
      const printed: Record<keyof Printed, string | null> = { ...NOTHING_PRINTED };
      names.forEach((name, i) => {
        const key = Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
        if (key !== undefined) printed[key] ??= cells[i]!.trim();
      });
      // The number is a firewall's where the record has what only firewalls send. Between both numberings 4 and 5 differ.
      const told = names.includes("connectionID") || names.includes("xEvent");
      if (
        told &&
        (nonZero(printed.conn) || !(xEvent < 0 || /^(?:no-evt|Ignore|0)?$/.test(cells[xEvent]!.trim())))
      ) {
        printed.firewallEvent = printed.natEvent;
        printed.natEvent = null;
      } else if (!told && /^[345]$/.test(printed.natEvent ?? ""))
        return {
          reject: `event ${printed.natEvent} is a NAT's or a firewall's: print %nfc beside it, or -o json`,
        };
      return printedRecord(printed, times, line);
    };
  },
});

function detect(sample: Sample, options: ParseOptions): Detection {
  const found = format.detect(sample, options);
  const names = sample.lines.map(headerOf).find((header) => header !== null);
  if (found.score === 0 || !names || names.some((name) => COLUMNS[name] === "xsrc" || name === "natString"))
    return found;
  return {
    ...found,
    reasons: [
      ...found.reasons,
      "It has no column of a translation, so that no record names a mapping: nfdump -o json prints what the file holds.",
    ],
  };
}

export default { ...format, detect } satisfies Format;
