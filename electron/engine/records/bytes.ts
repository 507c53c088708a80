// A record's original bytes, read from the evidence (or the case's copy). A file of another size than was recorded is
// not the evidence, and nothing is shown from it; whole-file hashes are checked wherever a whole file is read.
import { closeSync, openSync, readSync } from "node:fs";
import type { Database } from "../../../shared/database";
import { ProductError } from "../../../shared/errors";
import { presentPath } from "../import/evidence-file";

export interface SourceFile {
  readonly file: number;
  readonly path: string;
  readonly member: string | null;
  readonly sha256: string;
  readonly size: number;
}

export async function sourceFiles(db: Database, n: number): Promise<SourceFile[]> {
  const rows = await db.query(
    "SELECT file, path, member, sha256, size FROM source_file WHERE n = ? ORDER BY file",
    [n],
  );
  return rows.map((row) => ({
    file: Number(row.file),
    path: String(row.path),
    member: row.member as string | null,
    sha256: String(row.sha256),
    size: Number(row.size),
  }));
}

/** Where a file's bytes are now, or null. */
export const bytesPath = (casePath: string, file: SourceFile): string | null => presentPath(casePath, file);

export function missingEvidence(file: SourceFile): ProductError {
  return new ProductError(
    "input",
    `The evidence ${file.path} is not where it was, or is no longer of the size it had.`,
    "Put the original back; its hash is in the list of sources.",
    { file: file.path },
  );
}

/** Reads records of one file by offset and length; open for as long as a page is made. */
export class EvidenceReader {
  private readonly open = new Map<number, number | null>();

  constructor(
    private readonly casePath: string,
    private readonly files: readonly SourceFile[],
  ) {}

  /** The bytes, or null where the evidence is not to be had. */
  read(file: number, offset: number, length: number): Uint8Array | null {
    let fd = this.open.get(file);
    if (fd === undefined) {
      const path = this.files[file] ? bytesPath(this.casePath, this.files[file]) : null;
      fd = path === null ? null : openSync(path, "r");
      this.open.set(file, fd);
    }
    if (fd === null) return null;
    const out = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const n = readSync(fd, out, filled, length - filled, offset + filled);
      if (n === 0) return null;
      filled += n;
    }
    return out;
  }

  close(): void {
    for (const fd of this.open.values()) if (fd !== null) closeSync(fd);
    this.open.clear();
  }
}
