// The report's fonts, out of the bundle and under family names of their own. Typst also searches the machine's fonts, and
// another version of a family there would change the PDF's bytes (CASE: "a repeat gives the same bytes on any machine"); a
// private name cannot be shadowed. Source: W3C WOFF 1.0, sections 3-5; OpenType `name` and `head` tables. Inter and JetBrains
// Mono are OFL 1.1, which asks that a changed font carries another name.
import { inflateSync } from "node:zlib";

import interCyrillic from "@fontsource/inter/files/inter-cyrillic-400-normal.woff?inline";
import interCyrillicBold from "@fontsource/inter/files/inter-cyrillic-600-normal.woff?inline";
import interGreek from "@fontsource/inter/files/inter-greek-400-normal.woff?inline";
import interGreekBold from "@fontsource/inter/files/inter-greek-600-normal.woff?inline";
import interLatin from "@fontsource/inter/files/inter-latin-400-normal.woff?inline";
import interLatinBold from "@fontsource/inter/files/inter-latin-600-normal.woff?inline";
import interLatinExt from "@fontsource/inter/files/inter-latin-ext-400-normal.woff?inline";
import interLatinExtBold from "@fontsource/inter/files/inter-latin-ext-600-normal.woff?inline";
import monoLatin from "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff?inline";
import monoLatinBold from "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-600-normal.woff?inline";
import monoLatinExt from "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-ext-400-normal.woff?inline";

interface Face {
  readonly family: string;
  readonly style: "Regular" | "Bold";
  readonly address: string;
}

const face = (family: string, style: Face["style"], address: string): Face => ({ family, style, address });

const FACES: readonly Face[] = [
  face("Portwitness Sans", "Regular", interLatin),
  face("Portwitness Sans", "Bold", interLatinBold),
  face("Portwitness Sans Ext", "Regular", interLatinExt),
  face("Portwitness Sans Ext", "Bold", interLatinExtBold),
  face("Portwitness Sans Cyrillic", "Regular", interCyrillic),
  face("Portwitness Sans Cyrillic", "Bold", interCyrillicBold),
  face("Portwitness Sans Greek", "Regular", interGreek),
  face("Portwitness Sans Greek", "Bold", interGreekBold),
  face("Portwitness Mono", "Regular", monoLatin),
  face("Portwitness Mono", "Bold", monoLatinBold),
  face("Portwitness Mono Ext", "Regular", monoLatinExt),
];

/** Families in the order in which Typst is to look for a glyph. */
export const SANS = [
  "Portwitness Sans",
  "Portwitness Sans Ext",
  "Portwitness Sans Cyrillic",
  "Portwitness Sans Greek",
];
export const MONO = ["Portwitness Mono", "Portwitness Mono Ext"];

let blobs: Buffer[] | null = null;

/** TrueType files for Typst's `fontBlobs`. */
export function fontBlobs(): Buffer[] {
  blobs ??= FACES.map(({ family, style, address }) => {
    const woff = Buffer.from(address.slice(address.indexOf(",") + 1), "base64");
    return sfnt(unpackWoff(woff), family, style);
  });
  return blobs;
}

interface Tables {
  readonly flavour: number;
  readonly tables: Map<string, Buffer>;
}

function unpackWoff(woff: Buffer): Tables {
  if (woff.length < 44 || woff.toString("latin1", 0, 4) !== "wOFF") throw new Error("not a WOFF 1.0 font");
  const tables = new Map<string, Buffer>();
  const count = woff.readUInt16BE(12);
  for (let i = 0; i < count; i++) {
    const at = 44 + i * 20;
    const offset = woff.readUInt32BE(at + 4);
    const packed = woff.readUInt32BE(at + 8);
    const size = woff.readUInt32BE(at + 12);
    const bytes = woff.subarray(offset, offset + packed);
    tables.set(woff.toString("latin1", at, at + 4), packed < size ? inflateSync(bytes) : Buffer.from(bytes));
  }
  return { flavour: woff.readUInt32BE(4), tables };
}

function sfnt({ flavour, tables }: Tables, family: string, style: string): Buffer {
  tables.set("name", nameTable(family, style));
  const tags = [...tables.keys()].sort();
  const entrySelector = Math.floor(Math.log2(tags.length));
  const searchRange = 16 * 2 ** entrySelector;
  const header = Buffer.alloc(12 + 16 * tags.length);
  header.writeUInt32BE(flavour, 0);
  header.writeUInt16BE(tags.length, 4);
  header.writeUInt16BE(searchRange, 6);
  header.writeUInt16BE(entrySelector, 8);
  header.writeUInt16BE(tags.length * 16 - searchRange, 10);
  const parts: Buffer[] = [header];
  let offset = header.length;
  tags.forEach((tag, i) => {
    const table = tables.get(tag)!;
    const padded = Buffer.concat([table, Buffer.alloc((4 - (table.length % 4)) % 4)]);
    const at = 12 + 16 * i;
    header.write(tag, at, "latin1");
    header.writeUInt32BE(checksum(padded), at + 4);
    header.writeUInt32BE(offset, at + 8);
    header.writeUInt32BE(table.length, at + 12);
    parts.push(padded);
    offset += padded.length;
  });
  return Buffer.concat(parts);
}

/** Windows, Unicode BMP, US English records of family, style, unique id, full name, version and PostScript name. */
function nameTable(family: string, style: string): Buffer {
  const records: [number, string][] = [
    [1, family],
    [2, style],
    [3, `${family} ${style}`],
    [4, `${family} ${style}`],
    [5, "Version 1.0"],
    [6, `${family.replaceAll(" ", "")}-${style}`],
  ];
  const head = Buffer.alloc(6 + 12 * records.length);
  head.writeUInt16BE(records.length, 2);
  head.writeUInt16BE(head.length, 4);
  const strings: Buffer[] = [];
  let offset = 0;
  records.forEach(([id, text], i) => {
    const bytes = Buffer.from(text, "utf16le").swap16();
    const at = 6 + 12 * i;
    head.writeUInt16BE(3, at);
    head.writeUInt16BE(1, at + 2);
    head.writeUInt16BE(0x0409, at + 4);
    head.writeUInt16BE(id, at + 6);
    head.writeUInt16BE(bytes.length, at + 8);
    head.writeUInt16BE(offset, at + 10);
    strings.push(bytes);
    offset += bytes.length;
  });
  return Buffer.concat([head, ...strings]);
}

function checksum(padded: Buffer): number {
  let sum = 0;
  for (let i = 0; i < padded.length; i += 4) sum = (sum + padded.readUInt32BE(i)) >>> 0;
  return sum;
}
