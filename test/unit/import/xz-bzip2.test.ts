// xz, bzip2 and UTF-16 evidence. The packed bytes come from the tools that write them; where a tool is absent its tests
// are shown as skipped, and streams of our own, made once by those tools, are still read.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { membersOf, packingOf } from "../../../electron/engine/import/packed/packed";
import { TestCase } from "../records/case";

let test: TestCase;
beforeAll(async () => {
  test = await TestCase.create();
});
afterAll(() => test.close());

const has = (tool: string): boolean => spawnSync(tool, ["--version"]).status === 0;

async function listed(path: string): Promise<[string, Buffer][]> {
  const out: [string, Buffer][] = [];
  for await (const member of membersOf(path)) {
    const blocks: Buffer[] = [];
    for await (const block of member.content) blocks.push(block);
    out.push([member.name, Buffer.concat(blocks)]);
  }
  return out;
}

/** Log lines that repeat and vary, `n` bytes of them, the same for a seed. */
function logText(n: number, seed = 1): Buffer {
  let x = seed;
  const next = (below: number): number => {
    x = (Math.imul(x, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((x / 4_294_967_296) * below);
  };
  const lines: string[] = [];
  for (let size = 0; size < n; ) {
    const line = `Nov 24 05:${String(next(60)).padStart(2, "0")}:12 gate sshd[${next(32768)}]: Failed password for root from 203.0.113.${next(256)} port ${next(65536)} ssh2\n`;
    lines.push(line);
    size += line.length;
  }
  return Buffer.from(lines.join("")).subarray(0, n);
}

/** Bytes without any order: nothing of them packs. */
function noise(n: number): Buffer {
  const out: Buffer[] = [];
  for (let i = 0; i * 32 < n; i++) out.push(createHash("sha256").update(String(i)).digest());
  return Buffer.concat(out).subarray(0, n);
}

const CONTENTS: readonly (readonly [string, () => Buffer])[] = [
  ["one byte", () => Buffer.from("a")],
  ["a log of several blocks", () => logText(1_000_000)],
  [
    "long runs",
    () =>
      Buffer.concat([
        Buffer.alloc(300_000, 97),
        Buffer.from("b"),
        Buffer.alloc(5, 97),
        Buffer.alloc(700_000),
      ]),
  ],
  ["noise", () => noise(300_000)],
  [
    "runs of 4 to 260 of each byte",
    () => Buffer.concat(Array.from({ length: 257 }, (_, i) => Buffer.alloc(i + 4, i % 7))),
  ],
];

function pack(tool: string, content: Buffer, ...flags: string[]): Buffer {
  return execFileSync(tool, [...flags, "-c"], { input: content, maxBuffer: 1 << 28 });
}

describe.skipIf(!has("xz"))("xz", () => {
  for (const [what, content] of CONTENTS) {
    it(`gives back ${what}`, async () => {
      const plain = content();
      for (const flags of [
        ["-6"],
        ["-9e", "--check=sha256"],
        ["-0", "--check=crc32"],
        ["--lzma2=preset=1,lc=2,lp=2,pb=0,dict=4KiB", "--check=none"],
        ["--block-size=100000"],
      ]) {
        const path = test.file("x.log.xz", pack("xz", plain, ...flags));
        expect(packingOf(path)).toBe("xz");
        const [[name, bytes]] = (await listed(path)) as [[string, Buffer]];
        expect(name).toBe("x.log");
        expect(bytes.equals(plain)).toBe(true);
      }
    });
  }

  it("reads streams one after another with padding between them", async () => {
    const a = pack("xz", Buffer.from("one\n"));
    const path = test.file(
      "two.xz",
      Buffer.concat([a, Buffer.alloc(8), pack("xz", Buffer.from("two\n")), Buffer.alloc(4)]),
    );
    expect(String((await listed(path))[0]![1])).toBe("one\ntwo\n");
  });

  it("takes no byte that a checksum does not cover: any bit changed is an error, and so is any cut", async () => {
    const plain = logText(3000);
    const packed = pack("xz", plain, "--check=crc64");
    for (let i = 0; i < packed.length; i += 7) {
      const bad = Buffer.from(packed);
      bad[i]! ^= 1 << (i % 8);
      const path = test.file("bad.xz", bad);
      if (packingOf(path) === "xz")
        await expect(listed(path), `byte ${i}`).rejects.toMatchObject({ code: "input" });
      if (i > 12)
        await expect(listed(test.file("cut.xz", packed.subarray(0, i))), `cut at ${i}`).rejects.toThrow();
    }
  });

  it("refuses a window that would fill the memory, and filters for machine code", async () => {
    const bcj = test.file("bcj.xz", pack("xz", Buffer.from("x"), "--x86", "--lzma2=preset=0"));
    await expect(listed(bcj)).rejects.toThrow(/filter/);
    const big = pack("xz", Buffer.from("x"), "--lzma2=preset=0,dict=1GiB");
    await expect(listed(test.file("big.xz", big))).rejects.toThrow(/window/);
  });
});

describe.skipIf(!has("bzip2"))("bzip2", () => {
  for (const [what, content] of CONTENTS) {
    it(`gives back ${what}`, async () => {
      const plain = content();
      for (const level of ["-1", "-9"]) {
        const path = test.file("x.log.bz2", pack("bzip2", plain, level));
        expect(packingOf(path)).toBe("bzip2");
        const [[name, bytes]] = (await listed(path)) as [[string, Buffer]];
        expect(name).toBe("x.log");
        expect(bytes.equals(plain)).toBe(true);
      }
    });
  }

  it("reads several streams, an empty one too", async () => {
    const parts = ["", "one\n", "", "two\n"].map((t) => pack("bzip2", Buffer.from(t)));
    expect(String((await listed(test.file("s.bz2", Buffer.concat(parts))))[0]![1])).toBe("one\ntwo\n");
  });

  it("takes no damaged or cut block", async () => {
    const packed = pack("bzip2", logText(3000));
    for (let i = 4; i < packed.length; i += 5) {
      const bad = Buffer.from(packed);
      bad[i]! ^= 1 << (i % 8);
      const path = test.file("bad.bz2", bad);
      // The last byte's unused bits say nothing.
      if (packingOf(path) === "bzip2" && i < packed.length - 1)
        await expect(listed(path), `byte ${i}`).rejects.toMatchObject({ code: "input" });
      if (i > 14)
        await expect(listed(test.file("cut.bz2", packed.subarray(0, i))), `cut at ${i}`).rejects.toThrow();
    }
  });
});

describe("packings inside packings", () => {
  const text = "one\ntwo\n";

  it("opens gzip inside zip and inside tar, and no nest without end", async () => {
    const zip = test.file("logs.zip", zipSync({ "a.log.gz": gzipSync(text), "b.log": Buffer.from(text) }));
    expect((await listed(zip)).map(([name, b]) => [name, String(b)])).toEqual([
      ["a.log", text],
      ["b.log", text],
    ]);
    let nest: Buffer = Buffer.from(text);
    for (let i = 0; i < 6; i++) nest = gzipSync(nest);
    await expect(listed(test.file("nest.gz", nest))).rejects.toThrow(/times over/);
  });

  it.skipIf(!has("tar") || !has("xz"))("opens .tar.xz, and .gz inside it", async () => {
    writeFileSync(join(test.folder, "m.log.gz"), gzipSync(text));
    const path = join(test.folder, "all.tar.xz");
    execFileSync("tar", ["-cJf", path, "-C", test.folder, "m.log.gz"]);
    expect((await listed(path)).map(([name, b]) => [name, String(b)])).toEqual([["m.log", text]]);
  });
});

describe("UTF-16 text", () => {
  const text =
    "2026-11-24 05:34:12.17 Logon       Login failed for user 'J\u00f6rg \u{1f600}'. [CLIENT: 203.0.113.7]\r\n";
  const big = (s: string): Buffer => Buffer.from(s, "utf16le").swap16();

  it("is read in both byte orders, with a mark and without, packed or not", async () => {
    for (const bytes of [
      Buffer.from(`\ufeff${text}`, "utf16le"),
      Buffer.from(text, "utf16le"),
      big(`\ufeff${text}`),
      big(text),
    ]) {
      expect(String((await listed(test.file("ERRORLOG", bytes)))[0]![1])).toBe(text);
      expect(String((await listed(test.file("ERRORLOG.gz", gzipSync(bytes))))[0]![1])).toBe(text);
    }
  });

  it("becomes a source whose records lead back to both hashes", async () => {
    const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
    const path = test.file("ERRORLOG.1", bytes);
    const { files } = await test.run("evidence.add", { files: [path], as: "sql", zone: "+01:00" });
    const sha256 = (b: Uint8Array) => createHash("sha256").update(b).digest("hex");
    expect(files[0]).toMatchObject({
      format: "mssql.errorlog",
      sha256: sha256(bytes),
      memberSha256: sha256(Buffer.from(text)),
      records: 1,
      rejects: 0,
    });
  });
});
