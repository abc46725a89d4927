import type { FactoryProvider } from '@nestjs/common';
import type { Clock } from 'nest-ias';

/**
 * Injection token of the monotonic clock: milliseconds since an arbitrary moment, for differences only. `IasModule` has
 * its own, because an app can use this library without it.
 */
export const MONOTONIC_CLOCK = Symbol('MONOTONIC_CLOCK');

const systemClock: Clock = () => performance.now();

export const SYSTEM_MONOTONIC_CLOCK: FactoryProvider<Clock> = {
  provide: MONOTONIC_CLOCK,
  useFactory: () => systemClock,
};
