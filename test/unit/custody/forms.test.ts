// The forms of custody against published vectors and by properties: one spelling for each content.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKey, loadSigner, verifyEd25519 } from "../../../electron/engine/case/keys";
import { noteSigner, signNote } from "../../../electron/engine/case/ledger";
import { base64, concat, hex, type Sha256, unbase64, utf8 } from "../../../shared/custody/bytes";
import { checkpointText, parseCheckpoint } from "../../../shared/custody/checkpoint";
import { csvLine, csvRecord, csvRecordSpans, parseCsv, spreadsheetLine } from "../../../shared/custody/csv";
import {
  canonicalJson,
  formatLedgerLine,
  GENESIS,
  type JsonValue,
  type LedgerEntry,
  parseLedgerLine,
  walkLedger,
} from "../../../shared/custody/ledger-line";
import { formatBagInfo, formatManifest, parseBagInfo, parseManifest } from "../../../shared/custody/manifest";
import {
  inclusionProof,
  leafHash,
  MerkleFrontier,
  rootOf,
  verifyInclusion,
} from "../../../shared/custody/merkle";
import { parseSeal, sealText } from "../../../shared/custody/seal";
import {
  formatNote,
  keyNameOf,
  parseNote,
  parseVerifierKey,
  signatureBy,
  verifierKey,
} from "../../../shared/custody/signed-note";
import { VERSION } from "../../../shared/version";
import { temporaryHome } from "./temporary";

const sha256: Sha256 = (data) => new Uint8Array(createHash("sha256").update(data).digest());
temporaryHome();

describe("signed notes", () => {
  // The example of the C2SP signed-note specification.
  const KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
  const NOTE =
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

  it("the published note verifies under the published key, and is written back byte for byte", () => {
    const key = parseVerifierKey(KEY, sha256)!;
    expect(verifierKey(key, sha256)).toBe(KEY);
    const note = parseNote(utf8(NOTE));
    if (typeof note === "string") throw new Error(note);
    const signature = signatureBy(note, key, sha256)!;
    expect(verifyEd25519(key.publicKey, utf8(note.text), signature.signature)).toBe(true);
    expect(formatNote(note.text, note.signatures)).toBe(NOTE);
  });

  it("any changed byte of the published note breaks it", () => {
    const key = parseVerifierKey(KEY, sha256)!;
    const bytes = utf8(NOTE);
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.slice();
      changed[i]! ^= 1;
      expect(typeof noteSigner(changed, [{ key }]), `byte ${i}`).toBe("string");
    }
  });

  it("a verifier key with another name or id is refused", () => {
    expect(parseVerifierKey(KEY.replace("foo", "fob"), sha256)).toBeNull();
    expect(parseVerifierKey(KEY.replace("530d903a", "530d903b"), sha256)).toBeNull();
  });

  it("an examiner's key signs what it verifies, whatever the name", () => {
    for (const name of ["Ada Lovelace", "Ж. + Иванова", "O'Brien"]) {
      createKey(name);
      const signer = loadSigner(name);
      expect(signer.key.name).toBe(keyNameOf(name));
      const note = utf8(signNote("text\n", signer));
      expect(noteSigner(note, [{ key: signer.key }])).toMatchObject({ text: "text\n" });
    }
  });
});

describe("checkpoints", () => {
  it("the published example is read and written", () => {
    const text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    const checkpoint = parseCheckpoint(text)!;
    expect(checkpoint).toMatchObject({ origin: "example.com/behind-the-sofa", size: 20852163 });
    expect(checkpointText(checkpoint)).toBe(text);
  });

  it.each(["a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "a\n1\nAAAA\n", "a\n1\n"])(
    "%j is none",
    (text) => {
      expect(parseCheckpoint(text)).toBeNull();
    },
  );
});

describe("Merkle trees (RFC 6962)", () => {
  // Leaves and roots of the certificate-transparency reference tests.
  const leaves = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
  ];
  const roots = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ];
  const bytes = leaves.map((leaf) => new Uint8Array(Buffer.from(leaf, "hex")));

  it("the empty tree has the hash of nothing", () => {
    expect(hex(new MerkleFrontier(sha256).root())).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
  });

  it("roots grow as published", () => {
    const tree = new MerkleFrontier(sha256);
    for (const [i, leaf] of bytes.entries()) {
      tree.append(leaf);
      expect(hex(tree.root())).toBe(roots[i]);
    }
  });

  it("every leaf of every tree is proven, and no other leaf by its proof", () => {
    for (let size = 1; size <= 40; size++) {
      const hashes = Array.from({ length: size }, (_, i) => leafHash(utf8(`row ${i}`), sha256));
      const root = rootOf(hashes, sha256);
      for (let i = 0; i < size; i++) {
        const proof = inclusionProof(hashes, i, sha256);
        expect(verifyInclusion(hashes[i]!, i, size, proof, root, sha256)).toBe(true);
        expect(verifyInclusion(leafHash(utf8("another"), sha256), i, size, proof, root, sha256)).toBe(false);
        if (size > 1)
          expect(verifyInclusion(hashes[i]!, (i + 1) % size, size, proof, root, sha256)).toBe(false);
        expect(verifyInclusion(hashes[i]!, i, size, [...proof, root], root, sha256)).toBe(false);
      }
    }
  });
});

describe("base64", () => {
  it("has one spelling for each content", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(base64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
        expect(unbase64(base64(bytes))).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  it.each(["QR==", "QQ", "QQ=", "QUI", "Q-==", "QQ==\n", " QQ==", "=", "===="])("%j is refused", (text) => {
    expect(unbase64(text)).toBeNull();
  });
});

describe("ledger lines", () => {
  const entry = (seq: number, previous: string, parameters: JsonValue = null): LedgerEntry => ({
    seq,
    time: "2026-01-02T03:04:05.678Z",
    bootId: "",
    monotonicMs: 1,
    examiner: "Ada",
    account: "ada",
    host: "lab",
    tool: "t",
    action: "a",
    inputs: null,
    parameters,
    outputs: null,
    result: "done",
    previous,
  });

  it("any JSON comes back as it went in", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as JsonValue;
        const line = formatLedgerLine(entry(1, GENESIS, plain));
        expect(parseLedgerLine(utf8(line))).toEqual(entry(1, GENESIS, plain));
        expect(canonicalJson(JSON.parse(canonicalJson(plain)) as JsonValue)).toBe(canonicalJson(plain));
      }),
    );
  });

  it("another spelling of the same content is refused", () => {
    const line = formatLedgerLine(entry(1, GENESIS, { a: 1, b: 2 }));
    expect(typeof parseLedgerLine(utf8(line.replace('"a":1', '"a": 1')))).toBe("string");
    expect(typeof parseLedgerLine(utf8(line.replace('"a":1,"b":2', '"b":2,"a":1')))).toBe("string");
    expect(typeof parseLedgerLine(utf8(line.replace("Ada", "\\u0041da")))).toBe("string");
  });

  it("the chain names the line that does not follow", () => {
    const lines = [formatLedgerLine(entry(1, GENESIS))];
    for (let i = 2; i <= 5; i++) lines.push(formatLedgerLine(entry(i, hex(sha256(utf8(lines.at(-1)!))))));
    const file = (list: string[]) => utf8(list.map((line) => `${line}\n`).join(""));
    expect(walkLedger(file(lines), sha256)).toMatchObject({ problems: [] });
    const changed = lines.with(2, lines[2]!.replace("done", "dome"));
    expect(walkLedger(file(changed), sha256).problems.map((p) => p.line)).toEqual([4]);
    const dropped = lines.toSpliced(2, 1);
    expect(walkLedger(file(dropped), sha256).problems[0]?.line).toBe(3);
    const torn = concat(file(lines), utf8('{"seq":6'));
    expect(walkLedger(torn, sha256)).toMatchObject({ problems: [], torn: utf8('{"seq":6') });
  });
});

describe("BagIt forms", () => {
  const sum = "a".repeat(64);

  it("a manifest is sorted by bytes, not by UTF-16 units", () => {
    const text = formatManifest(
      ["data/\u{1f600}", "data/\uffee", "data/a", "data/B"].map((path) => ({ path, sha256: sum })),
    );
    expect(text.split("\n").map((line) => line.slice(66))).toEqual([
      "data/B",
      "data/a",
      "data/\uffee",
      "data/\u{1f600}",
      "",
    ]);
    expect(parseManifest(text)).toHaveLength(4);
  });

  it.each([
    ["upper-case hex", `${"A".repeat(64)}  data/a\n`],
    ["one space", `${sum} data/a\n`],
    ["a star", `${sum} *data/a\n`],
    ["no LF at the end", `${sum}  data/a`],
    ["CR LF", `${sum}  data/a\r\n`],
    ["a path above the bag", `${sum}  data/../../x\n`],
    ["an absolute path", `${sum}  /etc/passwd\n`],
    ["a path twice", `${sum}  data/a\n${sum}  data/a\n`],
    ["the wrong order", `${sum}  data/b\n${sum}  data/a\n`],
  ])("a manifest with %s is refused", (_, text) => {
    expect(Array.isArray(parseManifest(text))).toBe(false);
  });

  it("a title cannot forge a label of bag-info", () => {
    const text = formatBagInfo([["External-Description", "R v X\nPayload-Oxum: 1.1\u2028x"]]);
    expect(parseBagInfo(text)).toEqual(new Map([["External-Description", "R v X Payload-Oxum: 1.1 x"]]));
  });

  it("a seal is read as it was written, and in no other form", () => {
    const seal = { manifest: sum, bagit: sum, baginfo: sum, ledgerSize: 7, ledgerRoot: new Uint8Array(32) };
    expect(parseSeal(sealText(seal))).toEqual(seal);
    expect(parseSeal(sealText(seal).replace(sum, sum.toUpperCase()))).toBeNull();
    expect(parseSeal(`${sealText(seal)}more\n`)).toBeNull();
  });
});

describe("CSV (RFC 4180)", () => {
  const cell = fc.oneof(
    fc.constant(null),
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(",", '"', "\r", "\n", "a", "=") }),
  );

  it("every record comes back as it was written, NULL told apart from empty text", () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 5 }), (records) => {
        const text = records.map((record) => csvLine(record)).join("");
        expect(parseCsv(text)).toEqual(records);
        const bytes = utf8(text);
        const spans = csvRecordSpans(bytes).map(({ from, to }) =>
          Buffer.from(bytes.subarray(from, to)).toString(),
        );
        expect(spans).toEqual(records.map((record) => Buffer.from(csvRecord(record)).toString()));
      }),
    );
  });

  it("no cell of the spreadsheet copy begins a formula, and every change is counted", () => {
    const record = ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "plain", "\uff1d1", '"=1', null, -5, 5];
    const { line, changed } = spreadsheetLine(record);
    const cells = parseCsv(line)[0]!;
    for (const text of cells) expect(text).not.toMatch(/^[\s"]*[=+\-@\uff1d]/);
    expect(changed).toBe(9);
    expect(cells.filter((text, i) => text !== String(record[i] ?? ""))).toHaveLength(9);
  });
});

it("the program's version is that of its package", () => {
  const manifest = JSON.parse(
    readFileSync(resolve(import.meta.dirname, "../../../package.json"), "utf8"),
  ) as { version: string };
  expect(VERSION).toBe(manifest.version);
});
