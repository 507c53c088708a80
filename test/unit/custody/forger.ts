// What forgers do to an exhibit. Each attack changes the working copy of a bag and says which files must then be named by
// whoever checks it. How the forger then covers it is in ./cover.ts.
import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "../../../electron/engine/case/files";
import type { WorkingCopy } from "./working-copy";

export const TAGS = [
  "bag-info.txt",
  "bagit.txt",
  "manifest-sha256.txt",
  "seal.note",
  "tagmanifest-sha256.txt",
];
const LINED = [
  "bag-info.txt",
  "data/attribution.csv",
  "data/case.jsonld",
  "data/custody.jsonl",
  "data/evidence.csv",
  "data/README.txt",
  "data/rows.salts",
  "data/texts.jsonl",
  "data/verify.mjs",
  "manifest-sha256.txt",
  "tagmanifest-sha256.txt",
];
const NOTES = ["seal.note", "data/checkpoint.note", "data/rows.note"];
const LEDGER = "data/custody.jsonl";

/** Whole numbers from a seed (xorshift32): a tampering is made again by its number alone. */
export function random(seed: number): (below: number) => number {
  let x = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    x >>>= 0;
    return x % below;
  };
}

interface Attack {
  readonly name: string;
  /** Makes the change; the files that must be named. Null where it does not apply to this draw. */
  run(copy: WorkingCopy, draw: (below: number) => number): readonly string[] | null;
}

const pick = <T>(from: readonly T[], draw: (below: number) => number): T => from[draw(from.length)]!;

/** Changes one file's text. */
const edit =
  (names: readonly string[], change: (text: string, draw: (below: number) => number) => string) =>
  (copy: WorkingCopy, draw: (below: number) => number): readonly string[] | null => {
    const name = pick(names, draw);
    const before = copy.text(name);
    const after = change(before, draw);
    if (after === before) return null;
    copy.write(name, after);
    return [name];
  };

/** Changes one file's lines, each with its end. */
const editLines = (
  names: readonly string[],
  change: (lines: string[], draw: (below: number) => number) => string[],
) => edit(names, (text, draw) => change(text.match(/[^\n]*\n|[^\n]+$/g) ?? [], draw).join(""));

/** A ledger whose line was changed, with every later link of the chain made right again. */
function rechain(lines: string[], from: number): string[] {
  const out = lines.slice(0, from + 1);
  for (let i = from + 1; i < lines.length; i++) {
    const previous = sha256Hex(Buffer.from(out[i - 1]!.slice(0, -1)));
    out.push(lines[i]!.replace(/"previous":"[0-9a-f]{64}"/, `"previous":"${previous}"`));
  }
  return out;
}

const files = (copy: WorkingCopy) => copy.names;

export const ATTACKS: readonly Attack[] = [
  ...(["flip", "insert", "remove", "truncate", "append"] as const).map((how) => ({
    name: `${how} bytes`,
    run(copy: WorkingCopy, draw: (below: number) => number) {
      const name = pick(files(copy), draw);
      const bytes = copy.bytes(name);
      const i = draw(bytes.length);
      const byte = Buffer.of(draw(256));
      if (how === "flip") bytes[i]! ^= 1 + draw(255);
      const made = {
        flip: [bytes],
        insert: [bytes.subarray(0, i), byte, bytes.subarray(i)],
        remove: [bytes.subarray(0, i), bytes.subarray(i + 1)],
        truncate: [bytes.subarray(0, i)],
        append: [bytes, pick(["\n", " ", "\0", "\r\n", "\ufeff", "x"], draw)].map((one) => Buffer.from(one)),
      }[how];
      copy.write(name, Buffer.concat(made));
      return [name];
    },
  })),
  {
    name: "delete a file",
    run(copy, draw) {
      const name = pick(files(copy), draw);
      unlinkSync(copy.path(name));
      return [name];
    },
  },
  {
    name: "duplicate a line",
    run: editLines(LINED, (lines, draw) => {
      const i = draw(lines.length);
      return [...lines.slice(0, i + 1), ...lines.slice(i)];
    }),
  },
  { name: "drop a line", run: editLines(LINED, (l, draw) => l.toSpliced(draw(l.length), 1)) },
  {
    name: "swap two lines",
    run: editLines(LINED, (lines, draw) => {
      const [i, j] = [draw(lines.length), draw(lines.length)];
      return lines.with(i, lines[j]!).with(j, lines[i]!);
    }),
  },
  {
    name: "other line ends",
    run: edit(LINED, (text) => text.replace(/\r?\n/g, (end) => (end === "\n" ? "\r\n" : "\n"))),
  },
  { name: "a byte order mark", run: edit([...LINED, ...NOTES], (text) => `\ufeff${text}`) },
  {
    name: "another name",
    run(copy, draw) {
      const name = pick(files(copy), draw);
      const parts = name.split("/");
      const last = parts.pop()!;
      const forms = [
        last.toUpperCase() === last ? last.toLowerCase() : last.toUpperCase(),
        `${last} `,
        `${last}.`,
        last.replace(/[aeo]/, (c) => ({ a: "\u0430", e: "\u0435", o: "\u043e" })[c]!),
        last.replace(/[aeo]/, (c) => `${c}\u0301`),
        `\u200b${last}`,
        `${last}.gz`,
        `\u001b[2K${last}`,
      ];
      const to = [...parts, pick(forms, draw)].join("/");
      if (to === name) return null;
      if (draw(2) === 0) {
        renameSync(copy.path(name), copy.path(to));
        return [name];
      }
      cpSync(copy.path(name), copy.path(to));
      // A name is shown with its control characters escaped.
      return [to.includes("\u001b") || to.includes("\u200b") ? "*" : to];
    },
  },
  {
    name: "a file that no one asked for",
    run(copy, draw) {
      const names = [
        "fetch.txt",
        "manifest-md5.txt",
        "manifest-sha512.txt",
        "tagmanifest-md5.txt",
        ".DS_Store",
        "custody.jsonl",
        "signer.txt",
        "proofs/0.tlog-proof",
        "data/Thumbs.db",
        "data/.hidden",
        "data/report.pdf.sig",
        "data/sub/attribution.csv",
        "data/timestamps/0000000001.tsr",
        "data/attribution.csv.gz",
      ];
      const name = pick(names, draw);
      copy.write(name, copy.bytes("data/attribution.csv"));
      return [name];
    },
  },
  {
    name: "an empty folder",
    run(copy, draw) {
      const name = pick(["data/empty", "empty", "data/timestamps"], draw);
      mkdirSync(copy.path(name));
      return [name];
    },
  },
  {
    name: "a link in a file's place",
    run(copy, draw) {
      const name = pick(files(copy), draw);
      const elsewhere = `${copy.folder}.elsewhere`;
      writeFileSync(elsewhere, copy.bytes(name));
      unlinkSync(copy.path(name));
      symlinkSync(elsewhere, copy.path(name));
      return [name];
    },
  },
  {
    name: "a link in the payload's place",
    run(copy) {
      const elsewhere = `${copy.folder}.data`;
      rmSync(elsewhere, { recursive: true, force: true });
      renameSync(copy.path("data"), elsewhere);
      symlinkSync(elsewhere, copy.path("data"));
      return ["data"];
    },
  },
  {
    name: "two files' contents swapped",
    run(copy, draw) {
      const payload = files(copy).filter((name) => name.startsWith("data/"));
      const [a, b] = [pick(payload, draw), pick(payload, draw)];
      if (copy.bytes(a).equals(copy.bytes(b))) return null;
      copy.write(a, copy.bytes(b));
      copy.write(b, copy.bytes(a));
      return [a, b];
    },
  },
  {
    name: "a genuine file of another exhibit",
    run(copy, draw) {
      const name = pick(files(copy), draw);
      const bytes = readFileSync(join(copy.other, name));
      if (bytes.equals(copy.bytes(name))) return null;
      copy.write(name, bytes);
      return [name];
    },
  },
  {
    name: "genuine rows, salts and note of another exhibit",
    run(copy) {
      const names = ["data/attribution.csv", "data/rows.salts", "data/rows.note"];
      for (const name of names) copy.write(name, readFileSync(join(copy.other, name)));
      return names;
    },
  },
  {
    name: "the ledger rolled back to a genuine checkpoint",
    run(copy) {
      const lines = copy.text(LEDGER).split("\n").slice(0, copy.shorter.size);
      copy.write(LEDGER, lines.map((line) => `${line}\n`).join(""));
      copy.write("data/checkpoint.note", copy.shorter.note);
      return [LEDGER];
    },
  },
  {
    name: "an act changed and the chain made right again",
    run: editLines([LEDGER], (lines, draw) => {
      const i = draw(lines.length);
      const changed = lines.with(i, lines[i]!.replace(/"result":"/, '"result":"x'));
      return rechain(changed, i);
    }),
  },
  {
    name: "an act spelled another way and the chain made right again",
    run: editLines([LEDGER], (lines, draw) => {
      const i = draw(lines.length);
      const spell = pick(
        [
          (line: string) => line.replace('"seq":', '"seq": '),
          (line: string) => line.replace(/"seq":(\d+)/, '"seq":$1.0'),
          (line: string) => line.replace('"action"', '"\\u0061ction"'),
          (line: string) => line.replace(/^\{(.*),"previous"/, '{$1,"extra":1,"previous"'),
          (line: string) => line.replace(/^\{/, '{"seq":1,'),
          (line: string) => line.replace('"outputs"', '"output"'),
          (line: string) => line.replace(/"inputs":null/, `"inputs":${"[".repeat(5000)}${"]".repeat(5000)}`),
        ],
        draw,
      );
      return rechain(lines.with(i, spell(lines[i]!)), i);
    }),
  },
  {
    name: "a note's signatures",
    run: edit(NOTES, (text, draw) => {
      const cut = text.lastIndexOf("\n\n") + 2;
      const [head, line] = [text.slice(0, cut), text.slice(cut)];
      const forms = [
        () => head + line + line,
        () => `${head}${line}\u2014 nobody ${Buffer.alloc(68, 1).toString("base64")}\n`,
        () => head,
        () => head + line.replace("\u2014", "--"),
        () => `${head}\n${line}`,
        () => head + line.replace(/ ([^ ]+)\n$/, "  $1\n"),
        // The last base64 digit carries unused bits: another digit, the same bytes.
        () =>
          head +
          line.replace(/(.)=\n$/, (_, digit: string) => {
            const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            return `${digits[digits.indexOf(digit) ^ 1]}=\n`;
          }),
        () => head + line.replace(/=\n$/, "\n"),
      ];
      return pick(forms, draw)();
    }),
  },
  {
    name: "the seal said twice, or of more",
    run: edit(["seal.note"], (text, draw) => {
      const forms = [
        () => text.replace(/^(manifest .*\n)/m, "$1$1"),
        () => text.replace(/^(ledger .*\n)/m, "$1extra 1\n"),
        () => text.replace("seal/v1", "seal/v2"),
        () => text + text,
        () => text.replace(/^ledger (\d+)/m, "ledger 0$1"),
      ];
      return pick(forms, draw)();
    }),
  },
  {
    name: "a manifest spelled another way",
    run: editLines(["manifest-sha256.txt", "tagmanifest-sha256.txt"], (lines, draw) => {
      const i = draw(lines.length);
      const forms: ((line: string) => string)[] = [
        (line) => line.slice(0, 64).toUpperCase() + line.slice(64),
        (line) => line.replace("  ", " *"),
        (line) => line.replace("  ", "\t"),
        (line) => line.replace("  ", "   "),
        (line) => line.replace("  ", "  ./"),
        (line) => line.replace(/ {2}(.)/, (_, c: string) => `  %${c.charCodeAt(0).toString(16)}`),
        (line) => line.replace("/", "//"),
        (line) => line.replace(/ {2}(.*)\n/, "  x/../$1\n"),
        (line) => `# comment\n${line}`,
        (line) => `${line}${"0".repeat(64)}  data/zzz\n`,
        (line) => `${"0".repeat(64)}  ../outside\n${line}`,
        (line) => line.trimEnd(),
      ];
      return lines.with(i, pick(forms, draw)(lines[i]!));
    }),
  },
  {
    name: "bag-info said another way",
    run: editLines(["bag-info.txt"], (lines, draw) => {
      const i = draw(lines.length);
      const forms: ((line: string) => string)[] = [
        (line) => line.replace(": ", ":  "),
        (line) => line.replace(": ", " : "),
        (line) => line.toLowerCase(),
        (line) => line.replace("\n", "\n  folded\n"),
        (line) => `Source-Organization: Another\n${line}`,
        (line) => line.replace("\n", " \n"),
        (line) => line.replace(/: .*\n/, ": \n"),
      ];
      return lines.with(i, pick(forms, draw)(lines[i]!));
    }),
  },
  {
    name: "another verifier, viewer, report or interchange file",
    run(copy, draw) {
      const name = pick(
        ["data/verify.mjs", "data/viewer.html", "data/report.pdf", "data/case.jsonld", "data/records.duckdb"],
        draw,
      );
      const kept = copy.text(name);
      copy.write(name, draw(2) === 0 ? "process.exit(0)\n" : `${kept}\n`);
      return [name];
    },
  },
  {
    name: "a verdict changed",
    run: edit(["data/attribution.csv", "data/attribution.spreadsheet.csv"], (text, draw) => {
      const words = ["unique", "only", "ambiguous", "none", "no-port"];
      const there = words.filter((word) => text.includes(word));
      return text.replace(pick(there, draw), pick(words, draw));
    }),
  },
  {
    name: "an evidence file's hash or name changed",
    run: edit(["data/evidence.csv"], (text, draw) => {
      const at = text.indexOf("\n") + 1 + draw(text.length - text.indexOf("\n") - 3);
      return text.slice(0, at) + pick(["0", "a", "f", ","], draw) + text.slice(at + 1);
    }),
  },
];
