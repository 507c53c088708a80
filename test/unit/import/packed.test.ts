import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { membersOf, packingOf } from "../../../electron/engine/import/packed/packed";
import { TestCase } from "../records/case";

const line = (second: number, port: number) =>
  `2026-11-24T05:34:${String(second).padStart(2, "0")}+00:00 host sshd[10]: Failed password for root from 192.0.2.7 port ${port} ssh2\n`;
const A = line(1, 40001) + line(2, 40002);
const B = line(3, 40003);
const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

let test: TestCase;
beforeAll(async () => {
  test = await TestCase.create();
});
afterAll(() => test.close());

const has = (tool: string): boolean => spawnSync(tool, ["--version"]).status === 0;

/** A tar of two files by the system's tar, or null where there is none. */
function tar(name: string, ...flags: string[]): string {
  const folder = join(test.folder, "in-tar");
  mkdirSync(join(folder, "deep"), { recursive: true });
  writeFileSync(join(folder, "a.log"), A);
  writeFileSync(join(folder, "deep", "b.log"), B);
  const path = join(test.folder, name);
  execFileSync("tar", [...flags, "-cf", path, "-C", folder, "a.log", "deep"]);
  return path;
}

async function listed(path: string): Promise<[string, string][]> {
  const out: [string, string][] = [];
  for await (const member of membersOf(path)) {
    const blocks: Buffer[] = [];
    for await (const block of member.content) blocks.push(block);
    out.push([member.name, Buffer.concat(blocks).toString()]);
  }
  return out;
}

describe("packed evidence", () => {
  it("is recognised by its bytes, whatever it is called", async () => {
    const path = test.file("plain.log", gzipSync(A));
    expect(packingOf(path)).toBe("gzip");
    expect(await listed(path)).toEqual([["plain.log", A]]);
    expect(packingOf(test.file("named.gz", A))).toBeNull();
  });

  it("reads gzip of several members one after another", async () => {
    const path = test.file("two.log.gz", Buffer.concat([gzipSync(A), gzipSync(B)]));
    expect(await listed(path)).toEqual([["two.log", A + B]]);
  });

  it.skipIf(!has("zstd"))("reads zstd, several frames included", async () => {
    const plain = test.file("z.log", A);
    execFileSync("zstd", ["-q", "-f", plain, "-o", `${plain}.zst`]);
    expect(await listed(`${plain}.zst`)).toEqual([["z.log", A]]);
    const twice = test.file(
      "twice.zst",
      Buffer.concat([readFileSync(`${plain}.zst`), readFileSync(`${plain}.zst`)]),
    );
    expect(await listed(twice)).toEqual([["twice", A + A]]);
  });

  it.skipIf(!has("tar"))("reads tar in its dialects, packed or not", async () => {
    const expected = [
      ["a.log", A],
      ["deep/b.log", B],
    ];
    for (const format of ["ustar", "gnu", "pax"]) {
      const path = tar(`${format}.tar`, `--format=${format}`);
      expect(await listed(path)).toEqual(expected);
      expect(await listed(test.file(`${format}.tgz`, gzipSync(readFileSync(path))))).toEqual(expected);
    }
  });

  it("reads zip, stored and deflated", async () => {
    const path = test.file(
      "logs.zip",
      zipSync({ "a.log": [Buffer.from(A), { level: 0 }], deep: { "b.log": Buffer.from(B) } }),
    );
    expect(await listed(path)).toEqual([
      ["a.log", A],
      ["deep/b.log", B],
    ]);
  });

  it("says what it cannot read, and where a file is damaged", async () => {
    const xz = test.file("x.xz", Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2, 3]));
    await expect(listed(xz)).rejects.toThrow(/xz/);
    const whole = gzipSync(A.repeat(100));
    const cut = test.file("cut.gz", whole.subarray(0, whole.length - 20));
    await expect(listed(cut)).rejects.toMatchObject({ code: "input" });
    const zip = Buffer.from(zipSync({ "a.log": Buffer.from(A) }));
    await expect(listed(test.file("cut.zip", zip.subarray(0, zip.length - 10)))).rejects.toMatchObject({
      code: "input",
    });
    // A header that announces less than it holds.
    const lying = Buffer.from(zip);
    const at = lying.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    lying.writeUInt32LE(5, at + 24);
    await expect(listed(test.file("lying.zip", lying))).rejects.toThrow(/size/);
  });
});

describe("adding packed evidence", () => {
  it("gives a report a member, with both hashes and offsets in the member", async () => {
    const packed = gzipSync(A);
    const path = test.file("auth.log.gz", packed);
    const { files } = await test.run("evidence.add", { files: [path], as: "gz", expect: [sha256(packed)] });
    expect(files).toEqual([
      expect.objectContaining({
        sha256: sha256(packed),
        memberSha256: sha256(A),
        member: "auth.log",
        bytes: A.length,
        lines: 2,
        path,
      }),
    ]);
    const raw = await test.run("records.raw", { source: "gz", row: 1 });
    expect(Buffer.from(raw.base64, "base64").toString()).toBe(line(2, 40002).trimEnd());
    expect(raw.offset).toBe(line(1, 40001).length);
  });

  it("takes the members of an archive as the files of one source, and never uses their names as paths", async () => {
    const evil = "../../../evil.log";
    const path = test.file("logs.zip", zipSync({ "a.log": Buffer.from(A), [evil]: Buffer.from(B) }));
    const { files } = await test.run("evidence.add", { files: [path], as: "zip" });
    expect(files.map((f) => [f.member, f.records, f.memberSha256])).toEqual([
      ["a.log", 2, sha256(A)],
      [evil, 1, sha256(B)],
    ]);
    expect(readdirSync(join(test.path, "decoded")).sort()).toEqual([sha256(A), sha256(B)].sort());
    const { view } = await test.run("records.open", { source: "zip", filter: 'text ~ "40003"' });
    expect(
      (await test.run("records.page", { view, from: 0, to: 9 })).rows.map((r) => [r.row, r.line]),
    ).toEqual([[2, 1]]);
  });

  it("unpacks again when the cache of members is gone", async () => {
    rmSync(join(test.path, "decoded"), { recursive: true });
    const raw = await test.run("records.raw", { source: "gz", row: 0 });
    expect(Buffer.from(raw.base64, "base64").toString()).toBe(line(1, 40001).trimEnd());
  });

  it("stops at what unpacks beyond all measure, and keeps nothing of it", async () => {
    const bomb = test.file(
      "bomb.gz",
      Buffer.concat(Array.from({ length: 10 }, () => gzipSync(Buffer.alloc(8 << 20, 120), { level: 9 }))),
    );
    const seen = await test.run("evidence.preview", { file: bomb });
    expect(seen.chosen).toBeNull();
    await expect(
      test.run("evidence.add", { files: [bomb], as: "bomb", format: "openssh" }),
    ).rejects.toMatchObject({ code: "input" });
    expect((await test.run("evidence.sources", {})).map((s) => s.name)).toEqual(["gz", "zip"]);
    expect(readdirSync(join(test.path, "decoded")).filter((name) => name.startsWith("partial"))).toEqual([]);
  });

  it("rebuilds to the same answers", async () => {
    await test.run("case.close", {});
    rmSync(join(test.path, "case.duckdb"));
    rmSync(join(test.path, "decoded"), { recursive: true });
    const { differences } = await test.run("case.rebuild", { case: test.path });
    expect(differences).toEqual([]);
  });
});
