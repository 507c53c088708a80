// IPFIX and NetFlow v9 (and v5, which has no translation): raw messages one behind the other, pcap, pcapng. A line is
// one data record in file order. Source: RFC 7011, RFC 3954, RFC 8158, and the exporters' own documents (ipfix/plan.ts).
import type { ColumnBatch } from "../../record/batch";
import type { Cursor, Detection, Format, ParseOptions, Parser, Sample, Survey } from "../format";
import { captureKind, PcapFramer, PcapngFramer } from "./ipfix/capture";
import { type Elsewhere, TemplateBook } from "./ipfix/elsewhere";
import { plausible } from "./ipfix/messages";
import { type Framer, RawFramer } from "./ipfix/raw";
import { type RawSet, SetReader, surveySet } from "./ipfix/sets";

/** The framer for a file's first four bytes. */
function framerOf(head: Uint8Array): Framer {
  const kind = captureKind(head);
  return kind === "pcap" ? new PcapFramer() : kind === "pcapng" ? new PcapngFramer() : new RawFramer();
}

class ExportParser implements Parser {
  private framer: Framer | null = null;
  private readonly sets: SetReader;
  private readonly sink = (set: RawSet): void => this.sets.accept(set);
  private ended = false;

  constructor(elsewhere: Elsewhere | null = null) {
    this.sets = new SetReader(elsewhere);
  }

  parse(block: Uint8Array, start: number, end: number, out: ColumnBatch, cursor: Cursor): number {
    let at = start;
    if (this.framer === null) {
      if (end - at < 4) return at;
      this.framer = framerOf(block.subarray(at, at + 4));
    }
    while (this.sets.pump(out, cursor, false) && at < end) {
      const next = this.framer.next(block, at, end, cursor.base, this.sink);
      if (next === at) return at;
      at = next;
    }
    return at;
  }

  finish(out: ColumnBatch, cursor: Cursor): void {
    if (!this.ended) {
      this.ended = true;
      this.framer?.finish(this.sink);
    }
    this.sets.pump(out, cursor, true);
  }
}

class ExportSurvey implements Survey {
  private readonly book = new TemplateBook();
  private readonly framers: Framer[] = [];

  read(file: number, block: Uint8Array, start: number, end: number, base: number): number {
    if (!this.framers[file]) {
      if (end - start < 4) return start;
      this.framers[file] = framerOf(block.subarray(start, start + 4));
    }
    const framer = this.framers[file];
    const sink = (set: RawSet): void => surveySet(set, file, this.book);
    let at = start;
    while (at < end) {
      const next = framer.next(block, at, end, base, sink);
      if (next === at) break;
      at = next;
    }
    return at;
  }

  finish(file: number): void {
    this.framers[file]?.finish((set) => surveySet(set, file, this.book));
  }

  open(file: number): Parser {
    return new ExportParser(this.book.around(file));
  }
}

function detect(sample: Sample, _options: ParseOptions): Detection {
  const b = sample.bytes;
  const kind = captureKind(b);
  const specificity = 5;
  if (kind === null) {
    const raw = b.length >= 24 && plausible(b, 0, b.length) && isBinary(b);
    return raw
      ? { score: 1, reasons: [`it begins with a message of ${NAMES[b[1]!]}`], specificity }
      : { score: 0, reasons: [], specificity };
  }
  const framer = kind === "pcap" ? new PcapFramer() : new PcapngFramer();
  let found = 0;
  for (let at = 0; at < b.length; ) {
    const next = framer.next(b, at, b.length, 0, () => found++);
    if (next === at || found > 0) break;
    at = next;
  }
  return {
    score: found > 0 ? 1 : sample.whole ? 0 : 0.6,
    reasons: [found > 0 ? `${kind} with export messages` : `${kind}; no export message in its first packets`],
    specificity,
  };
}

const NAMES: Readonly<Record<number, string>> = { 5: "NetFlow v5", 9: "NetFlow v9", 10: "IPFIX" };

/** Text never has a zero byte first; a version does. */
const isBinary = (b: Uint8Array): boolean => b[0] === 0;

export default {
  id: "ipfix",
  title: "IPFIX and NetFlow v9 (raw messages, pcap, pcapng)",
  role: "nat",
  binary: true,
  gives: {
    port: "always",
    precision: "1 ms (observation time)",
    timeMeans: "start",
    writes: "truncates",
    year: true,
    zone: "utc",
  },
  source: "RFC 7011, RFC 3954, RFC 8158; Juniper MX, Cisco IOS-XE HSL, ASA NSEL, Nokia 7750 templates",
  detect,
  survey: () => new ExportSurvey(),
  open: () => new ExportParser(),
} satisfies Format;
