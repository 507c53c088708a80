// Writing so that it lasts: bytes are on the disk when these functions return, and a name appears only with its whole
// content. A write that is cut short leaves what was there before.
import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Sha256 } from "../../../shared/custody/bytes";
import { ProductError } from "../../../shared/errors";
import { type CrashPoint, crashesAt, crashPoint } from "./crash-points";
import { processAlive } from "./workstation";

export const sha256: Sha256 = (data) => new Uint8Array(createHash("sha256").update(data).digest());
export const sha256Hex = (data: Uint8Array | string): string =>
  createHash("sha256").update(data).digest("hex");

/** A folder's entries are durable only once the folder itself is synchronised (not on Windows, which has no such call). */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at);
}

/** Writes half of the bytes, makes them last, and dies: a torn write as a power cut leaves it. */
function tear(fd: number, bytes: Uint8Array, point: CrashPoint | undefined): void {
  if (point === undefined || !crashesAt(point)) return;
  writeAll(fd, bytes.subarray(0, Math.ceil(bytes.length / 2)));
  fsyncSync(fd);
  crashPoint(point);
}

/** Creates or replaces a file by way of a temporary neighbour. */
export function replaceFile(
  file: string,
  bytes: Uint8Array,
  options: { mode?: number; during?: CrashPoint } = {},
): void {
  const partial = `${file}.partial`;
  const fd = openSync(partial, "w", options.mode ?? 0o644);
  try {
    tear(fd, bytes, options.during);
    writeAll(fd, bytes);
    fsyncSync(fd);
  } catch (error) {
    closeSync(fd);
    rmSync(partial, { force: true });
    throw diskError(error, file);
  }
  closeSync(fd);
  renameSync(partial, file);
  syncFolder(dirname(file));
}

/** Appends, and returns the file's new size. What a failed append left behind is cut off again. */
export function appendFile(
  file: string,
  bytes: Uint8Array,
  expectedSize: number,
  during?: CrashPoint,
): number {
  const fd = openSync(file, "a", 0o644);
  try {
    const before = fstatSync(fd).size;
    if (before !== expectedSize) {
      throw new ProductError(
        "case-damaged",
        `${file} has ${before} bytes where this program left ${expectedSize}: something else wrote to it.`,
        "Close the case, find out what wrote to it, and run portwitness verify.",
        { file },
      );
    }
    try {
      tear(fd, bytes, during);
      writeAll(fd, bytes);
      fsyncSync(fd);
    } catch (error) {
      ftruncateSync(fd, before);
      fsyncSync(fd);
      throw diskError(error, file);
    }
    if (before === 0) syncFolder(dirname(file));
    return before + bytes.length;
  } finally {
    closeSync(fd);
  }
}

function diskError(error: unknown, file: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new ProductError(
      "input",
      `The disk is full: ${file} could not be written.`,
      "Free some space and repeat.",
      { file },
    );
  }
  return error;
}

export function sizeOf(file: string): number | null {
  try {
    return statSync(file).size;
  } catch {
    return null;
  }
}

/** SHA-256 and size of a file of any size, while reading. */
export async function hashFile(
  file: string,
  signal?: AbortSignal,
  onBytes?: (bytes: number) => void,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    hash.update(chunk);
    bytes += chunk.length;
    onBytes?.(chunk.length);
  }
  return { sha256: hash.digest("hex"), bytes };
}

/** A hidden neighbour of `target` to build in: one name a process, so that what a killed one left can be told. */
export const partialOf = (target: string): string =>
  join(dirname(target), `.${basename(target)}.${process.pid}.partial`);

/** Removes what processes that are no longer running left half-built beside `target`, and this one's own. Returns how many. */
export function sweepPartials(target: string): number {
  const head = `.${basename(target)}.`;
  let swept = 0;
  for (const name of readdirSync(dirname(target))) {
    if (!name.startsWith(head) || !name.endsWith(".partial")) continue;
    const pid = Number(name.slice(head.length, -".partial".length));
    if (Number.isSafeInteger(pid) && (pid === process.pid || !processAlive(pid))) {
      rmSync(join(dirname(target), name), { recursive: true, force: true });
      swept++;
    }
  }
  return swept;
}
