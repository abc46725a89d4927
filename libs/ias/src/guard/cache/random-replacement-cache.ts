import type { Random } from '../../core/injection-tokens.js';

interface Entry<Value> {
  readonly key: string;
  readonly value: Value;
  readonly bytes: number;
  /** Where it is in the list that evictions choose from. */
  index: number;
}

/**
 * A cache that is bounded by memory and evicts at random.
 *
 * A cache that evicts the least recently used entry finds nothing again once slightly more entries than it holds are
 * used in turn. With random eviction the share of hits sinks gradually (docs/decisions/0013).
 */
export class RandomReplacementCache<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #list: Entry<Value>[] = [];
  #bytes = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly random: Random = Math.random,
  ) {}

  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** @param bytes memory that key and value take */
  set(key: string, value: Value, bytes: number): void {
    this.#remove(this.#entries.get(key));
    if (bytes > this.maxBytes) return;
    while (this.#bytes + bytes > this.maxBytes) this.#remove(this.#choose());
    const entry = { key, value, bytes, index: this.#list.length };
    this.#entries.set(key, entry);
    this.#list.push(entry);
    this.#bytes += bytes;
  }

  #choose(): Entry<Value> | undefined {
    return this.#list[Math.floor(this.random() * this.#list.length)];
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
