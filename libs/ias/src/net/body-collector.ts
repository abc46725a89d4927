/** Chunks of at least this size are kept without a copy: each costs some 90 bytes on the heap. */
const KEPT_BYTES = 1_024;

const MAX_BLOCK_BYTES = 16_384;

/** Collects a body. Servers choose the size of its chunks, so small ones are copied into blocks, each byte once. */
export class BodyCollector {
  readonly #pieces: Buffer[] = [];
  #size = 0;
  #block = Buffer.alloc(0);
  /** The part of the block that is not a piece yet. */
  #start = 0;
  #end = 0;

  add(chunk: Buffer): void {
    // most bodies have one chunk
    if (chunk.length >= KEPT_BYTES || this.#size === 0) {
      this.#seal();
      this.#pieces.push(chunk);
    } else {
      if (this.#block.length - this.#end < chunk.length) this.#renewBlock();
      this.#end += chunk.copy(this.#block, this.#end);
    }
    this.#size += chunk.length;
  }

  /** The body so far. */
  toBuffer(): Buffer {
    this.#seal();
    const [first] = this.#pieces;
    return first && this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces, this.#size);
  }

  #renewBlock(): void {
    this.#seal();
    this.#block = Buffer.allocUnsafeSlow(Math.min(Math.max(this.#size, KEPT_BYTES), MAX_BLOCK_BYTES));
    this.#start = this.#end = 0;
  }

  #seal(): void {
    if (this.#start === this.#end) return;
    this.#pieces.push(this.#block.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }
}
