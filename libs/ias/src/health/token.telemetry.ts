import { metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import { IasError } from '../errors/errors.js';

const SCOPE = 'nest-ias';

/** How a token was found: `hit` in the cache, `stale` there but due for a refresh, `miss` not there. */
type CacheResult = 'hit' | 'stale' | 'miss';

const CACHE_RESULTS: Readonly<Record<CacheResult, Attributes>> = {
  hit: { 'ias.cache.result': 'hit' },
  stale: { 'ias.cache.result': 'stale' },
  miss: { 'ias.cache.result': 'miss' },
};

/**
 * Spans and metrics of token requests, through the OpenTelemetry API: without an SDK in the process they cost next to
 * nothing and go nowhere. No attribute holds a token, a secret or a claim.
 *
 * - counter `ias.token.lookups`: calls of `getToken` and `exchangeToken`, by `ias.cache.result`
 * - histogram `ias.token.request.duration`, seconds: token requests with their retries, by `ias.outcome` (`success`, or
 *   the code of the error) and `server.address`
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

  countLookup(result: CacheResult): void {
    this.#lookups.add(1, CACHE_RESULTS[result]);
  }

  /** Records a token request while it runs. */
  async observe<T>(tenant: string, grantType: string, request: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const attributes = { 'server.address': new URL(tenant).host, 'ias.grant_type': grantType };
    const span = this.#tracer.startSpan('ias.token.request', { kind: SpanKind.CLIENT, attributes });
    let outcome = 'success';
    try {
      return await request();
    } catch (error) {
      outcome = error instanceof IasError ? error.code : 'unexpected';
      span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
      throw error;
    } finally {
      this.#duration.record((performance.now() - started) / 1_000, { ...attributes, 'ias.outcome': outcome });
      span.setAttribute('ias.outcome', outcome).end();
    }
  }
}
