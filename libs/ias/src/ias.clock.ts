import type { FactoryProvider } from '@nestjs/common';

/** Milliseconds since the epoch. */
export type Clock = () => number;

/** Injection token of the {@link Clock}; tests provide their own and never sleep. */
export const IAS_CLOCK = Symbol('IAS_CLOCK');

export const SYSTEM_CLOCK: FactoryProvider<Clock> = { provide: IAS_CLOCK, useFactory: () => Date.now };
