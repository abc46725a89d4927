interface Window {
  readonly start: number;
  count: number;
}

/** Counts requests by key in windows of fixed length; a window begins with its first request. */
export class RequestWindows {
  readonly #windows = new Map<string, Window>();
  readonly #milliseconds: number;

  /** @param milliseconds length of a window */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** Counts a request and returns the number of requests in its window. */
  count(key: string, now: number): number {
    const current = this.#windows.get(key);
    if (current !== undefined && now - current.start < this.#milliseconds) return ++current.count;
    this.#windows.set(key, { start: now, count: 1 });
    return 1;
  }

  /** Forgets every window. */
  clear(): void {
    this.#windows.clear();
  }
}
