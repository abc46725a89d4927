/** A flight did not end before its deadline. */
export class FlightOverdueError extends Error {
  override readonly name = 'FlightOverdueError';
  /** The time-out code of Node.js, so that it counts as a time-out. */
  readonly code = 'ETIMEDOUT';

  /** @param deadline milliseconds */
  constructor(deadline: number) {
    super(`no complete response within ${deadline} ms`);
  }
}

/** Work that several callers wait for. */
export interface Flight<Arrival, T> {
  /** Does the work. The signal aborts at the deadline; a later result is dropped. */
  start(signal: AbortSignal): Promise<Arrival>;
  /** Turns a result in time into what callers get. Runs once for all of them. */
  land(arrival: Arrival): T;
  /** Turns a failure into what callers get, or throws. Runs once for all of them. */
  fail(error: unknown): T;
}

/**
 * Lets concurrent callers with the same key share one promise, which settles at its deadline at the latest.
 *
 * The deadline does not rely on the work: if its promise never settles, callers get {@link FlightOverdueError}, and the
 * next caller starts a new flight.
 */
export class SingleFlight<Key, T> {
  readonly #flights = new Map<Key, Promise<T>>();
  readonly #deadline: number;

  /** @param deadline milliseconds of each flight, from start to landing */
  constructor(deadline: number) {
    this.#deadline = deadline;
  }

  /** Number of current flights. */
  get size(): number {
    return this.#flights.size;
  }

  /** The current flight for the key. */
  get(key: Key): Promise<T> | undefined {
    return this.#flights.get(key);
  }

  /** Joins the current flight for the key, or starts one. */
  run<Arrival>(key: Key, flight: Flight<Arrival, T>): Promise<T> {
    return this.#flights.get(key) ?? this.#start(key, flight);
  }

  #start<Arrival>(key: Key, flight: Flight<Arrival, T>): Promise<T> {
    const shared = this.#arrival(flight)
      .then(
        (arrival) => flight.land(arrival),
        (error: unknown) => flight.fail(error),
      )
      .finally(() => this.#flights.delete(key));
    this.#flights.set(key, shared);
    return shared;
  }

  async #arrival<Arrival>(flight: Flight<Arrival, T>): Promise<Arrival> {
    const controller = new AbortController();
    const overdue = () => controller.abort(new FlightOverdueError(this.#deadline));
    const timer = setTimeout(overdue, this.#deadline);
    timer.unref();
    try {
      return await untilAborted(flight.start(controller.signal), controller.signal);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Settles like the promise, or rejects with the reason of the signal when that aborts first. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    // A signal may outlive many promises, so leave no listener on it.
    const release = () => signal.removeEventListener('abort', abort);
    promise.then(resolve, reject).finally(release);
  });
}
