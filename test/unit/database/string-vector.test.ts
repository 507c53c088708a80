import { describe, expect, it } from "vitest";
import { openAppender } from "../../../electron/engine/database/appender";
import { openNative } from "../../../electron/engine/database/native";

/** Stores texts from one run of bytes and reads them back by SQL. */
async function stored(parts: readonly Uint8Array[]): Promise<(string | null)[]> {
  const db = await openNative(":memory:");
  try {
    await db.run("CREATE TABLE t(text VARCHAR)");
    const bytes = Buffer.concat(parts);
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    let n = 0;
    const ends = Uint32Array.from(parts, (part) => (n += part.length));
    const appender = await openAppender(db, "t");
    const column = { kind: "utf8", buffer, offset: 0, ends, validity: null, validityOffset: 0 } as const;
    try {
      appender.append([column], parts.length);
    } catch (error) {
      await appender.abandon();
      throw error;
    }
    await appender.close();
    return (await db.query("SELECT text FROM t ORDER BY rowid")).map((row) => row.text as string | null);
  } finally {
    await db.close();
  }
}

describe("texts handed over in one stretch", () => {
  it("come back as they were, of every length around the cell's twelve bytes and over several vectors", async () => {
    const alphabet = ["a", "é", "\u0000", "漢", "😀", '"', " "];
    const texts = Array.from({ length: 5000 }, (_, i) =>
      Array.from({ length: (i * 7) % 29 }, (_, k) => alphabet[(i + k * 3) % alphabet.length]).join(""),
    );
    expect(await stored(texts.map((text) => Buffer.from(text)))).toEqual(texts);
  });

  it("are all empty where there are no bytes", async () => {
    expect(await stored([Buffer.alloc(0), Buffer.alloc(0)])).toEqual(["", ""]);
  });

  it("are refused where they are not UTF-8, since the database would store an empty text for them", async () => {
    await expect(stored([Buffer.from("good"), Buffer.from([0xff, 0xfe])])).rejects.toThrow(/not UTF-8/);
  });

  it("are refused where a row ends inside a character, though the whole is UTF-8", async () => {
    const character = Buffer.from("é");
    await expect(stored([character.subarray(0, 1), character.subarray(1)])).rejects.toThrow(/not UTF-8/);
  });
});
