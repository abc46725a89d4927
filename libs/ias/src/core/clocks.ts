import { Inject, Injectable } from '@nestjs/common';
import type { FactoryProvider } from '@nestjs/common';

/** Milliseconds since the epoch (wall clock) or since an arbitrary moment (monotonic clock). */
export type Clock = () => number;

/** Injection token of the wall {@link Clock}. Tests provide their own, so they never sleep. */
export const IAS_CLOCK = Symbol('IAS_CLOCK');

/** Injection token of the monotonic {@link Clock}. It cannot be set, and it stops while the machine sleeps. */
export const IAS_MONOTONIC_CLOCK = Symbol('IAS_MONOTONIC_CLOCK');

const systemClock: Clock = () => Date.now();
const systemMonotonicClock: Clock = () => performance.now();

export const SYSTEM_CLOCK: FactoryProvider<Clock> = { provide: IAS_CLOCK, useFactory: () => systemClock };

/** If a test provides only a wall clock, that clock is the monotonic clock, too. */
export const SYSTEM_MONOTONIC_CLOCK: FactoryProvider<Clock> = {
  provide: IAS_MONOTONIC_CLOCK,
  inject: [IAS_CLOCK],
  useFactory: (wall: Clock) => (wall === systemClock ? systemMonotonicClock : wall),
};

/**
 * The two clocks of the app (docs/decisions/0027).
 *
 * The wall clock decides about dates that others set, such as `exp`. Cool-downs, circuits and rate limits use the
 * monotonic clock. The {@link Age} of a fetched value decides how long to trust it.
 */
@Injectable()
export class Clocks {
  constructor(
    /** Milliseconds since the epoch. */
    @Inject(IAS_CLOCK) readonly wall: Clock,
    /** Milliseconds, for differences only. */
    @Inject(IAS_MONOTONIC_CLOCK) readonly monotonic: Clock,
  ) {}

  /** Starts the age of something that is requested now. */
  startAge(): Age {
    return new Age(this);
  }
}

/**
 * The time since a moment, by the clock that shows more. The wall clock can be set back, and the monotonic clock stops
 * while the machine sleeps; so neither can make an age too small.
 */
export class Age {
  readonly #wallStart: number;
  readonly #monotonicStart: number;
  readonly #clocks: Clocks;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
    this.#wallStart = clocks.wall();
    this.#monotonicStart = clocks.monotonic();
  }

  /** Milliseconds. */
  get elapsed(): number {
    return Math.max(this.#clocks.monotonic() - this.#monotonicStart, this.#clocks.wall() - this.#wallStart);
  }
}
