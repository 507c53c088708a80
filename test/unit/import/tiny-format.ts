// A format for tests of the importer: `SECONDS ADDRESS PORT [TEXT]` a line, "#" headers. It is as strict as the real
// ones about accounting, and knows nothing of blocks.
import type { Cursor, Format, Parser } from "../../../shared/formats/format";
import type { ColumnBatch } from "../../../shared/record/batch";
import {
  displayText,
  findByte,
  isBlank,
  lineEnd,
  parseAddress,
  parsePort,
  parseUint,
  SPACE,
  withoutCr,
} from "../../../shared/record/bytes";

class TinyParser implements Parser {
  parse(block: Uint8Array, start: number, end: number, out: ColumnBatch, cursor: Cursor): number {
    let at = start;
    while (at < end && !out.full) {
      const lf = lineEnd(block, at, end);
      const stop = withoutCr(block, at, lf);
      this.line(block, at, stop, out, cursor);
      cursor.line++;
      at = lf < end ? lf + 1 : end;
    }
    return at;
  }

  finish(): void {}

  private line(b: Uint8Array, from: number, to: number, out: ColumnBatch, cursor: Cursor): void {
    if (isBlank(b, from, to)) {
      out.blank();
      return;
    }
    if (b[from] === 35) {
      out.header();
      return;
    }
    const one = findByte(b, SPACE, from, to);
    const two = findByte(b, SPACE, one + 1, to);
    const three = findByte(b, SPACE, two + 1, to);
    const time = parseUint(b, from, one);
    const address = two <= to ? parseAddress(b, one + 1, two, out.addresses) : -1;
    const port = parsePort(b, Math.min(two + 1, to), three);
    if (time < 0 || address < 0) {
      out.reject(cursor.line, cursor.base + from, to - from, "is no tiny record");
      return;
    }
    out.i64(out.slot("line"), cursor.line);
    out.i64(out.slot("offset"), cursor.base + from);
    out.i32(out.slot("length"), to - from);
    out.i64(out.slot("time_us"), time * 1_000_000);
    out.i64(out.slot("src_addr"), address);
    if (port >= 0) {
      out.i32(out.slot("src_port"), port);
      out.counts.withPort++;
    } else out.partial(cursor.line, cursor.base + from, to - from, "has no port");
    if (three < to) out.text(out.slot("fields"), JSON.stringify({ text: displayText(b, three + 1, to) }));
    out.endRow();
  }
}

export const TINY: Format = {
  id: "test.tiny",
  title: "Tiny",
  role: "server",
  gives: {
    port: "always",
    precision: "1 s",
    timeMeans: "connect",
    writes: "truncates",
    year: true,
    zone: "utc",
  },
  source: "this test",
  detect: () => ({ score: 1, reasons: [], specificity: 1 }),
  open: () => new TinyParser(),
};
