interface Window {
  readonly start: number;
  count: number;
}

/** Counts requests by key, from zero again once a window is over; a window begins with its first request. */
export class RequestWindows {
  readonly #windows = new Map<string, Window>();

  /** @param milliseconds how long a window is */
  constructor(private readonly milliseconds: number) {}

  /** Counts a request; answers with how many the window has by now. */
  count(key: string, moment: number): number {
    const current = this.#windows.get(key);
    if (current !== undefined && moment - current.start < this.milliseconds) return ++current.count;
    this.#windows.set(key, { start: moment, count: 1 });
    return 1;
  }

  /** Forgets every window. */
  clear(): void {
    this.#windows.clear();
  }
}
