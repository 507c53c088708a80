// RFC 3161: a query is one that openssl reads, replies that openssl makes are taken in and checked offline, and a reply
// that does not hold, in its bytes, its certificates or what it stamps, is refused. Skips where there is no openssl.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyBag as standAlone } from "../../../build/verifier/verify.mjs";
import { sha256 } from "../../../electron/engine/case/files";
import { CHECKPOINTS, checkpointFile } from "../../../electron/engine/case/ledger";
import { certificatesOf, checkStamp } from "../../../electron/engine/case/stamp-check";
import { Engine } from "../../../electron/engine/engine";
import { exportExhibit } from "../../../electron/engine/exhibit/export";
import { parseTimeStampReply } from "../../../shared/custody/timestamp";
import { type Authority, bytesOf, makeAuthority, opensslThere, opensslVerifies } from "./authority";
import { QUICK_PARTS } from "./parts";
import { makeSumsRight } from "./tamper";
import { temporaryHome } from "./temporary";
import { worldKind } from "./world-kind";

const at = temporaryHome();
const quiet = { signal: new AbortController().signal, progress: () => {} };
const engine = new Engine();
let path: string;
let authority: Authority;
let stamped: string;

const digestOf = (file: string) => sha256(bytesOf(file));

beforeAll(async () => {
  if (!opensslThere) return;
  path = at("one.case");
  authority = makeAuthority(at("authority"));
  await engine.run("case.new", { case: path, title: "R v Doe", examiner: "Ada" });
  const live = await engine.cases.get(path);
  await live.perform(worldKind, null, { note: "a world" }, { ...quiet, examiner: null });
  const query = await engine.run("timestamp.query", { path, out: at("one.tsq") });
  authority.reply(at("one.tsq"), at("one.tsr"));
  stamped = join(path, CHECKPOINTS, checkpointFile(query.size!));
});
afterAll(() => engine.close());

describe.skipIf(!opensslThere)("a time-stamp query", () => {
  it("is one that openssl reads, over the newest checkpoint, with a nonce and asking for certificates", () => {
    const text = execFileSync("openssl", ["ts", "-query", "-in", at("one.tsq"), "-text"], {
      encoding: "utf8",
    });
    expect(text).toContain("Hash Algorithm: sha256");
    expect(text).toContain("Certificate required: yes");
    const nonce = /Nonce: 0x([0-9A-F]+)/.exec(text)![1]!.toLowerCase().replace(/^0+/, "");
    const acts = readFileSync(join(path, "custody.jsonl"), "utf8");
    expect(acts).toContain(`"nonce":"${nonce}"`);
    expect(acts).toContain(Buffer.from(digestOf(stamped)).toString("hex"));
  });
});

describe.skipIf(!opensslThere)("a time-stamp", () => {
  it("is taken in, kept and shown, by openssl too, and travels in the exhibit", async () => {
    expect(opensslVerifies(stamped, at("one.tsr"), authority.root)).toBe(true);
    const before = Date.now();
    const done = await engine.run("timestamp.import", {
      case: path,
      reply: at("one.tsr"),
      trust: authority.root,
    });
    expect(done).toMatchObject({ size: 2, trusted: true, accuracyUs: 1_500_100 });
    expect(done.authority).toBe("CN=Stamper, O=Test Authority");
    expect(done.chain).toHaveLength(2);
    expect(Math.abs(done.timeUs / 1000 - before)).toBeLessThan(600_000);

    const report = await engine.run("custody.verify", { path });
    expect(report).toMatchObject({ ok: true });
    expect(report.notes.join("\n")).toMatch(/first 2 acts existed at 20.*CN=Stamper/);

    const live = await engine.cases.get(path);
    const options = { out: at("one.bag"), events: null, identify: false, authority: null };
    await exportExhibit(live, options, null, quiet, QUICK_PARTS);
    const names = readdirSync(at("one.bag/data/timestamps"));
    expect(names).toHaveLength(2);
    const alone = await standAlone(at("one.bag"));
    expect(alone).toMatchObject({ ok: true, problems: [] });
    // The stand-alone verifier says what it saw, and what it leaves to openssl, with the command.
    expect(alone.notes).toHaveLength(1);
    expect(alone.notes[0]).toMatch(/the first 2 acts existed at 20.*Z, says CN=Stamper, O=Test Authority\./);
    expect(alone.notes[0]).toContain("chain of 2 certificates hold, up to CN=Root, O=Test Authority");
    const [, ...command] = /openssl (ts -verify .* -CAfile )CA\.pem/.exec(alone.notes[0]!) ?? [];
    const run = spawnSync("openssl", [...command[0]!.trim().split(" "), authority.root], {
      cwd: at("one.bag"),
      encoding: "utf8",
    });
    expect(run.stdout + run.stderr).toContain("Verification: OK");
    const verified = await engine.run("custody.verify", { path: at("one.bag") });
    expect(verified.ok).toBe(true);
    expect(verified.notes.join("\n")).toContain("CN=Stamper");
    // By hand, from the bag alone.
    const [reply, note] = [names.find((n) => n.endsWith(".tsr"))!, names.find((n) => n.endsWith(".note"))!];
    const inBag = (name: string) => at(`one.bag/data/timestamps/${name}`);
    expect(opensslVerifies(inBag(note), inBag(reply), authority.root)).toBe(true);
    await expect(engine.run("timestamp.import", { case: path, reply: at("one.tsr") })).rejects.toThrow(
      /in the case already/,
    );
  });

  it("in an exhibit is caught by both verifiers where it, or what it stamps, was changed", async () => {
    for (const name of readdirSync(at("one.bag/data/timestamps"))) {
      const folder = at("changed.bag");
      rmSync(folder, { recursive: true, force: true });
      cpSync(at("one.bag"), folder, { recursive: true });
      const file = join(folder, "data/timestamps", name);
      const bytes = readFileSync(file);
      bytes[bytes.length - 9]! ^= 1;
      writeFileSync(file, bytes);
      makeSumsRight(folder);
      const ours = await engine.run("custody.verify", { path: folder });
      const theirs = await standAlone(folder);
      if (name.endsWith(".tsr"))
        expect(theirs.problems.map((one) => one.message).join("\n")).toContain("its signature does not hold");
      for (const report of [ours, theirs])
        expect(report.problems.map((one) => one.where)).toContain(`data/timestamps/${name}`);
    }
  });

  it("of an exhibit's seal is asked for and checked without a case", async () => {
    await engine.run("timestamp.query", { path: at("one.bag"), out: at("seal.tsq") });
    authority.reply(at("seal.tsq"), at("seal.tsr"));
    const request = { bag: at("one.bag"), reply: at("seal.tsr"), trust: authority.root };
    expect(await engine.run("timestamp.check", request)).toMatchObject({ size: null, trusted: true });
    expect(opensslVerifies(at("one.bag/seal.note"), at("seal.tsr"), authority.root)).toBe(true);
    await expect(engine.run("timestamp.check", { ...request, reply: at("one.tsr") })).rejects.toThrow(
      /other bytes/,
    );
  });

  it("missing or changed in the case is found by verify", async () => {
    const file = join(
      path,
      "timestamps",
      readdirSync(join(path, "timestamps")).find((n) => n.endsWith(".tsr"))!,
    );
    const kept = readFileSync(file);
    writeFileSync(file, kept.subarray(1));
    const report = await engine.run("custody.verify", { path });
    expect(report.problems.map((one) => one.where)).toEqual([expect.stringContaining("timestamps/")]);
    writeFileSync(file, kept);
  });
});

describe.skipIf(!opensslThere)("a reply is refused", () => {
  const importing = (reply: string, trust?: string) =>
    engine.run("timestamp.import", { case: path, reply, ...(trust === undefined ? {} : { trust }) });

  it("where any byte of it was changed", async () => {
    const bytes = readFileSync(at("one.tsr"));
    const trust = certificatesOf(readFileSync(authority.root, "utf8"));
    const digest = digestOf(stamped);
    expect(checkStamp(new Uint8Array(bytes), digest, trust).trusted).toBe(true);
    const held: number[] = [];
    for (let i = 0; i < bytes.length; i += 3) {
      const changed = new Uint8Array(bytes);
      changed[i]! ^= 1 << (i % 8);
      try {
        checkStamp(changed, digest, trust);
        held.push(i);
      } catch {
        // Refused, as it must be.
      }
    }
    // Bytes outside every signature may change and mean the same: the status (granted, with modifications), versions, the
    // copy of a root that is trusted anyway. None of them is of what is stamped, when, by whom, or of the signature.
    const reply = parseTimeStampReply(new Uint8Array(bytes));
    for (const part of [reply.content, reply.signedBytes.subarray(1), reply.signature]) {
      const from = bytes.indexOf(part);
      expect(from).toBeGreaterThan(0);
      expect(held.filter((i) => i >= from && i < from + part.length)).toEqual([]);
    }
  });

  it("over other bytes, to another query, from another authority than the trusted, or that is no reply", async () => {
    await engine.run("timestamp.query", { path, out: at("two.tsq") });
    const other = makeAuthority(at("other"));
    other.reply(at("two.tsq"), at("two.tsr"));
    await expect(importing(at("two.tsr"), authority.root)).rejects.toThrow(
      /does not lead to a certificate|not signed by its issuer/,
    );
    // The same checkpoint, asked about by someone else: another nonce.
    const size = (await engine.run("custody.ledger", { case: path })).total - 1;
    const note = join(path, CHECKPOINTS, checkpointFile(size));
    execFileSync("openssl", ["ts", "-query", "-data", note, "-sha256", "-cert", "-out", at("else.tsq")]);
    other.reply(at("else.tsq"), at("else.tsr"));
    await expect(importing(at("else.tsr"))).rejects.toThrow(/another query/);
    writeFileSync(at("text"), "some bytes");
    execFileSync("openssl", [
      "ts",
      "-query",
      "-data",
      at("text"),
      "-sha256",
      "-cert",
      "-out",
      at("text.tsq"),
    ]);
    other.reply(at("text.tsq"), at("text.tsr"));
    await expect(importing(at("text.tsr"))).rejects.toThrow(/no checkpoint of this case/);
    await expect(importing(at("two.tsq"))).rejects.toThrow(/does not hold/);
    // Without a trusted certificate the signature is checked, and that trust is not established is said.
    expect(await importing(at("two.tsr"))).toMatchObject({ trusted: false });
  });

  it.each([
    ["is for other uses too", { usage: "critical,timeStamping,clientAuth" }, /time-stamping alone/],
    ["says its use without force", { usage: "timeStamping" }, /time-stamping alone/],
  ])("where the certificate that signed %s", async (what, options, says) => {
    const folder = at(what.replaceAll(" ", "-"));
    let made: Authority;
    await engine.run("timestamp.query", { path, out: `${folder}.tsq` });
    try {
      made = makeAuthority(folder, options);
      made.reply(`${folder}.tsq`, `${folder}.tsr`);
    } catch {
      // openssl itself refuses to stamp with such a certificate.
      return;
    }
    await expect(importing(`${folder}.tsr`, made.root)).rejects.toThrow(says);
  });

  it.each([
    ["P-256 and SHA-384", { key: ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], digest: "sha384" }],
    ["the older attribute (SHA-1)", { essDigest: "sha1" }],
  ])("but not one with %s", async (what, options) => {
    const folder = at(what.replaceAll(/[^a-z0-9]/gi, "-"));
    const made = makeAuthority(folder, options);
    await engine.run("timestamp.query", { path, out: `${folder}.tsq` });
    made.reply(`${folder}.tsq`, `${folder}.tsr`);
    expect(await importing(`${folder}.tsr`, made.root)).toMatchObject({ trusted: true });
  });
});
