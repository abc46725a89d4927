import { Inject, Injectable } from '@nestjs/common';
import type { FactoryProvider } from '@nestjs/common';

/** Milliseconds: since the epoch on the wall clock, since any moment on the monotonic clock. */
export type Clock = () => number;

/** Injection token of the wall {@link Clock}; tests provide their own and never sleep. */
export const IAS_CLOCK = Symbol('IAS_CLOCK');

/** Injection token of the monotonic {@link Clock}, which nobody can set and which stands still while the machine sleeps. */
export const IAS_MONOTONIC_CLOCK = Symbol('IAS_MONOTONIC_CLOCK');

const systemClock: Clock = () => Date.now();
const systemMonotonicClock: Clock = () => performance.now();

export const SYSTEM_CLOCK: FactoryProvider<Clock> = { provide: IAS_CLOCK, useFactory: () => systemClock };

/** A test that provides a wall clock only moves both clocks with it. */
export const SYSTEM_MONOTONIC_CLOCK: FactoryProvider<Clock> = {
  provide: IAS_MONOTONIC_CLOCK,
  inject: [IAS_CLOCK],
  useFactory: (wall: Clock) => (wall === systemClock ? systemMonotonicClock : wall),
};

/**
 * The two clocks of the app (docs/decisions/0027).
 *
 * Dates that others set, such as `exp`, are compared with the wall clock. Cool-downs, circuits and rate limits run on the
 * monotonic clock. Trust in what was fetched ends by its {@link Age}.
 */
@Injectable()
export class Clocks {
  constructor(
    /** Milliseconds since the epoch. */
    @Inject(IAS_CLOCK) readonly wall: Clock,
    /** Milliseconds; for differences only. */
    @Inject(IAS_MONOTONIC_CLOCK) readonly monotonic: Clock,
  ) {}

  /** The age of something that is asked for now. */
  startAge(): Age {
    return new Age(this);
  }
}

/**
 * The time since a moment, by the clock that says more: the wall clock can be set back, and the monotonic clock stands still
 * while the machine sleeps. So neither makes anything younger than it is.
 */
export class Age {
  readonly #wallStart: number;
  readonly #monotonicStart: number;

  constructor(private readonly clocks: Clocks) {
    this.#wallStart = clocks.wall();
    this.#monotonicStart = clocks.monotonic();
  }

  /** Milliseconds. */
  get elapsed(): number {
    return Math.max(this.clocks.monotonic() - this.#monotonicStart, this.clocks.wall() - this.#wallStart);
  }
}
