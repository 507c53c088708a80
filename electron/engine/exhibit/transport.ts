// An exhibit, or a disclosed part of one, encrypted for transport: a tar of its folder in the age format
// (https://age-encryption.org/v1), which `age -d FILE | tar x` opens without this program. Confidential on the way only:
// what proves the exhibit is its seal, inside.
import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { Encrypter } from "age-encryption";
import { ProductError } from "../../../shared/errors";
import { filesBelow } from "./bag";

export interface Encrypted {
  /** SHA-256 of the encrypted file, hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Recipients from what was given: age1... keys, or files with one a line (# begins a comment). Throws "usage". */
export function recipientsOf(given: readonly string[]): string[] {
  const out = given.flatMap((one) => {
    if (one.startsWith("age1")) return [one];
    if (/^AGE-SECRET-KEY-/i.test(one))
      throw new ProductError(
        "usage",
        "A secret key was given where a recipient belongs.",
        "Give its public key (age1...), and make a new pair: this one stands in your shell's history now.",
      );
    if (!existsSync(one) || !statSync(one).isFile() || statSync(one).size > 1 << 20)
      throw new ProductError(
        "usage",
        `"${one}" is neither a recipient nor a file of recipients.`,
        "Give an age recipient (age1...) or a file with one a line.",
        { file: one },
      );
    const lines = readFileSync(one, "utf8").split(/\r?\n/);
    return lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  });
  const unique = [...new Set(out)];
  for (const recipient of unique) encrypterFor([recipient]);
  if (unique.length === 0) throw new ProductError("usage", "No recipient is named.", "Name one: age1....");
  return unique;
}

function encrypterFor(recipients: readonly string[]): Encrypter {
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      throw new ProductError(
        "usage",
        `"${recipient}" is not an age recipient.`,
        "Give the public key (age1...) that age-keygen printed for the recipient.",
      );
    }
  }
  return encrypter;
}

const BLOCK = 512;

/** A ustar head (POSIX.1-2017, pax, "ustar Interchange Format"): owner 0, mode 0644, no time. */
function tarHead(name: string, size: number): Buffer {
  const head = Buffer.alloc(BLOCK);
  const cut = name.length <= 100 ? -1 : name.indexOf("/", name.length - 101);
  if (Buffer.byteLength(name) !== name.length || (name.length > 100 && (cut < 0 || cut > 155)))
    throw new Error(`a tar cannot hold the name ${name}`);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, "0")}\0`;
  head.write(cut < 0 ? name : name.slice(cut + 1), 0, "ascii");
  head.write(octal(0o644, 8), 100, "ascii");
  head.write(octal(0, 8), 108, "ascii");
  head.write(octal(0, 8), 116, "ascii");
  // Beyond 8 GiB the size stands in base 256 with its first bit set, as GNU tar and libarchive read it.
  if (size < 0o77777777777) head.write(octal(size, 12), 124, "ascii");
  else {
    head[124] = 0x80;
    head.writeBigUInt64BE(BigInt(size), 128);
  }
  head.write(octal(0, 12), 136, "ascii");
  head.write("        0", 148, "ascii");
  head.write("ustar\u000000", 257, "ascii");
  if (cut >= 0) head.write(name.slice(0, cut), 345, "ascii");
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "ascii");
  return head;
}

/** The folder as a tar under a name of its own. A file that changes its size meanwhile is an error. */
async function* tarOf(folder: string, name: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (const path of filesBelow(folder)) {
    const file = join(folder, path);
    const { size } = statSync(file);
    yield tarHead(`${name}/${path}`, size);
    let read = 0;
    for await (const part of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      read += part.length;
      yield part;
    }
    if (read !== size) throw new Error(`${file} changed while it was read`);
    if (size % BLOCK !== 0) yield new Uint8Array(BLOCK - (size % BLOCK));
  }
  yield new Uint8Array(2 * BLOCK);
}

/** Writes the folder, under `name`, as an encrypted tar to `out`, durably. */
export async function encryptFolder(
  folder: string,
  name: string,
  out: string,
  recipients: readonly string[],
  signal: AbortSignal,
): Promise<Encrypted> {
  const source = tarOf(folder, name, signal);
  const plain = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await source.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const sealed = await encrypterFor(recipients).encrypt(plain);
  const sum = createHash("sha256");
  const fd = openSync(out, "wx", 0o600);
  let bytes = 0;
  try {
    const reader = sealed.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      sum.update(next.value);
      for (let at = 0; at < next.value.length; ) at += writeSync(fd, next.value, at);
      bytes += next.value.length;
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return { sha256: sum.digest("hex"), bytes };
}
