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
