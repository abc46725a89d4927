import { untilAborted } from './until-aborted.js';

/** A flight did not arrive within its deadline. */
export class FlightOverdueError extends Error {
  override readonly name = 'FlightOverdueError';
  /** The code of a time-out in Node.js, so that it is classified as one. */
  readonly code = 'ETIMEDOUT';

  /** @param deadline milliseconds */
  constructor(deadline: number) {
    super(`no complete answer within ${deadline} ms`);
  }
}

/** One piece of work that several callers wait for. */
export interface Flight<Arrival, T> {
  /** Does the work; the signal aborts at the deadline. A result that comes later is dropped. */
  start(signal: AbortSignal): Promise<Arrival>;
  /** Makes what callers get of what arrived in time; runs once for all of them. */
  land(arrival: Arrival): T;
  /** Makes what callers get of a failure, or throws; runs once for all of them. */
  fail(error: unknown): T;
}

/**
 * Lets callers that want the same at the same time share one promise, which settles at its deadline at the latest.
 *
 * The deadline does not rely on the work: a promise that never settles fails its callers with {@link FlightOverdueError},
 * and the next caller starts anew.
 */
export class SingleFlight<Key, T> {
  readonly #flights = new Map<Key, Promise<T>>();

  /** @param deadline milliseconds of each flight, from start to landing */
  constructor(private readonly deadline: number) {}

  /** Flights under way. */
  get size(): number {
    return this.#flights.size;
  }

  /** The flight under way for the key. */
  get(key: Key): Promise<T> | undefined {
    return this.#flights.get(key);
  }

  /** Joins the flight under way for the key, or starts one. */
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
    const overdue = () => controller.abort(new FlightOverdueError(this.deadline));
    const timer = setTimeout(overdue, this.deadline);
    timer.unref();
    try {
      return await untilAborted(flight.start(controller.signal), controller.signal);
    } finally {
      clearTimeout(timer);
    }
  }
}
