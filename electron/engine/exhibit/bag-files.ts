// The files of a bag as a verifier meets them: each is read once, from front to back, and hashed in the same reading, so
// that what was judged is what was hashed, and a bag of any size can be checked in little memory.
import { createHash } from "node:crypto";
import { createReadStream, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { compareBytes, concat, textOf } from "../../../shared/custody/bytes";

export interface Problem {
  readonly where: string;
  readonly message: string;
}

/** Bytes. Longer than any tag file, note or ledger line that the program writes; what is longer is not held in memory. */
const MOST = 64 * 1_048_576;

const EMPTY = new Uint8Array(0);

export class BagFiles {
  readonly problems: Problem[] = [];
  /** SHA-256 in hex of each file that was read to its end. */
  readonly sums = new Map<string, string>();
  /** Regular files as `a/b`, sorted by bytes, with their size. */
  readonly sizes = new Map<string, number>();

  constructor(
    readonly folder: string,
    private readonly signal?: AbortSignal,
  ) {
    this.list("");
  }

  problem(where: string, message: string): void {
    this.problems.push({ where, message });
  }

  has(path: string): boolean {
    return this.sizes.has(path);
  }

  /** Paths below data/. */
  payload(): string[] {
    return [...this.sizes.keys()].filter((path) => path.startsWith("data/"));
  }

  /** A file that must be small, whole. Empty where it is missing or is not small. */
  async whole(path: string): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of this.read(path)) {
      size += part.length;
      if (size <= MOST) parts.push(part);
    }
    if (size <= MOST) return concat(...parts);
    this.problem(path, `It has ${size} bytes, far more than such a file can have.`);
    return EMPTY;
  }

  /** The file's bytes in pieces; its sum is known after the last. */
  async *read(path: string): AsyncGenerator<Uint8Array> {
    if (!this.has(path)) return;
    const hash = createHash("sha256");
    // A buffer of its own size for a small file: most are, and a mebibyte each would be cleared for nothing.
    const highWaterMark = Math.min(1 << 20, this.sizes.get(path)! + 1);
    const stream = createReadStream(join(this.folder, path), { highWaterMark });
    try {
      for await (const part of stream as AsyncIterable<Buffer>) {
        this.signal?.throwIfAborted();
        hash.update(part);
        yield part;
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (this.signal?.aborted || code === undefined) throw error;
      this.problem(path, `It cannot be read: ${code}.`);
      return;
    }
    this.sums.set(path, hash.digest("hex"));
  }

  /** The file's lines without their LF; null for one that is too long to be one. */
  async *lines(path: string): AsyncGenerator<Uint8Array | null> {
    let held: Uint8Array[] = [];
    let size = 0;
    for await (const part of this.read(path)) {
      let at = 0;
      for (let end = part.indexOf(10); end >= 0; end = part.indexOf(10, at)) {
        held.push(part.subarray(at, end));
        yield size + end - at > MOST ? null : concat(...held);
        held = [];
        size = 0;
        at = end + 1;
      }
      size += part.length - at;
      // A line beyond all measure is counted, not kept.
      if (size > MOST) held = [];
      else held.push(part.subarray(at));
    }
    if (size > 0) this.problem(path, "Its last line does not end in LF.");
  }

  /** Reads what nothing has read yet, for its sum. */
  async readRest(): Promise<void> {
    for (const path of this.sizes.keys()) {
      if (this.sums.has(path)) continue;
      for await (const _ of this.read(path)) {
        // Reading is hashing.
      }
    }
  }

  private list(prefix: string): void {
    const names = readdirSync(join(this.folder, prefix), { encoding: "buffer" }).sort(compareBytes);
    if (names.length === 0 && prefix !== "")
      this.problem(prefix, "This folder is empty; it is no part of the exhibit.");
    for (const bytes of names) {
      const name = textOf(bytes);
      if (name === null) {
        const path = `${prefix === "" ? "" : `${prefix}/`}${bytes.toString("latin1")}`;
        this.problem(path, "Its name is not UTF-8; it is no part of the exhibit.");
        continue;
      }
      const path = prefix === "" ? name : `${prefix}/${name}`;
      const stat = lstatSync(join(this.folder, path));
      if (stat.isDirectory()) this.list(path);
      else if (stat.isFile()) this.sizes.set(path, stat.size);
      else this.problem(path, "This is a link or a device, not a file.");
    }
  }
}
