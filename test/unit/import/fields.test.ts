import { describe, expect, it } from "vitest";
import { formatById } from "../../../shared/formats/registry";
import { AddressBook } from "../../../shared/record/address";
import { ColumnBatch, TextDictionary } from "../../../shared/record/batch";

const LAYOUT = '%h:%{remote}p %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"';
const line = (user: string, request: string, agent: string): string =>
  `192.0.2.7:4711 - ${user} [24/Nov/2026:05:34:12 +0000] "${request}" 200 17 "-" "${agent}"`;

const LINES = [
  line("-", "GET / HTTP/1.1", "Mozilla/5.0 (X11; Linux x86_64)"),
  line("Gr\u00fcn", "GET /\u00fc?q=%C3%BC HTTP/1.1", 'a\\"b\\\\c'),
  line("tab\there", "GET /\u0001 HTTP/2", "\ud83d\ude00"),
  '192.0.2.7:- - - [24/Nov/2026:05:34:12 +0000] "-" 408 - "-" "-"',
  '[2001:db8::7]:443 - a b [24/Nov/2026:05:34:12 +0100] "GET / HTTP/3" 200 1 "-" "-"',
  "no access line at all",
  `Nov 24 05:34:12 web1 nginx: ${line("-", "GET /inside HTTP/1.1", "agent")}`,
  line("last", "GET /end HTTP/1.1", ""),
];

describe("fields of access lines, where they are stored", () => {
  it("are the text that reading them back from the evidence gives", () => {
    const parser = formatById("apache.access")!.open({ layout: LAYOUT, storeFields: true });
    const out = new ColumnBatch("server", new AddressBook(), new TextDictionary(), 64);
    const block = Buffer.concat([Buffer.from(`${LINES.join("\n")}\n`), Buffer.from("\n\n")]);
    const end = block.length - 2;
    expect(parser.parse(block, 0, end, out, { base: 0, line: 1 })).toBe(end);
    const slot = out.slot("fields");
    const lane = out.utf8(slot);
    const offsets = out.columns[out.slot("offset")]!.data!;
    const lengths = out.columns[out.slot("length")]!.data!;
    const stored: string[] = [];
    for (let row = 0; row < out.rows; row++) {
      expect(out.columns[slot]!.valid[row]).toBe(1);
      const text = Buffer.from(
        lane.bytes.subarray(row === 0 ? 0 : lane.ends[row - 1], lane.ends[row]),
      ).toString();
      const from = offsets[2 * row]!;
      const record = Uint8Array.from(block.subarray(from, from + lengths[row]!));
      expect(text).toBe(JSON.stringify(parser.explain!(record).fields));
      stored.push(text);
    }
    expect(out.counts).toMatchObject({ recordLines: 7, rejects: 1 });
    expect(stored[1]).toContain('"%u":"Gr\u00fcn"');
    expect(stored[2]).toContain('"%r":"GET /\\u0001 HTTP/2"');
    expect(stored[5]).toContain('"%r":"GET /inside HTTP/1.1"');
  });
});
