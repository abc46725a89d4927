import type { ValueProvider } from '@nestjs/common';

/** Milliseconds that callers wait for what decides about their token, from the first connection to the last byte. */
export interface TenantDeadlines {
  readonly issuer: number;
  readonly keys: number;
  readonly verdict: number;
}

/** Injection token of the {@link TenantDeadlines}; tests of silent tenants shorten them. */
export const TENANT_DEADLINES = Symbol('TENANT_DEADLINES');

export const DEFAULT_TENANT_DEADLINES: ValueProvider<TenantDeadlines> = {
  provide: TENANT_DEADLINES,
  useValue: { issuer: 5_000, keys: 5_000, verdict: 5_000 },
};
