// An exhibit encrypted for transport opens for its recipient, to the same bytes, with age and tar alone; for nobody else.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Decrypter, generateIdentity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sha256Hex } from "../../../electron/engine/case/files";
import { Engine } from "../../../electron/engine/engine";
import { filesBelow } from "../../../electron/engine/exhibit/bag";
import { exportExhibit } from "../../../electron/engine/exhibit/export";
import { verifyBag } from "../../../electron/engine/exhibit/verify";
import { QUICK_PARTS } from "./parts";
import { temporaryHome } from "./temporary";
import { worldKind } from "./world-kind";

const at = temporaryHome();
const quiet = { signal: new AbortController().signal, progress: () => {} };
const engine = new Engine();
const tar = spawnSync("tar", ["--version"]).status === 0;
let court: string;
let recipient: string;

const unpack = async (file: string, identity: string, into: string): Promise<void> => {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  writeFileSync(`${into}.tar`, await decrypter.decrypt(new Uint8Array(readFileSync(file))));
  mkdirSync(into);
  expect(spawnSync("tar", ["-xf", `${into}.tar`, "-C", into]).status).toBe(0);
};

const exporting = async (out: string, recipients: string[]) =>
  exportExhibit(
    await engine.cases.get(at("one.case")),
    { out: at(out), events: null, identify: false, authority: null, recipients },
    null,
    quiet,
    QUICK_PARTS,
  );

beforeAll(async () => {
  court = await generateIdentity();
  recipient = await identityToRecipient(court);
  await engine.run("case.new", { case: at("one.case"), title: "R v Doe", examiner: "Ada" });
  const live = await engine.cases.get(at("one.case"));
  await live.perform(worldKind, null, { note: "a world" }, { ...quiet, examiner: null });
});
afterAll(() => engine.close());

it.skipIf(!tar)(
  "opens for its recipient to an exhibit that verifies, and its hash is in the ledger",
  async () => {
    writeFileSync(at("recipients"), `# the court\n\n${recipient}\n`);
    const done = await exporting("one.bag", [at("recipients")]);
    expect(done.encrypted).toMatchObject({ path: `${at("one.bag")}.tar.age` });
    expect(sha256Hex(readFileSync(done.encrypted!.path))).toBe(done.encrypted!.sha256);
    expect((await engine.run("custody.ledger", { case: at("one.case") })).acts.at(-1)!.outputs).toMatchObject(
      {
        encrypted: done.encrypted!.sha256,
      },
    );
    await unpack(done.encrypted!.path, court, at("court"));
    const names = filesBelow(at("one.bag"));
    expect(filesBelow(at("court/one.bag"))).toEqual(names);
    for (const name of names)
      expect(
        readFileSync(at(`court/one.bag/${name}`)).equals(readFileSync(at(`one.bag/${name}`))),
        name,
      ).toBe(true);
    expect(await verifyBag(at("court/one.bag"), {})).toMatchObject({ ok: true });
    // What is inside is the exhibit as it would be without: encryption adds nothing to it.
    const plain = await exporting("plain.bag", []);
    expect(plain).toMatchObject({ seal: done.seal, encrypted: null });
  },
);

it("opens for nobody else, and not where a byte was changed", async () => {
  const bytes = new Uint8Array(readFileSync(`${at("one.bag")}.tar.age`));
  const other = new Decrypter();
  other.addIdentity(await generateIdentity());
  await expect(other.decrypt(bytes)).rejects.toThrow();
  bytes[bytes.length - 20]! ^= 1;
  const right = new Decrypter();
  right.addIdentity(court);
  await expect(right.decrypt(bytes)).rejects.toThrow();
});

it.skipIf(!tar)("serves a disclosed part too", async () => {
  const request = { bag: at("one.bag"), out: at("part"), rows: "verdict = unique", encryptTo: [recipient] };
  const done = await engine.run("exhibit.disclose", request);
  await unpack(done.encrypted!.path, court, at("court-part"));
  expect(filesBelow(at("court-part/part"))).toEqual(filesBelow(at("part")));
});

it("is refused for what is no recipient, before anything is written", async () => {
  for (const wrong of ["age1nonsense", at("nowhere"), court])
    await expect(exporting("wrong.bag", [wrong])).rejects.toMatchObject({ code: "usage" });
  expect(existsSync(at("wrong.bag"))).toBe(false);
  expect(existsSync(`${at("wrong.bag")}.tar.age`)).toBe(false);
});
