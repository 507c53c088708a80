// bzip2 as it comes from a file, a block at a time (shared/record/bzip2 decodes it), every checksum verified.
import {
  Bits,
  BLOCK_MAGIC,
  bytesOf,
  END_MAGIC,
  LONGEST_BLOCK,
  readBlock,
} from "../../../../shared/record/bzip2";
import type { ByteSource } from "./byte-source";

/** The content of one or more bzip2 streams one after another. Throws Error where a block is damaged. */
export async function* unbzip2(source: ByteSource): AsyncGenerator<Buffer> {
  for (let streams = 0; ; streams++) {
    const head = await source.take(4);
    if (head.length === 0 && streams > 0) return;
    const level = head[3]! - 48;
    if (head.toString("latin1", 0, 3) !== "BZh" || !(level >= 1 && level <= 9))
      throw new Error(streams === 0 ? "it is no bzip2" : "something else stands behind its end");
    const links = new Uint32Array(level * 100_000);
    let shift = 0;
    let whole = 0;
    for (;;) {
      const held = await source.peek(LONGEST_BLOCK);
      const bits = new Bits(held);
      bits.at = shift;
      const magic = bits.hex(12);
      const stated = ((bits.take(16) << 16) | bits.take(16)) >>> 0;
      if (magic === END_MAGIC) {
        if (stated !== whole) throw new Error("its checksum does not hold");
        await source.take((bits.at + 7) >>> 3);
        break;
      }
      if (magic !== BLOCK_MAGIC) throw new Error("a block does not begin where it should");
      const block = readBlock(bits, links);
      const pieces = bytesOf(block, links);
      let next = pieces.next();
      for (; !next.done; next = pieces.next())
        yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.length);
      if (next.value !== stated) throw new Error("a block's checksum does not hold");
      whole = (((whole << 1) | (whole >>> 31)) ^ next.value) >>> 0;
      await source.take(bits.at >>> 3);
      shift = bits.at & 7;
    }
  }
}
