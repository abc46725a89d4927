import type { Clock } from '../core/clocks.js';
import type { IasEvents, TokenRequestEvent } from '../core/events.js';
import type { Telemetry, TelemetryAttributes } from '../core/telemetry.js';
import { IasError } from '../errors/ias-error.js';

/** Result of a look-up in the cache: `stale` is a hit that is due for a refresh. */
type CacheResult = 'hit' | 'stale' | 'miss';

const CACHE_RESULTS: Readonly<Record<CacheResult, TelemetryAttributes>> = {
  hit: { 'ias.cache.result': 'hit' },
  stale: { 'ias.cache.result': 'stale' },
  miss: { 'ias.cache.result': 'miss' },
};

const LOOKUPS = { name: 'ias.token.lookups', description: 'Look-ups of access tokens', unit: '{lookup}' };

/** Events, spans and metrics of token requests (docs/reference/telemetry.md). */
export class TokenTelemetry {
  readonly #telemetry: Telemetry;
  readonly #events: IasEvents;
  readonly #now: Clock;
  readonly #countLookup: (attributes: TelemetryAttributes) => void;

  /** @param now a monotonic clock, in milliseconds */
  constructor(telemetry: Telemetry, events: IasEvents, now: Clock) {
    this.#telemetry = telemetry;
    this.#events = events;
    this.#now = now;
    this.#countLookup = telemetry.counter(LOOKUPS);
  }

  countLookup(result: CacheResult): void {
    this.#countLookup(CACHE_RESULTS[result]);
  }

  /** Runs and records a token request. */
  async observe<T extends { readonly expiresAt: number }>(
    event: TokenRequestEvent,
    request: () => Promise<T>,
  ): Promise<T> {
    const attributes = { 'ias.grant_type': event.grantType, 'ias.trigger': event.trigger };
    const operation = { name: 'ias.token.request', server: event.tenant, attributes, errorTypeOf } as const;
    return this.#telemetry.observe(operation, () => this.#announce(event, request));
  }

  async #announce<T extends { readonly expiresAt: number }>(
    event: TokenRequestEvent,
    request: () => Promise<T>,
  ): Promise<T> {
    const started = this.#now();
    const elapsed = () => this.#now() - started;
    this.#events.emit('token-request.started', { ...event });
    try {
      const token = await request();
      const { expiresAt } = token;
      this.#events.emit('token-request.succeeded', { ...event, durationMs: elapsed(), expiresAt });
      return token;
    } catch (error) {
      const code = errorTypeOf(error) ?? 'unexpected';
      this.#events.emit('token-request.failed', { ...event, durationMs: elapsed(), code });
      throw error;
    }
  }
}

function errorTypeOf(error: unknown): string | undefined {
  return error instanceof IasError ? error.code : undefined;
}
