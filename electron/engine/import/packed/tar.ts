// Members of a tar archive: ustar, GNU long names, pax paths and sizes (POSIX.1-2001 pax, "ustar Interchange Format").
// Only regular files have content; names are only ever shown, never used as paths.
import type { ByteSource } from "./byte-source";
import type { Member } from "./packed";

const BLOCK = 512;

export const isTar = (head: Buffer): boolean =>
  head.length >= BLOCK && head.toString("latin1", 257, 262) === "ustar" && checksumHolds(head);

function checksumHolds(head: Buffer): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : head[i]!;
  return sum === number(head, 148, 8);
}

function text(head: Buffer, at: number, length: number): string {
  const field = head.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end);
}

/** Octal text, or (GNU) big-endian binary where the first bit is set. */
function number(head: Buffer, at: number, length: number): number {
  if ((head[at]! & 0x80) === 0) return Number.parseInt(text(head, at, length).trim() || "0", 8);
  let value = head[at]! & 0x7f;
  for (let i = 1; i < length; i++) value = value * 256 + head[at + i]!;
  return value;
}

/** Each member must be read to its end before the next is asked for. Throws Error for what is no tar. */
export async function* tarMembers(source: ByteSource): AsyncGenerator<Member> {
  let longName: string | null = null;
  let pax: Map<string, string> = new Map();
  for (;;) {
    const head = await source.take(BLOCK);
    if (head.length === 0 || head.every((byte) => byte === 0)) return;
    if (head.length < BLOCK) throw new Error("it ends inside a header");
    if (!checksumHolds(head)) throw new Error("a header's checksum is wrong");
    const size = pax.has("size") ? Number(pax.get("size")) : number(head, 124, 12);
    if (!Number.isSafeInteger(size) || size < 0) throw new Error("a header states no valid size");
    const type = String.fromCharCode(head[156]!);
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if (type === "L" || type === "x" || type === "g") {
      if (size > 1 << 20) throw new Error("a header is too long");
      const body = await source.take(size);
      await source.take(padding);
      if (type === "L") longName = text(body, 0, body.length);
      else if (type === "x") pax = paxRecords(body);
      continue;
    }
    const prefix = text(head, 345, 155);
    const plain = text(head, 0, 100);
    const name = pax.get("path") ?? longName ?? (prefix ? `${prefix}/${plain}` : plain);
    longName = null;
    pax = new Map();
    const content = whole(source, size);
    if (type === "0" || type === "\0" || type === "7") yield { name, content };
    else for await (const _ of content);
    await source.take(padding);
  }
}

async function* whole(source: ByteSource, size: number): AsyncGenerator<Buffer> {
  let left = size;
  for await (const block of source.blocksOf(size)) {
    left -= block.length;
    yield block;
  }
  if (left > 0) throw new Error("it ends inside a member");
}

/** `LENGTH KEY=VALUE\n`, LENGTH counting the whole record. */
function paxRecords(body: Buffer): Map<string, string> {
  const out = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(32, at);
    const length = Number(body.toString("latin1", at, space));
    if (space < 0 || !(length > 0) || at + length > body.length) return out;
    const record = body.toString("utf8", space + 1, at + length - 1);
    const equals = record.indexOf("=");
    if (equals > 0) out.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return out;
}
