import { AsyncResource } from 'node:async_hooks';
import { bulkhead, DelegateBackoff, handleWhen, retry } from 'cockatiel';
import type { BulkheadPolicy } from 'cockatiel';
import { LRUCache } from 'lru-cache';
import type { Clocks } from '../core/clocks.js';
import { TokenRequestError, printable } from '../errors/ias-error.js';
import type { TokenRequestErrorCode } from '../errors/error-codes.js';
import type { IasEvents } from '../core/events.js';
import type { Random } from '../core/injection-tokens.js';
import { CIRCUIT_PAUSE_MS, CIRCUIT_THRESHOLD, CircuitBreaker, CircuitOpenError } from './circuit-breaker.js';
import type { ClientCredential } from './client-credential.js';

const MAX_RETRIES = 3;
const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 4_000;

/** IAS locks clients that repeatedly fail to authenticate (docs/reference/ias-facts.md#tokens), so one failure is enough. */
export const COOL_DOWN_MS = 15 * 60_000;

/**
 * Concurrent requests to one tenant. A rejected credential is sent at most this often before the rejection is known, which
 * is less than the five failures that lock a client, and still enough for the 1 000 requests a minute that IAS allows.
 */
const MAX_CONCURRENT_REQUESTS = 4;

/** Limit of tenants with their own state; user tokens are exchanged at the tenants that issued them. */
const MAX_TENANTS = 1_000;

const OUTAGES: ReadonlySet<TokenRequestErrorCode> = new Set([
  'token_endpoint_unreachable',
  'token_endpoint_timeout',
  'token_endpoint_overloaded',
  'token_endpoint_unavailable',
]);

/** A credential that a tenant rejected. */
interface CoolDown {
  readonly fingerprint: string;
  /** Name of the binding. */
  readonly binding: string;
  /** On the monotonic clock. */
  readonly until: number;
}

export interface TokenRequestPolicyOptions {
  /** Milliseconds for all attempts, including the pauses between them. */
  readonly deadline: number;
  readonly clocks: Clocks;
  readonly random: Random;
  readonly events: IasEvents;
}

/**
 * Decides when to retry a token request, and when not to send it at all.
 *
 * - It retries after outages (no connection, 408, 429, 5xx) within the deadline, with exponential back-off and full jitter,
 *   or after the time that the tenant asked to wait. Other failures are final.
 * - After ten consecutive outages of a tenant, requests to it fail at once for five seconds
 *   (`token_endpoint_circuit_open`).
 * - After a tenant rejected a credential, it does not send that credential there for 15 minutes (`client_cooling_down`). A
 *   new credential can be used at once.
 * - At most four requests to a tenant run at the same time; others wait within the deadline.
 */
export class TokenRequestPolicy {
  readonly #options: TokenRequestPolicyOptions;
  readonly #circuits = new LRUCache<string, CircuitBreaker>({ max: MAX_TENANTS });
  readonly #bulkheads = new LRUCache<string, BulkheadPolicy>({ max: MAX_TENANTS });
  readonly #coolDowns = new LRUCache<string, CoolDown>({ max: MAX_TENANTS });

  constructor(options: TokenRequestPolicyOptions) {
    this.#options = options;
  }

  /**
   * @param tenant origin of the tenant
   * @param attempt sends the request once
   * @throws {TokenRequestError}
   */
  async execute<T>(credential: ClientCredential, tenant: string, attempt: () => Promise<T>): Promise<T> {
    const circuit = this.#circuitOf(tenant);
    const requests = this.#bulkheadOf(tenant);
    // The bulkhead starts a queued request when another one ends, in the asynchronous context (and trace) of that one.
    const send = AsyncResource.bind(() =>
      this.#unlessRejected(credential, tenant, () => circuit.execute(attempt)),
    );
    try {
      return await this.#retrying().execute(() => requests.execute(send));
    } catch (error) {
      throw error instanceof CircuitOpenError ? circuitOpen(tenant) : error;
    }
  }

  /** Closes all circuits and ends all cool-downs. */
  reset(): void {
    for (const circuit of this.#circuits.values()) circuit.close();
    for (const [tenant, { binding }] of this.#coolDowns.entries()) {
      this.#options.events.emit('cooldown.ended', { tenant, binding });
    }
    this.#coolDowns.clear();
  }

  /** While a request waited, the response to an earlier one can have started a cool-down. */
  async #unlessRejected<T>(
    credential: ClientCredential,
    tenant: string,
    attempt: () => Promise<T>,
  ): Promise<T> {
    this.#assertNotCoolingDown(credential, tenant);
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof TokenRequestError && error.code === 'client_rejected') {
        this.#startCoolDown(credential, tenant);
      }
      throw error;
    }
  }

  #bulkheadOf(tenant: string): BulkheadPolicy {
    const known = this.#bulkheads.get(tenant);
    if (known) return known;
    const requests = bulkhead(MAX_CONCURRENT_REQUESTS, Number.POSITIVE_INFINITY);
    this.#bulkheads.set(tenant, requests);
    return requests;
  }

  #circuitOf(tenant: string): CircuitBreaker {
    const known = this.#circuits.get(tenant);
    if (known) return known;
    const { clocks, events } = this.#options;
    const circuit = new CircuitBreaker({
      threshold: CIRCUIT_THRESHOLD,
      pause: CIRCUIT_PAUSE_MS,
      now: clocks.monotonic,
      isFailure: isOutage,
      onOpen: () => events.emit('circuit.opened', { tenant }),
      onClose: () => events.emit('circuit.closed', { tenant }),
    });
    this.#circuits.set(tenant, circuit);
    return circuit;
  }

  #retrying(): ReturnType<typeof retry> {
    const { clocks, deadline } = this.#options;
    const end = clocks.monotonic() + deadline;
    let attempts = 0;
    let pause = 0;
    const isWorthwhile = (error: Error): boolean => {
      if (!isOutage(error)) return false;
      pause = error.retryAfter ?? this.#backoff(attempts++);
      return clocks.monotonic() + pause < end;
    };
    return retry(handleWhen(isWorthwhile), {
      maxAttempts: MAX_RETRIES,
      backoff: new DelegateBackoff(() => pause),
    });
  }

  #backoff(attempts: number): number {
    return this.#options.random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempts);
  }

  #startCoolDown({ fingerprint, binding }: ClientCredential, tenant: string): void {
    const { clocks, events } = this.#options;
    const until = clocks.monotonic() + COOL_DOWN_MS;
    this.#coolDowns.set(tenant, { fingerprint, binding: binding.name, until });
    events.emit('cooldown.started', { tenant, binding: binding.name, until: clocks.wall() + COOL_DOWN_MS });
  }

  #assertNotCoolingDown({ fingerprint }: ClientCredential, tenant: string): void {
    const coolDown = this.#coolDowns.get(tenant);
    if (coolDown === undefined) return;
    const { clocks, events } = this.#options;
    const { until, binding } = coolDown;
    const left = until - clocks.monotonic();
    if (coolDown.fingerprint !== fingerprint || left <= 0) {
      this.#coolDowns.delete(tenant);
      events.emit('cooldown.ended', { tenant, binding });
      return;
    }
    throw new TokenRequestError(
      'client_cooling_down',
      `No access token from ${tenant}: the tenant rejected the client of the identity binding "${printable(binding)}", and ` +
        `more attempts could lock it; the next attempt is possible at ${new Date(clocks.wall() + left).toISOString()}, or at once with a new certificate.`,
      left,
    );
  }
}

function isOutage(error: unknown): error is TokenRequestError {
  return error instanceof TokenRequestError && OUTAGES.has(error.code);
}

function circuitOpen(tenant: string): TokenRequestError {
  return new TokenRequestError(
    'token_endpoint_circuit_open',
    `No access token from ${tenant}: it failed ${CIRCUIT_THRESHOLD} times in a row; the next attempt is possible within ${CIRCUIT_PAUSE_MS / 1_000} seconds.`,
    CIRCUIT_PAUSE_MS,
  );
}
