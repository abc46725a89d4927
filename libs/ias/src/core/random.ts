import type { FactoryProvider } from '@nestjs/common';

/** A number in [0, 1); spreads what instances of an app would otherwise do at the same moment. */
export type Random = () => number;

/** Injection token of {@link Random}; tests provide their own. */
export const IAS_RANDOM = Symbol('IAS_RANDOM');

export const SYSTEM_RANDOM: FactoryProvider<Random> = { provide: IAS_RANDOM, useFactory: () => Math.random };
