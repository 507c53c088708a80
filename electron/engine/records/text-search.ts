// `text ~ "..."`: which records' raw bytes contain a text. The text stays in the evidence, so the file is read once
// (1-2 GB/s) and each hit's offset is merged with the records' extents; the same read checks the file's hash, since an
// answer from other bytes would be worse than none.
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { ProductError } from "../../../shared/errors";
import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";
import { appendColumns } from "../database/appender";
import { cancelled } from "../database/native";
import { bytesPath, missingEvidence, type SourceFile, sourceFiles } from "./bytes";

const BLOCK = 4 << 20;

export interface SearchOptions {
  /** Letters A-Z stand for a-z; other letters have no case here, since their bytes would depend on the encoding. */
  readonly anyCase?: boolean;
  readonly progress?: (bytes: number) => void;
}

/** Fills `table` (one column `row`, each row once) with the rows of a source whose bytes contain `needle`. */
export async function searchText(
  openCase: OpenCase,
  source: SourceRow,
  needle: string,
  table: string,
  signal: AbortSignal,
  { anyCase = false, progress = () => {} }: SearchOptions = {},
): Promise<void> {
  const { db } = openCase;
  await db.run(`CREATE OR REPLACE TABLE ${table}(row BIGINT NOT NULL)`);
  const bytes = Buffer.from(needle, "utf8");
  if (anyCase) lower(bytes, bytes);
  for (const file of await sourceFiles(db, source.n)) {
    const path = await bytesPath(openCase.path, file);
    if (path === null) throw missingEvidence(file);
    const hits = new HitStream(hitsIn(path, file, bytes, signal, anyCase, progress));
    const records = db.columns(
      `SELECT rowid AS row, "offset", length FROM "record_${source.n}" WHERE file = ? ORDER BY "offset", rowid`,
      [file.file],
      signal,
    );
    for await (const chunk of records) {
      const [row, offset, length] = chunk.columns as Float64Array[];
      const found: number[] = [];
      for (let i = 0; i < chunk.rows; i++) {
        const from = offset![i]!;
        // The first hit in or behind the record; records of one line share it.
        const hit = hits.at(from) ?? (await hits.reach(from));
        if (hit + bytes.length <= from + length![i]!) found.push(row![i]!);
      }
      if (found.length > 0) {
        await appendColumns(db, table, [{ kind: "i64", values: Float64Array.from(found) }], found.length);
      }
    }
    await hits.drain();
  }
}

/** Hits in order, block by block, so that a text that is everywhere does not fill the memory. */
class HitStream {
  private block: number[] = [];
  private next = 0;
  private ended = false;

  constructor(private readonly source: AsyncGenerator<number[]>) {}

  /** The first hit at or behind `from` where the present block has it; null where more must be read. */
  at(from: number): number | null {
    while (this.next < this.block.length && this.block[this.next]! < from) this.next++;
    return this.next < this.block.length
      ? this.block[this.next]!
      : this.ended
        ? Number.POSITIVE_INFINITY
        : null;
  }

  async reach(from: number): Promise<number> {
    for (;;) {
      const hit = this.at(from);
      if (hit !== null) return hit;
      const more = await this.source.next();
      if (more.done) this.ended = true;
      else {
        this.block = more.value;
        this.next = 0;
      }
    }
  }

  /** Reads the rest, so that the hash is of the whole file. */
  async drain(): Promise<void> {
    while (!(await this.source.next()).done);
  }
}

/** Offsets of every occurrence (overlapping ones included), in order, a block at a time. Ends with the hash's check. */
async function* hitsIn(
  path: string,
  file: SourceFile,
  needle: Buffer,
  signal: AbortSignal,
  anyCase: boolean,
  progress: (bytes: number) => void,
): AsyncGenerator<number[]> {
  const hash = createHash("sha256");
  const fd = openSync(path, "r");
  try {
    const keep = needle.length - 1;
    const block = Buffer.allocUnsafeSlow(BLOCK + keep);
    const folded = anyCase ? Buffer.allocUnsafeSlow(BLOCK + keep) : block;
    let held = 0;
    let base = 0;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) throw cancelled();
      const n = readSync(fd, block, held, BLOCK, null);
      if (n === 0) break;
      hash.update(block.subarray(held, held + n));
      const filled = held + n;
      const view = folded.subarray(0, filled);
      if (anyCase) lower(block.subarray(0, filled), view);
      progress(n);
      const hits: number[] = [];
      for (let at = view.indexOf(needle); at >= 0; at = view.indexOf(needle, at + 1)) hits.push(base + at);
      if (hits.length > 0) yield hits;
      const rest = Math.min(keep, filled);
      block.copyWithin(0, filled - rest, filled);
      base += filled - rest;
      held = rest;
    }
    if (hash.digest("hex") !== (file.member?.sha256 ?? file.sha256)) {
      throw new ProductError(
        "input",
        `The evidence ${file.path} is no longer what was added: its SHA-256 differs.`,
        "Put the original back.",
        { file: file.path },
      );
    }
  } finally {
    closeSync(fd);
  }
}

/** Writes `from` into `to` with A-Z as a-z. */
function lower(from: Uint8Array, to: Uint8Array): void {
  for (let i = 0; i < from.length; i++) {
    const byte = from[i]!;
    to[i] = byte >= 65 && byte <= 90 ? byte + 32 : byte;
  }
}
