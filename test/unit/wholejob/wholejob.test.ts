// The whole job as its users do it, through `node dist/cli.js`: evidence in, clock calibrated, lines named, a sealed
// exhibit out that verifies anywhere and can be made again byte for byte.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, contents, jsonLines, Program, standalone, world } from "./program";

interface Party {
  readonly subscriber: string | null;
  readonly insideIp: string | null;
}
interface Result extends Party {
  readonly line: number;
  readonly verdict: string;
  readonly candidates: readonly Party[];
}

const program = new Program();
const demo = world(7);
let casePath: string;
let bag: string;
let added: Record<string, unknown>[];
let calibration: Record<string, unknown>;
let results: Result[];
let attributeStderr: string;

beforeAll(() => {
  build();
  casePath = program.path("job.case");
  program.ok(["new", casePath, "--title", "The whole job", "--examiner", "A. Weber"]);
  added = program
    .receive(demo)
    .add(casePath)
    .map((words) => program.json(words));
  calibration = program.json(["calibrate", casePath, demo.server, "--against", demo.nat]);
  const attributed = program.run([
    "attribute",
    casePath,
    "--events",
    demo.server,
    "--nat",
    demo.nat,
    "--json",
  ]);
  expect(attributed.status).toBe(0);
  attributeStderr = attributed.stderr;
  results = jsonLines<Result>(attributed.stdout);
  bag = program.path("exhibit");
  program.ok(["export", casePath, bag]);
}, 120_000);
afterAll(() => program.remove());

const truth = new Map(demo.truth.map((one) => [one.line, one]));
const isTrue = (line: number, party: Party): boolean => {
  const known = truth.get(line);
  if (!known) return false;
  return party.subscriber !== null && known.subscriber !== null
    ? party.subscriber === known.subscriber
    : party.insideIp !== null && party.insideIp === known.insideIp;
};

describe("evidence that is added", () => {
  it("is reported by the contract's keys, in its order", () => {
    for (const report of added) {
      expect(Object.keys(report)).toEqual(
        "source format sha256 bytes lines recordLines records rejects blank headers partial withPort firstTimeUs lastTimeUs".split(
          " ",
        ),
      );
    }
  });

  it("has the hash and the size of the file as received", () => {
    for (const [i, file] of demo.files.entries()) {
      expect(added[i]).toMatchObject({
        sha256: createHash("sha256").update(file.content).digest("hex"),
        bytes: Buffer.byteLength(file.content),
      });
    }
  });

  it("accounts for every physical line", () => {
    for (const [i, file] of demo.files.entries()) {
      const { lines, recordLines, rejects, blank, headers } = added[i] as Record<string, number>;
      expect(lines).toBe(file.content.split("\n").length - (file.content.endsWith("\n") ? 1 : 0));
      expect(recordLines! + rejects! + blank! + headers!).toBe(lines);
    }
  });

  it("gives records that lead back to their bytes", () => {
    const server = demo.files.find((file) => file.add.as === demo.server)!;
    const bytes = Buffer.from(server.content);
    const records = program.lines<{ line: number; offset: number; length: number; srcIp: string }>([
      "records",
      casePath,
      demo.server,
      "--limit",
      "500",
    ]);
    const lines = server.content.split("\n");
    expect(records).toHaveLength(500);
    for (const record of records) {
      const raw = bytes.subarray(record.offset, record.offset + record.length).toString();
      expect(raw).toBe(lines[record.line - 1]);
      expect(raw).toContain(record.srcIp);
    }
  });

  it("lists server and NAT records by the contract's keys", () => {
    const base =
      "line offset length timeUs precisionUs timeMeans otherTimeUs srcIp srcPort dstIp dstPort protocol".split(
        " ",
      );
    const nat = "event startUs endUs publicIp portLow portHigh portStep insideIp insidePort subscriber".split(
      " ",
    );
    const [server] = program.lines(["records", casePath, demo.server, "--limit", "1"]);
    const [mapping] = program.lines(["records", casePath, demo.nat, "--limit", "1"]);
    expect(Object.keys(server!)).toEqual([...base, "fields"]);
    expect(Object.keys(mapping!)).toEqual([...base, ...nat, "fields"]);
  });
});

describe("the clock", () => {
  it("is reported by the contract's keys", () => {
    expect(Object.keys(calibration)).toEqual(
      "id source against method pairs segments confidence zoneFaultUs validFromUs validToUs statement".split(
        " ",
      ),
    );
    const segments = calibration.segments as Record<string, number>[];
    expect(segments.length).toBeGreaterThan(0);
    for (const segment of segments) {
      expect(Object.keys(segment)).toEqual(
        "fromUs toUs fromLine toLine offsetUs skewPpm uncertaintyUs guardUs".split(" "),
      );
    }
  });

  it("holds the generator's offset within its guard, over the whole of each segment", () => {
    const segments = calibration.segments as {
      fromUs: number;
      toUs: number;
      offsetUs: number;
      skewPpm: number;
      guardUs: number;
    }[];
    let inside = 0;
    for (const one of demo.truth) {
      const recorded = one.trueUs + one.offsetUs;
      const segment = segments.find((s) => s.fromUs <= recorded && recorded < s.toUs);
      if (!segment) continue;
      const claimed =
        segment.offsetUs + (segment.skewPpm * (recorded - (segment.fromUs + segment.toUs) / 2)) / 1e6;
      expect(Math.abs(claimed - one.offsetUs)).toBeLessThanOrEqual(segment.guardUs);
      inside++;
    }
    expect(inside).toBeGreaterThan(demo.truth.length / 2);
  });
});

describe("attribution", () => {
  it("answers every event, by the contract's keys", () => {
    expect(results).toHaveLength(added.find((one) => one.source === demo.server)!.records as number);
    for (const result of results) {
      expect(Object.keys(result)).toEqual(
        "line offset verdict rule subscriber insideIp candidates nearest sharedBy intervalFromUs intervalToUs flipUs".split(
          " ",
        ),
      );
    }
  });

  it("names most lines, and none wrongly", () => {
    const named = results.filter((r) => r.verdict === "unique" || r.verdict === "only");
    expect(named.filter((r) => r.verdict === "unique").length).toBeGreaterThan(results.length / 2);
    expect(named.filter((r) => !isTrue(r.line, r)).map((r) => r.line)).toEqual([]);
  });

  it("lists the true line among the candidates wherever it cannot tell", () => {
    const ambiguous = results.filter((r) => r.verdict === "ambiguous");
    expect(
      ambiguous.filter((r) => !r.candidates.some((one) => isTrue(r.line, one))).map((r) => r.line),
    ).toEqual([]);
  });

  it("says which calibration it used", () => {
    expect(attributeStderr).toContain(calibration.id as string);
  });

  it("gives the same answers when it is asked again", () => {
    // On a copy: asking is an act, and the exhibits below are of the ledger as it stands.
    const copy = program.path("asked-again.case");
    cpSync(casePath, copy, { recursive: true });
    const again = program.lines<Result>(["attribute", copy, "--events", demo.server, "--nat", demo.nat]);
    expect(again).toEqual(results);
  });
});

describe("without a calibration that the evidence carries", () => {
  it("nothing is unique while the server's clock is uncalibrated", () => {
    const path = program.caseOf(demo, "uncalibrated.case");
    const all = program.lines<Result>(["attribute", path, "--events", demo.server, "--nat", demo.nat]);
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter((r) => r.verdict === "unique")).toEqual([]);
  });

  it("an unrelated source is refused with the reason, exit 1, and nothing is unique", () => {
    const other = world(8);
    const path = program.path("unrelated.case");
    program.ok(["new", path, "--title", "Unrelated", "--examiner", "A. Weber"]);
    for (const words of program.receive(demo, "u1").add(path))
      if (words.includes(demo.nat)) program.ok(words);
    for (const words of program.receive(other, "u2").add(path))
      if (words.includes(other.server)) program.ok(words);
    const refused = program.run(["calibrate", path, other.server, "--against", demo.nat, "--json"]);
    expect(refused.status).toBe(1);
    const answer = JSON.parse(refused.stdout) as { segments: unknown[]; reason: string };
    expect(answer.segments).toEqual([]);
    expect(answer.reason.length).toBeGreaterThan(10);
    const all = program.lines<Result>(["attribute", path, "--events", other.server, "--nat", demo.nat]);
    expect(all.filter((r) => r.verdict === "unique")).toEqual([]);
  });
});

describe("an exhibit", () => {
  it("verifies by the program and by its own verifier, which shares no code with it", () => {
    const report = program.json(["verify", bag]);
    expect(Object.keys(report)).toEqual(["ok", "problems", "keyFingerprint", "signerChecked"]);
    expect(report).toMatchObject({ ok: true, problems: [], signerChecked: false });
    expect(standalone(bag).status).toBe(0);
  });

  it("establishes its signer only with a key that came another way", () => {
    const { keyFingerprint } = program.json(["verify", bag]);
    expect(program.json(["verify", bag, "--key", String(keyFingerprint)])).toMatchObject({
      ok: true,
      signerChecked: true,
    });
    expect(program.run(["verify", bag, "--key", "0".repeat(64)]).status).toBe(1);
    expect(standalone(bag, ["--key", "0".repeat(64)]).status).toBe(1);
  });

  it("is the same bytes in another zone, language, folder and account", () => {
    const elsewhere = program.path("some where else");
    mkdirSync(elsewhere);
    const again = join(elsewhere, "Exhibit B");
    const env = {
      TZ: "Pacific/Apia",
      LANG: "tr_TR.UTF-8",
      LC_ALL: "tr_TR.UTF-8",
      USER: "other",
      LOGNAME: "other",
    };
    program.ok(["export", casePath, again], env, elsewhere);
    expect(differing(bag, again)).toEqual([]);
  });

  it("is the same bytes from a moved case whose database is gone, rebuilt from moved and renamed evidence", () => {
    const moved = program.path("moved.case");
    cpSync(casePath, moved, { recursive: true });
    rmSync(join(moved, "case.duckdb"));
    const received = program.path("archive", "box 12");
    mkdirSync(received, { recursive: true });
    for (const [i, name] of readdirSync(program.path("evidence")).entries()) {
      renameSync(program.path("evidence", name), join(received, `item-${i}`));
    }
    try {
      const rebuilt = program.json<{ differences: unknown[] }>([
        "rebuild",
        moved,
        "--evidence",
        program.path("archive"),
      ]);
      expect(rebuilt.differences).toEqual([]);
      const again = program.path("exhibit again");
      program.ok(["export", moved, again]);
      expect(differing(bag, again)).toEqual([]);
    } finally {
      program.receive(demo);
    }
  });

  it("is never written over", () => {
    const done = program.run(["export", casePath, bag]);
    expect(done.status).toBeGreaterThan(1);
    expect(done.stderr).toContain(bag);
  });
});

function differing(one: string, other: string): string[] {
  const a = contents(one);
  const b = contents(other);
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].filter((name) => !a.get(name) || !b.get(name) || !a.get(name)!.equals(b.get(name)!));
}

describe("tampering", () => {
  let copy: string;
  let n = 0;
  const fresh = () => {
    copy = program.path(`tampered-${n++}`);
    cpSync(bag, copy, { recursive: true });
    return copy;
  };
  /** Both verifiers say no, and both name the place. */
  const bothRefuse = (path: string, place: RegExp) => {
    const ours = program.run(["verify", path, "--json"]);
    expect(ours.status, ours.stderr).toBe(1);
    expect(ours.stdout).toMatch(place);
    // The recipient's own copy of the verifier: the one in a forged bag proves nothing.
    const theirs = standalone(path, [], join(bag, "data", "verify.mjs"));
    expect(theirs.status, theirs.stderr).toBe(1);
    expect(theirs.stdout + theirs.stderr).toMatch(place);
  };
  const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  /** What a forger does next: makes manifests and Payload-Oxum right again. */
  const makeSumsRight = (path: string) => {
    const files = contents(path);
    const payload = [...files.keys()].filter((name) => name.startsWith("data/")).sort();
    const lines = (names: string[]) =>
      names.map((name) => `${sha256(readFileSync(join(path, name)))}  ${name}\n`).join("");
    writeFileSync(join(path, "manifest-sha256.txt"), lines(payload));
    const octets = payload.reduce((sum, name) => sum + files.get(name)!.length, 0);
    const info = readFileSync(join(path, "bag-info.txt"), "utf8").replace(
      /Payload-Oxum: .*/,
      `Payload-Oxum: ${octets}.${payload.length}`,
    );
    writeFileSync(join(path, "bag-info.txt"), info);
    const tags = readFileSync(join(path, "tagmanifest-sha256.txt"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.slice(66));
    writeFileSync(join(path, "tagmanifest-sha256.txt"), lines(tags));
  };

  it("with one byte of any file is found, and the file named", () => {
    const path = fresh();
    const checkedByBoth = ["data/attribution.csv", "data/custody.jsonl", "manifest-sha256.txt", "seal.note"];
    const verifier = join(bag, "data", "verify.mjs");
    for (const [name, bytes] of contents(bag)) {
      const changed = Buffer.from(bytes);
      const at = Math.floor(changed.length / 2);
      changed[at] = changed[at]! ^ 1;
      writeFileSync(join(path, name), changed);
      const place = new RegExp(name.split("/").pop()!.replaceAll(".", "\\."));
      if (checkedByBoth.includes(name)) bothRefuse(path, place);
      else {
        const refused = standalone(path, [], verifier);
        expect(refused.status, name).toBe(1);
        expect(refused.stdout + refused.stderr).toMatch(place);
      }
      writeFileSync(join(path, name), bytes);
    }
    expect(standalone(path, [], verifier).status).toBe(0);
  });

  it("by dropping the ledger's last line is found, also with the sums made right again", () => {
    const path = fresh();
    const ledger = join(path, "data", "custody.jsonl");
    const lines = readFileSync(ledger, "utf8").split("\n");
    writeFileSync(ledger, `${lines.slice(0, -2).join("\n")}\n`);
    bothRefuse(path, /custody\.jsonl/);
    makeSumsRight(path);
    bothRefuse(path, /custody\.jsonl|checkpoint|ledger|seal/);
  });

  it("with a name in the result is found, also with the sums made right again", () => {
    const path = fresh();
    const table = join(path, "data", "attribution.csv");
    const text = readFileSync(table, "utf8");
    const named = results.find((r) => r.verdict === "unique")!;
    const name = named.subscriber ?? named.insideIp!;
    const forged = text.replace(name, `${name.slice(0, -1)}${name.endsWith("1") ? "2" : "1"}`);
    expect(forged).not.toBe(text);
    writeFileSync(table, forged);
    makeSumsRight(path);
    bothRefuse(path, /seal|manifest|attribution\.csv/);
  });

  it("by adding a file that no manifest lists is found", () => {
    const path = fresh();
    writeFileSync(join(path, "data", "extra.txt"), "hello");
    bothRefuse(path, /extra\.txt/);
  });

  it("by dropping a line from the case's own ledger is found", () => {
    const path = program.path("shortened.case");
    cpSync(casePath, path, { recursive: true });
    const ledger = join(path, "custody.jsonl");
    const lines = readFileSync(ledger, "utf8").split("\n");
    writeFileSync(ledger, `${lines.slice(0, -2).join("\n")}\n`);
    const done = program.run(["verify", path, "--json"]);
    expect(done.status).toBe(1);
    expect(done.stdout).toMatch(/checkpoint|ledger|custody/);
  });
});

describe("answers to wrong use and bad input", () => {
  it.each([
    [["frobnicate"], 2, /no command "frobnicate"/],
    [["new"], 2, /CASE is missing/],
    [["calibrate", "CASE", "web"], 2, /exactly one of/],
    [["sources", "/nowhere/at/all.case"], 3, /\/nowhere\/at\/all\.case/],
    [["attribute", "CASE", "--nat", "x"], 2, /--events/],
    [["records", "CASE", "no-such-source"], 2, /no-such-source/],
    [["records", "CASE", "SERVER", "--filter", "srcIpp = 1.2.3.4"], 2, /srcIpp/],
    [["add", "CASE", "/nowhere/access.log", "--as", "x"], 3, /\/nowhere\/access\.log/],
    [["add", "CASE", "EVIDENCE", "--as", "SERVER"], 2, /SERVER_NAME/],
  ])("%j: exit %i", (words, status, says) => {
    const named = words.map((word) =>
      word === "CASE"
        ? casePath
        : word === "SERVER"
          ? demo.server
          : word === "EVIDENCE"
            ? program.path("evidence", demo.files[0]!.name)
            : word,
    );
    const done = program.run(named);
    expect(done.status, done.stderr).toBe(status);
    expect(done.stderr).toMatch(says.source === "SERVER_NAME" ? new RegExp(demo.server) : says);
    expect(done.stdout).toBe("");
    expect(done.stderr).not.toMatch(/\bat .*\.js:\d+/);
  });

  it("with --json are one JSON object on standard error, with a mend", () => {
    const done = program.run(["sources", "/nowhere/at/all.case", "--json"]);
    expect(done.status).toBe(3);
    const { error } = JSON.parse(done.stderr) as { error: { code: string; message: string; mend: string } };
    expect(error.code).toBe("input");
    expect(error.mend.length).toBeGreaterThan(5);
  });
});

describe("the ledger of the whole job", () => {
  it("holds only acts that a command of the same name makes", () => {
    const acts = jsonLines<{ action: string; examiner: string }>(
      readFileSync(join(casePath, "custody.jsonl"), "utf8"),
    );
    const known = [
      "case.new",
      "key.new",
      "evidence.add",
      "clock.calibrate",
      "attribution.run",
      "exhibit.export",
      "custody.verify",
      "case.open",
    ];
    expect(acts.map((act) => act.action).filter((action) => !known.includes(action))).toEqual([]);
    expect(acts.map((act) => act.action)).toEqual(
      expect.arrayContaining(["evidence.add", "clock.calibrate", "attribution.run", "exhibit.export"]),
    );
    expect(acts.every((act) => act.examiner === "A. Weber")).toBe(true);
  });
});
