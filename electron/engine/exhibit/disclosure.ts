// Disclosing a part of an exhibit: chosen rows, byte for byte as signed, each with its salt and its way up the signed tree
// of rows (RFC 6962), and nothing of the others. A row that is not disclosed cannot be guessed: its salt stays behind.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  base64,
  compareUtf8,
  concat,
  equalBytes,
  hex,
  textOf,
  unbase64,
} from "../../../shared/custody/bytes";
import { parseCheckpoint } from "../../../shared/custody/checkpoint";
import { csvRecordSpans, parseCsv } from "../../../shared/custody/csv";
import { parseBagInfo } from "../../../shared/custody/manifest";
import { inclusionProof, leafHash, verifyInclusion } from "../../../shared/custody/merkle";
import { parseVerifierKey } from "../../../shared/custody/signed-note";
import { ProductError } from "../../../shared/errors";
import { compileFilter } from "../../../shared/filter/compile";
import { type Fields, PROTOCOLS } from "../../../shared/filter/fields";
import { partialOf, sha256, syncFolder } from "../case/files";
import { noteSigner } from "../case/ledger";
import { keyOption, type VerifyReport } from "../case/verify-case";
import { appendColumns, type ColumnInput } from "../database/appender";
import { openNative } from "../database/native";
import { verifyBag } from "./verify";

/** First line of a C2SP tlog-proof. */
const PROOF_V1 = "c2sp.org/tlog-proof@v1";
const INTEGERS = ["line", "offset", "timeUs", "srcPort", "protocol", "sharedBy", "flipUs"] as const;
const TEXTS = ["run", "events", "srcIp", "verdict", "rule", "subscriber", "insideIp", "realm"] as const;
const CRLF = new Uint8Array([13, 10]);
const FIXED = ["README.txt", "rows.csv", "signer.txt", "verify.mjs"] as const;

/** What --rows may name: columns of attribution.csv. Addresses are compared as the text that was signed. */
const FIELDS: Fields = {
  ...Object.fromEntries(INTEGERS.map((name) => [name, { kind: "int" as const, sql: `"${name}"` }])),
  ...Object.fromEntries(TEXTS.map((name) => [name, { kind: "text" as const, sql: `"${name}"` }])),
  time: { kind: "time", sql: '"timeUs"' },
  timeUs: { kind: "time", sql: '"timeUs"' },
  source: { kind: "text", sql: '"events"' },
  port: { kind: "int", sql: '"srcPort"' },
  protocol: { kind: "int", sql: '"protocol"', names: PROTOCOLS },
};

export const isDisclosure = (folder: string): boolean =>
  existsSync(join(folder, "signer.txt")) && existsSync(join(folder, "proofs"));

export interface Disclosed {
  readonly path: string;
  /** Rows disclosed and rows of the exhibit, the header in neither. */
  readonly rows: number;
  readonly of: number;
  readonly keyFingerprint: string;
}

export async function disclose(
  bag: string,
  target: string,
  filter: string,
  signal: AbortSignal,
): Promise<Disclosed> {
  const out = resolve(target);
  if (existsSync(out))
    throw new ProductError("usage", `${out} exists already.`, "Name a place that does not exist yet.", {
      file: out,
    });
  if (!existsSync(dirname(out)))
    throw new ProductError("usage", `There is no folder ${dirname(out)}.`, "Make it first.", {
      file: dirname(out),
    });
  const checked = await verifyBag(bag, {}, signal);
  const first = checked.problems[0];
  if (first)
    throw new ProductError(
      "input",
      `The exhibit does not hold (${first.where}: ${first.message}).`,
      "Disclose from an exhibit that verifies.",
      { file: bag },
    );
  const data = (name: string) => new Uint8Array(readFileSync(join(bag, "data", name)));
  const csv = data("attribution.csv");
  const spans = csvRecordSpans(csv);
  const salts = (textOf(data("rows.salts")) ?? "")
    .split("\n")
    .slice(0, -1)
    .map((line) => new Uint8Array(Buffer.from(line, "hex")));
  const record = (i: number) => csv.subarray(spans[i]!.from, spans[i]!.to);
  const chosen = await rowsOf(csv, filter, signal);
  if (chosen.length === 0)
    throw new ProductError(
      "input",
      `No row of the exhibit meets ${filter}.`,
      "Widen the expression of --rows.",
    );
  const leaves = spans.map((_, i) => leafHash(concat(salts[i]!, record(i)), sha256));
  const note = readFileSync(join(bag, "data/rows.note"), "utf8");
  const info = parseBagInfo(readFileSync(join(bag, "bag-info.txt"), "utf8"));
  const signer = typeof info === "number" ? "" : (info.get("Portwitness-Key") ?? "");
  const kept = [0, ...chosen];
  const partial = partialOf(out);
  rmSync(partial, { recursive: true, force: true });
  try {
    mkdirSync(join(partial, "proofs"), { recursive: true });
    writeFileSync(join(partial, "rows.csv"), concat(...kept.flatMap((i) => [record(i), CRLF])));
    writeFileSync(join(partial, "signer.txt"), `${signer}\n`);
    writeFileSync(join(partial, "verify.mjs"), data("verify.mjs"));
    writeFileSync(join(partial, "README.txt"), README);
    for (const i of kept) {
      signal.throwIfAborted();
      const path = inclusionProof(leaves, i, sha256).map((one) => `${base64(one)}\n`);
      writeFileSync(
        join(partial, "proofs", `${i}.tlog-proof`),
        `${PROOF_V1}\nextra ${base64(salts[i]!)}\nindex ${i}\n${path.join("")}\n${note}`,
      );
    }
    const report = verifyDisclosure(partial, {});
    const wrong = report.problems[0];
    if (wrong)
      throw new ProductError(
        "internal",
        `The disclosure does not verify (${wrong.where}: ${wrong.message}), and was not kept.`,
        "Report this.",
      );
    renameSync(partial, out);
    syncFolder(dirname(out));
    return {
      path: out,
      rows: chosen.length,
      of: spans.length - 1,
      keyFingerprint: report.keyFingerprint ?? "",
    };
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Numbers of the records that the filter keeps; the header is record 0. */
async function rowsOf(csv: Uint8Array, filter: string, signal: AbortSignal): Promise<number[]> {
  const where = compileFilter(filter, FIELDS);
  const [head, ...records] = parseCsv(textOf(csv) ?? "");
  const cells = (name: string) => {
    const at = head?.indexOf(name) ?? -1;
    return records.map((row) => row[at] ?? null);
  };
  const db = await openNative(":memory:", { threads: 1 });
  try {
    const names = [...INTEGERS.map((n) => `"${n}" BIGINT`), ...TEXTS.map((n) => `"${n}" VARCHAR`)];
    await db.run(`CREATE TABLE disclosed(n BIGINT, ${names.join(", ")})`);
    const columns: ColumnInput[] = [
      { kind: "i64", values: Float64Array.from(records, (_, i) => i + 1) },
      ...INTEGERS.map(
        (name): ColumnInput => ({
          kind: "i64",
          values: Float64Array.from(cells(name), (cell) =>
            cell === null || cell === "" ? Number.NaN : Number(cell),
          ),
        }),
      ),
      ...TEXTS.map((name): ColumnInput => ({ kind: "text", values: cells(name) })),
    ];
    if (records.length > 0) await appendColumns(db, "disclosed", columns, records.length);
    const kept = await db.query(
      `SELECT n FROM disclosed WHERE ${where.sql} ORDER BY n`,
      where.params,
      signal,
    );
    return kept.map((row) => Number(row.n));
  } finally {
    await db.close();
  }
}

/** Checks a disclosure; build/verifier/verify.mjs does the same without this code. */
export function verifyDisclosure(folder: string, options: { key?: string }): VerifyReport {
  const expected = keyOption(options.key);
  const problems: { where: string; message: string }[] = [];
  const problem = (where: string, message: string) => void problems.push({ where, message });
  for (const name of readdirSync(folder).sort(compareUtf8)) {
    if (name !== "proofs" && !FIXED.includes(name as (typeof FIXED)[number]))
      problem(name, "This file is no part of the disclosure.");
  }
  const read = (path: string): Uint8Array => {
    const file = join(folder, path);
    if (existsSync(file) && lstatSync(file).isFile()) return new Uint8Array(readFileSync(file));
    problem(path, "This file is missing.");
    return new Uint8Array(0);
  };
  const key = parseVerifierKey((textOf(read("signer.txt")) ?? "").replace(/\n$/, ""), sha256);
  if (!key) problem("signer.txt", "It is not a verifier key.");
  const csv = read("rows.csv");
  const spans = csvRecordSpans(csv);
  const numbers = readdirSync(join(folder, "proofs")).map((name) =>
    Number(/^(0|[1-9]\d{0,14})\.tlog-proof$/.exec(name)?.[1] ?? -1),
  );
  numbers.sort((a, b) => a - b);
  if (numbers[0] !== 0) problem("proofs", "A file is no proof, or the header's proof is missing.");
  if (spans.length !== numbers.length || spans.length < 2)
    problem("rows.csv", `It has ${spans.length} records, and there are ${numbers.length} proofs.`);
  if (!equalBytes(csv, concat(...spans.flatMap(({ from, to }) => [csv.subarray(from, to), CRLF]))))
    problem("rows.csv", "A record does not end in CR LF.");
  let noteText: string | null = null;
  let holds = 0;
  for (const [place, n] of numbers.entries()) {
    if (n < 0) continue;
    const where = `proofs/${n}.tlog-proof`;
    const proof = parseProof(textOf(read(where)) ?? "");
    if (!proof || proof.index !== n) {
      problem(where, "It is not the proof of this row.");
      continue;
    }
    const signed = noteSigner(Buffer.from(proof.note), key ? [{ key }] : []);
    const stated = typeof signed === "string" ? null : parseCheckpoint(signed.text);
    if (typeof signed === "string" || !stated?.origin.startsWith("portwitness/rows/")) {
      problem(
        where,
        `Its note does not hold: ${typeof signed === "string" ? signed : "it is not over rows"}.`,
      );
      continue;
    }
    if (noteText !== null && noteText !== proof.note)
      problem(where, "Its note is another than that of the rows before.");
    noteText = proof.note;
    const span = spans[place];
    const leaf = span ? leafHash(concat(proof.salt, csv.subarray(span.from, span.to)), sha256) : null;
    if (!leaf || !verifyInclusion(leaf, n, stated.size, proof.path, stated.root, sha256))
      problem(`rows.csv:${place + 1}`, `The record is not row ${n} of the rows that were signed.`);
    else holds++;
  }
  const fingerprint = key && holds > 0 ? hex(sha256(key.publicKey)) : null;
  if (expected !== null && fingerprint !== expected)
    problem("signer.txt", `It is signed by ${fingerprint ?? "nobody"}, not by the key that was given.`);
  const ok = problems.length === 0;
  return {
    ok,
    problems,
    keyFingerprint: fingerprint,
    signerChecked: expected !== null && fingerprint === expected,
    notes: ok && expected === null ? ["Consistent; signer not established (give --key)."] : [],
  };
}

function parseProof(text: string) {
  const match =
    /^c2sp\.org\/tlog-proof@v1\nextra ([^\n]+)\nindex (0|[1-9]\d{0,14})\n((?:[^\n]+\n)*)\n([\s\S]+)$/.exec(
      text,
    );
  const salt = match ? unbase64(match[1]!) : null;
  const path = match ? match[3]!.split("\n").slice(0, -1).map(unbase64) : [];
  if (!match || salt?.length !== 16) return null;
  const hashes = path.flatMap((one) => (one?.length === 32 ? [one] : []));
  return hashes.length === path.length
    ? { salt, index: Number(match[2]), path: hashes, note: match[4]! }
    : null;
}

const README = `A PART OF AN EXHIBIT

rows.csv     the header and the disclosed rows of attribution.csv, byte for byte as they were signed
proofs/      for each of them its salt, its place and its way up the signed tree of all rows (C2SP tlog-proof)
signer.txt   the key that signed the tree; compare its fingerprint with the statement that travelled another way
verify.mjs   checks this with Node.js 18 or newer, from this folder: node verify.mjs . --key FINGERPRINT

README.txt and verify.mjs are signed by nobody. Other rows of the exhibit cannot be read or guessed from this.
`;
