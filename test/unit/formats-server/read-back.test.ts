// Fields that are left in the evidence are those that would be stored: every text format, over its own sample, third-party
// samples where they are at hand, and copies with seeded faults.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Format, ParseOptions } from "../../../shared/formats/format";
import { FORMATS } from "../../../shared/formats/registry";
import { AddressBook } from "../../../shared/record/address";
import { ColumnBatch, TextDictionary } from "../../../shared/record/batch";
import { parseZone } from "../../../shared/time/zone";
import { textCell } from "../record/text-cell";
import { random, sampleOf } from "./harness";

const DATA = join(import.meta.dirname, "../../data");
const SAMPLES = join(import.meta.dirname, "../../../../shared/samples");

/** A copy with one byte in sixty changed, moved or doubled. */
function damaged(bytes: Uint8Array, seed: number): Uint8Array {
  const next = random(seed);
  const below = (n: number): number => Math.floor(next() * n);
  const alphabet = Buffer.from(" :.,[]<>=\"'0123456789abcdefXYZ-/\\\t\r\n\xc3\xa9\xff{}()", "latin1");
  const out = Uint8Array.from(bytes);
  for (let i = 0; i < bytes.length / 60; i++) {
    const at = below(out.length);
    if (below(3) === 0) out.copyWithin(at, at + 1 + below(6), Math.min(out.length, at + 40));
    else out[at] = alphabet[below(alphabet.length)]!;
  }
  return out;
}

type Cells = Record<string, number | string | null>;

/** All rows, with `fields` as stored or null. */
function rows(format: Format, bytes: Uint8Array, options: ParseOptions): Cells[] {
  const out = new ColumnBatch(format.role, new AddressBook(), new TextDictionary(), 16_384);
  const parser = format.open(options);
  const cursor = { base: 0, line: 1 };
  let at = 0;
  while (at < bytes.length && !out.full) at = parser.parse(bytes, at, bytes.length, out, cursor);
  parser.finish(out, cursor);
  const all: Cells[] = [];
  for (let r = 0; r < out.rows; r++) {
    const row: Cells = {};
    for (const c of out.columns) {
      const set = c.valid[r] === 1;
      if (c.column.name === "fields") row.fields = textCell(c, r);
      else if (c.column.kind === "i64")
        row[c.column.name] = set ? (c.data![2 * r + 1]! | 0) * 4_294_967_296 + c.data![2 * r]! : null;
      else row[c.column.name] = set ? c.data![r]! : null;
    }
    all.push(row);
  }
  return all;
}

/** How many rows left their fields in the evidence. */
function check(format: Format, bytes: Uint8Array, options: ParseOptions, what: string): number {
  const stored = rows(format, bytes, { ...options, storeFields: true });
  const left = rows(format, bytes, options);
  const reader = format.open(options);
  let read = 0;
  expect(left.length, what).toBe(stored.length);
  for (const [i, row] of left.entries()) {
    const whole = stored[i]!;
    if (row.fields === null) {
      const from = Number(row.offset);
      const { fields } = reader.explain!(bytes.slice(from, from + Number(row.length)));
      row.fields = Object.keys(fields).length === 0 ? null : JSON.stringify(fields);
      read++;
    }
    expect(row, `${what}, line ${row.line}`).toEqual(whole);
  }
  return read;
}

const optionsFor = (format: Format, bytes: Uint8Array, name: string): ParseOptions | null => {
  const options = { zone: parseZone("Europe/Berlin"), year: 2023 };
  const found = format.detect(sampleOf(bytes, name), options);
  if (found.score === 0) return null;
  return found.layout === undefined ? options : { ...options, layout: found.layout };
};

const files = (folder: string): string[] =>
  readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? files(path) : [path]));

// Layouts and CSV write fields as bytes; import/fields.test.ts and csv.test.ts compare theirs.
const BYTES = new Set(["apache.access", "nginx.access", "tomcat.access", "squid", "csv", "regex"]);
const LINES = FORMATS.filter((format) => !format.binary && !BYTES.has(format.id));

describe("fields that are left in the evidence are those that would be stored", () => {
  const own = LINES.filter((format) => existsSync(join(DATA, format.role, `${format.id}.log`)));
  it.each(own.map((format) => [format.id, format] as const))(
    "%s, sample and damaged copies",
    (_id, format) => {
      const bytes = Uint8Array.from(readFileSync(join(DATA, format.role, `${format.id}.log`)));
      const options = optionsFor(format, bytes, format.id)!;
      check(format, bytes, options, "the sample");
      for (let seed = 1; seed <= 20; seed++) check(format, damaged(bytes, seed), options, `seed ${seed}`);
    },
  );

  it("leaves those of syslog programs and of NATs there", () => {
    for (const id of ["openssh", "postfix", "dovecot", "exim", "nginx.error", "juniper.mx", "h3c.nat444"]) {
      const format = LINES.find((f) => f.id === id)!;
      const bytes = Uint8Array.from(readFileSync(join(DATA, format.role, `${id}.log`)));
      expect(check(format, bytes, optionsFor(format, bytes, id)!, id), id).toBeGreaterThan(0);
    }
  });

  it("leaves those of an IIS log under its one header there, and stores what stands under another", () => {
    const format = LINES.find((f) => f.id === "iis")!;
    const header = "#Fields: date time c-ip SourcePort cs-method cs(User-Agent)\n";
    const line = (port: number) => `2026-11-24 05:34:12 203.0.113.7 ${port} GET "a ""b"" \xc3\xa9"\n`;
    const one = new TextEncoder().encode(`#Software: x\n${header}${line(1)}${line(2)}${header}${line(3)}`);
    const options = optionsFor(format, one, "u_ex.log")!;
    expect(options.layout).toBe(header.trim());
    expect(check(format, one, options, "one header")).toBe(3);
    const two = `${header}${line(1)}#Fields: date time cs-method c-ip SourcePort x\n2026-11-24 05:34:12 GET 203.0.113.7 2 y\n`;
    const bytes = new TextEncoder().encode(two);
    expect(optionsFor(format, bytes, "u_ex.log")!.layout).toBeUndefined();
    // A header that comes only behind the sample.
    expect(check(format, bytes, options, "another header")).toBe(1);
    const dated = new TextEncoder().encode(
      "#Date: 2026-11-24 00:00:00\n#Fields: time c-ip cs-method\n05:34:12 203.0.113.7 GET\n",
    );
    expect(check(format, dated, optionsFor(format, dated, "in.log")!, "a date out of #Date")).toBe(0);
  });

  it("leaves those of JSON access logs and of MariaDB's audit there", () => {
    for (const id of ["access.json", "mariadb.audit"]) {
      const format = LINES.find((f) => f.id === id)!;
      const bytes = Uint8Array.from(readFileSync(join(DATA, format.role, `${id}.log`)));
      expect(check(format, bytes, optionsFor(format, bytes, id)!, id), id).toBeGreaterThan(0);
    }
  });

  it("keeps a date that only a leap year has", () => {
    const format = LINES.find((f) => f.id === "openssh")!;
    const line = (date: string) =>
      `${date} 05:34:12 gate sshd[7]: Accepted publickey for ada from 192.0.2.7 port 4711 ssh2\n`;
    const text = line("Dec 31") + line("Feb 29");
    const options = { zone: parseZone("UTC"), year: 2023 };
    expect(check(format, new TextEncoder().encode(text), options, "two years")).toBe(2);
  });

  it.skipIf(!existsSync(SAMPLES))("third-party samples", () => {
    for (const path of files(SAMPLES)) {
      const bytes = Uint8Array.from(readFileSync(path).subarray(0, 60_000));
      for (const format of LINES) {
        const options = optionsFor(format, bytes, path);
        if (options) check(format, bytes, options, `${format.id} ${path}`);
      }
    }
  });
});
