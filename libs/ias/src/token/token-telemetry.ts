import { metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import { IasError } from '../errors/ias-error.js';
import type { Clock } from '../core/clocks.js';
import type { IasEvents, TokenRequestEvent } from '../core/events.js';

const SCOPE = 'nest-ias';

/** Result of a look-up in the cache: `stale` is a hit that is due for a refresh. */
type CacheResult = 'hit' | 'stale' | 'miss';

const CACHE_RESULTS: Readonly<Record<CacheResult, Attributes>> = {
  hit: { 'ias.cache.result': 'hit' },
  stale: { 'ias.cache.result': 'stale' },
  miss: { 'ias.cache.result': 'miss' },
};

/**
 * Events, spans and metrics of token requests. Spans and metrics use the OpenTelemetry API: without an SDK they cost
 * almost nothing. No attribute contains a token, a secret or a claim.
 *
 * - counter `ias.token.lookups`: calls to `getToken` and `exchangeToken`, by `ias.cache.result`
 * - histogram `ias.token.request.duration`, seconds: token requests including retries, by `ias.outcome` (`success`, or
 *   the code of the error), `ias.trigger` (`caller`, `refresh`) and `server.address`
 * - span `ias.token.request` for each of them
 */
export class TokenTelemetry {
  readonly #tracer = trace.getTracer(SCOPE);
  readonly #lookups = metrics
    .getMeter(SCOPE)
    .createCounter('ias.token.lookups', { description: 'Look-ups of access tokens' });
  readonly #duration = metrics.getMeter(SCOPE).createHistogram('ias.token.request.duration', {
    description: 'Token requests including retries',
    unit: 's',
  });

  readonly #events: IasEvents;
  readonly #now: Clock;

  /** @param now a monotonic clock, in milliseconds */
  constructor(events: IasEvents, now: Clock) {
    this.#events = events;
    this.#now = now;
  }

  countLookup(result: CacheResult): void {
    this.#lookups.add(1, CACHE_RESULTS[result]);
  }

  /** Runs and records a token request. */
  async observe<T extends { readonly expiresAt: number }>(
    event: TokenRequestEvent,
    request: () => Promise<T>,
  ): Promise<T> {
    const started = this.#now();
    const elapsed = () => this.#now() - started;
    const attributes = {
      'server.address': new URL(event.tenant).host,
      'ias.grant_type': event.grantType,
      'ias.trigger': event.trigger,
    };
    const span = this.#tracer.startSpan('ias.token.request', { kind: SpanKind.CLIENT, attributes });
    this.#events.emit('token-request.started', { ...event });
    let outcome = 'success';
    try {
      const token = await request();
      this.#events.emit('token-request.succeeded', {
        ...event,
        durationMs: elapsed(),
        expiresAt: token.expiresAt,
      });
      return token;
    } catch (error) {
      outcome = error instanceof IasError ? error.code : 'unexpected';
      span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
      this.#events.emit('token-request.failed', { ...event, durationMs: elapsed(), code: outcome });
      throw error;
    } finally {
      this.#duration.record(elapsed() / 1_000, { ...attributes, 'ias.outcome': outcome });
      span.setAttribute('ias.outcome', outcome).end();
    }
  }
}
