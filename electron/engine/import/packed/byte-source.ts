// Pulls exact numbers of bytes out of a stream of blocks: what readers of archive headers need.

export class ByteSource {
  private readonly blocks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);
  private ended = false;

  constructor(blocks: AsyncIterable<Buffer>) {
    this.blocks = blocks[Symbol.asyncIterator]();
  }

  /** The next `n` bytes without taking them; fewer at the end. */
  async peek(n: number): Promise<Buffer> {
    while (this.held.length < n && !this.ended) {
      const { done, value } = await this.blocks.next();
      if (done) this.ended = true;
      else this.held = this.held.length === 0 ? value : Buffer.concat([this.held, value]);
    }
    return this.held.subarray(0, n);
  }

  /** Takes `n` bytes; fewer at the end. */
  async take(n: number): Promise<Buffer> {
    const out = await this.peek(n);
    this.held = this.held.subarray(out.length);
    return out;
  }

  /** Takes `n` bytes (default: all) as blocks, without holding them together. Returns at the end, short or not. */
  async *blocksOf(n = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
    let left = n;
    while (left > 0) {
      const block = this.held.length > 0 ? this.held : await this.peek(1).then(() => this.held);
      if (block.length === 0) return;
      const part = block.subarray(0, Math.min(left, block.length));
      this.held = block.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async close(): Promise<void> {
    await this.blocks.return?.();
  }
}
