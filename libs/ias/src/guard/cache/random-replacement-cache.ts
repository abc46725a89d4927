import type { Random } from '../../core/injection-tokens.js';

interface Entry<Value> {
  readonly key: string;
  readonly value: Value;
  readonly bytes: number;
  /** Index in the list from which evictions choose. */
  index: number;
}

/**
 * A cache with a memory limit that evicts at random.
 *
 * If it evicted the least recently used entry, it would have no hits once callers cycle through slightly more entries
 * than fit. With random eviction, the hit rate falls gradually (docs/decisions/0013).
 */
export class RandomReplacementCache<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #list: Entry<Value>[] = [];
  #bytes = 0;
  readonly #maxBytes: number;
  readonly #random: Random;

  constructor(maxBytes: number, random: Random = Math.random) {
    this.#maxBytes = maxBytes;
    this.#random = random;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** @param bytes memory for key and value */
  set(key: string, value: Value, bytes: number): void {
    this.#remove(this.#entries.get(key));
    if (bytes > this.#maxBytes) return;
    while (this.#bytes + bytes > this.#maxBytes) this.#remove(this.#choose());
    const entry = { key, value, bytes, index: this.#list.length };
    this.#entries.set(key, entry);
    this.#list.push(entry);
    this.#bytes += bytes;
  }

  #choose(): Entry<Value> | undefined {
    return this.#list[Math.floor(this.#random() * this.#list.length)];
  }

  #remove(entry: Entry<Value> | undefined): void {
    const last = entry && this.#list.pop();
    if (!last) return;
    // The last entry of the list takes the place of the removed one.
    if (last !== entry) {
      last.index = entry.index;
      this.#list[entry.index] = last;
    }
    this.#entries.delete(entry.key);
    this.#bytes -= entry.bytes;
  }
}
