import { metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import { IasError } from '../errors/ias-error.js';
import type { IasEvents, TokenRequestEvent } from '../core/events.js';

const SCOPE = 'nest-ias';

/** How a token was found: `hit` in the cache, `stale` there but due for a refresh, `miss` not there. */
type CacheResult = 'hit' | 'stale' | 'miss';

const CACHE_RESULTS: Readonly<Record<CacheResult, Attributes>> = {
  hit: { 'ias.cache.result': 'hit' },
  stale: { 'ias.cache.result': 'stale' },
  miss: { 'ias.cache.result': 'miss' },
};

/**
 * Events, spans and metrics of token requests, the latter through the OpenTelemetry API: without an SDK in the process
 * they cost next to nothing and go nowhere. No attribute holds a token, a secret or a claim.
 *
 * - counter `ias.token.lookups`: calls of `getToken` and `exchangeToken`, by `ias.cache.result`
 * - histogram `ias.token.request.duration`, seconds: token requests with their retries, by `ias.outcome` (`success`, or
 *   the code of the error), `ias.trigger` (`caller`, `refresh`) and `server.address`
 * - span `ias.token.request` for each of them
 */
export class TokenTelemetry {
  readonly #tracer = trace.getTracer(SCOPE);
  readonly #lookups = metrics
    .getMeter(SCOPE)
    .createCounter('ias.token.lookups', { description: 'Access tokens asked for' });
  readonly #duration = metrics.getMeter(SCOPE).createHistogram('ias.token.request.duration', {
    description: 'Token requests, retries included',
    unit: 's',
  });

  constructor(private readonly events: IasEvents) {}

  countLookup(result: CacheResult): void {
    this.#lookups.add(1, CACHE_RESULTS[result]);
  }

  /** Records a token request while it runs. */
  async observe<T extends { readonly expiresAt: number }>(
    flight: TokenRequestEvent,
    request: () => Promise<T>,
  ): Promise<T> {
    const started = performance.now();
    const elapsed = () => performance.now() - started;
    const attributes = {
      'server.address': new URL(flight.tenant).host,
      'ias.grant_type': flight.grantType,
      'ias.trigger': flight.trigger,
    };
    const span = this.#tracer.startSpan('ias.token.request', { kind: SpanKind.CLIENT, attributes });
    this.events.emit('token-request.started', { ...flight });
    let outcome = 'success';
    try {
      const token = await request();
      this.events.emit('token-request.succeeded', {
        ...flight,
        durationMs: elapsed(),
        expiresAt: token.expiresAt,
      });
      return token;
    } catch (error) {
      outcome = error instanceof IasError ? error.code : 'unexpected';
      span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
      this.events.emit('token-request.failed', { ...flight, durationMs: elapsed(), code: outcome });
      throw error;
    } finally {
      this.#duration.record(elapsed() / 1_000, { ...attributes, 'ias.outcome': outcome });
      span.setAttribute('ias.outcome', outcome).end();
    }
  }
}
