// A record's original bytes, read from the evidence, the case's copy of it, or the unpacked member. A file of another
// size than was recorded is not the evidence, and nothing is shown from it; whole-file hashes are checked wherever a
// whole file is read.
import { closeSync, openSync, readSync } from "node:fs";
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { ensureDecoded } from "../import/decoded";
import { presentPath } from "../import/evidence-file";

export interface SourceFile {
  readonly file: number;
  /** Recorded path of the evidence file. */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  /** Where the evidence is packed: the member that was parsed. Offsets are in it. */
  readonly member: { readonly name: string; readonly sha256: string; readonly bytes: number } | null;
}

export async function sourceFiles(db: Database, n: number): Promise<SourceFile[]> {
  const rows = await db.query(
    "SELECT file, path, member, member_sha256, sha256, size, bytes FROM source_file WHERE n = ? ORDER BY file",
    [n],
  );
  return rows.map((row) => ({
    file: Number(row.file),
    path: String(row.path),
    sha256: String(row.sha256),
    size: Number(row.size),
    member:
      row.member === null
        ? null
        : { name: String(row.member), sha256: String(row.member_sha256), bytes: Number(row.bytes) },
  }));
}

/** Where the bytes that offsets refer to are now, or null. Unpacks again where the cache of members was emptied. */
export async function bytesPath(casePath: string, file: SourceFile): Promise<string | null> {
  const path = presentPath(casePath, file);
  if (file.member === null) return path;
  return ensureDecoded(casePath, { ...file.member, container: path });
}

export function missingEvidence(file: SourceFile): ProductError {
  return new ProductError(
    "input",
    `The evidence ${file.path} is not where it was, or is no longer of the size it had.`,
    "Put the original back; its hash is in the list of sources.",
    { file: file.path },
  );
}

/** Reads records by file, offset and length; open for as long as a page is made. */
export class EvidenceReader {
  private readonly open = new Map<number, number | null>();
  private block: { readonly file: number; readonly from: number; readonly bytes: Buffer } | null = null;

  /** `ahead`: bytes read at once where record after record is read; 0 reads each by itself. */
  constructor(
    private readonly casePath: string,
    private readonly files: readonly SourceFile[],
    private readonly ahead = 0,
  ) {}

  /** The bytes, or null where the evidence is not to be had. */
  async read(file: number, offset: number, length: number): Promise<Uint8Array | null> {
    const fd = this.open.has(file) ? this.open.get(file)! : await this.opened(file);
    if (fd === null) return null;
    if (length > this.ahead) {
      const out = bytesAt(fd, offset, length);
      return out.length === length ? out : null;
    }
    let { block } = this;
    if (block?.file !== file || offset < block.from || offset + length > block.from + block.bytes.length) {
      block = { file, from: offset, bytes: bytesAt(fd, offset, this.ahead) };
      this.block = block;
    }
    const at = offset - block.from;
    return at + length <= block.bytes.length ? block.bytes.subarray(at, at + length) : null;
  }

  private async opened(file: number): Promise<number | null> {
    const path = this.files[file] ? await bytesPath(this.casePath, this.files[file]) : null;
    const fd = path === null ? null : openSync(path, "r");
    this.open.set(file, fd);
    return fd;
  }

  close(): void {
    for (const fd of this.open.values()) if (fd !== null) closeSync(fd);
    this.open.clear();
  }
}

/** Up to `length` bytes; fewer where the file ends. */
function bytesAt(fd: number, offset: number, length: number): Buffer {
  const out = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const n = readSync(fd, out, filled, length - filled, offset + filled);
    if (n === 0) break;
    filled += n;
  }
  return out.subarray(0, filled);
}
