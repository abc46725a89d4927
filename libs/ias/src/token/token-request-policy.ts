import { bulkhead, DelegateBackoff, handleWhen, retry } from 'cockatiel';
import type { BulkheadPolicy } from 'cockatiel';
import { LRUCache } from 'lru-cache';
import type { Clocks } from '../core/clocks.js';
import { TokenRequestError } from '../errors/token-request-error.js';
import { printable } from '../errors/printable.js';
import type { TokenRequestErrorCode } from '../errors/token-request-error.js';
import type { IasEvents } from '../core/events.js';
import type { Random } from '../core/injection-tokens.js';
import { Circuit, CircuitOpenError } from './circuit.js';
import type { ClientCredential } from './client-credential.js';

const MAX_RETRIES = 3;
const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 4_000;

/** Failed requests in a row after which the tenant is left in peace for a while. */
const CIRCUIT_THRESHOLD = 10;
const CIRCUIT_PAUSE_MS = 5_000;

/** IAS locks clients that keep failing to authenticate (docs/reference/ias-facts.md#tokens): one refusal is enough. */
const COOL_DOWN_MS = 15 * 60_000;

/**
 * Requests to one tenant at a time: a refused credential is presented no more often before the refusal is known, which is
 * less than the five that lock it, and the 1 000 requests a minute that IAS allows are reached all the same.
 */
const MAX_REQUESTS_AT_ONCE = 4;

/** Tenants that are told apart; user tokens are exchanged at tenants of their own. */
const MAX_TENANTS = 1_000;

const OUTAGES: ReadonlySet<TokenRequestErrorCode> = new Set([
  'token_endpoint_unreachable',
  'token_endpoint_timeout',
  'token_endpoint_overloaded',
  'token_endpoint_unavailable',
]);

/** A credential that a tenant refused. */
interface CoolDown {
  readonly fingerprint: string;
  readonly binding: string;
  /** On the monotonic clock. */
  readonly until: number;
}

export interface TokenRequestPolicyOptions {
  /** Milliseconds for all attempts and the pauses between them. */
  readonly deadline: number;
  readonly clocks: Clocks;
  readonly random: Random;
  readonly events: IasEvents;
}

/**
 * When a token request is tried again, and when it is not sent at all.
 *
 * - Outages (no connection, 408, 429, 5xx) are retried within the deadline, with exponential back-off and full jitter,
 *   or after the time the tenant asked for. Other refusals are final.
 * - After a row of outages of a tenant, requests to it fail at once for a while (`token_endpoint_circuit_open`).
 * - After a tenant refused a credential it is not presented there again for 15 minutes (`client_cooling_down`); a new
 *   credential is free of that.
 * - Four requests to a tenant run at a time, others wait for their turn within the deadline.
 */
export class TokenRequestPolicy {
  readonly #circuits = new LRUCache<string, Circuit>({ max: MAX_TENANTS });
  readonly #turns = new LRUCache<string, BulkheadPolicy>({ max: MAX_TENANTS });
  readonly #coolDowns = new LRUCache<string, CoolDown>({ max: MAX_TENANTS });

  constructor(private readonly options: TokenRequestPolicyOptions) {}

  /**
   * @param tenant origin of the tenant that is asked
   * @param attempt sends the request once
   * @throws {TokenRequestError}
   */
  async execute<T>(credential: ClientCredential, tenant: string, attempt: () => Promise<T>): Promise<T> {
    const circuit = this.circuitOf(tenant);
    const turns = this.turnsOf(tenant);
    const present = () => this.unlessRefused(credential, tenant, () => circuit.execute(attempt));
    try {
      return await this.retrying().execute(() => turns.execute(present));
    } catch (error) {
      throw error instanceof CircuitOpenError ? circuitOpen(tenant) : error;
    }
  }

  /** Once a request has its turn, the answer to one before it may have told that the credential is refused. */
  private async unlessRefused<T>(
    credential: ClientCredential,
    tenant: string,
    attempt: () => Promise<T>,
  ): Promise<T> {
    this.assertNotCoolingDown(credential, tenant);
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof TokenRequestError && error.code === 'client_rejected') {
        this.startCoolDown(credential, tenant);
      }
      throw error;
    }
  }

  private turnsOf(tenant: string): BulkheadPolicy {
    const known = this.#turns.get(tenant);
    if (known) return known;
    const turns = bulkhead(MAX_REQUESTS_AT_ONCE, Number.POSITIVE_INFINITY);
    this.#turns.set(tenant, turns);
    return turns;
  }

  private circuitOf(tenant: string): Circuit {
    const known = this.#circuits.get(tenant);
    if (known) return known;
    const { clocks, events } = this.options;
    const circuit = new Circuit({
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

  private retrying(): ReturnType<typeof retry> {
    const { clocks, deadline } = this.options;
    const end = clocks.monotonic() + deadline;
    let attempts = 0;
    let pause = 0;
    const isWorthwhile = (error: Error): boolean => {
      if (!isOutage(error)) return false;
      pause = error.retryAfter ?? this.backoff(attempts++);
      return clocks.monotonic() + pause < end;
    };
    return retry(handleWhen(isWorthwhile), {
      maxAttempts: MAX_RETRIES,
      backoff: new DelegateBackoff(() => pause),
    });
  }

  private backoff(attempts: number): number {
    return this.options.random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempts);
  }

  private startCoolDown({ fingerprint, binding }: ClientCredential, tenant: string): void {
    const { clocks, events } = this.options;
    const until = clocks.monotonic() + COOL_DOWN_MS;
    this.#coolDowns.set(tenant, { fingerprint, binding: binding.name, until });
    events.emit('cooldown.started', { tenant, binding: binding.name, until: clocks.wall() + COOL_DOWN_MS });
  }

  private assertNotCoolingDown({ fingerprint }: ClientCredential, tenant: string): void {
    const coolDown = this.#coolDowns.get(tenant);
    if (coolDown === undefined) return;
    const { clocks, events } = this.options;
    const { until, binding } = coolDown;
    const left = until - clocks.monotonic();
    if (coolDown.fingerprint !== fingerprint || left <= 0) {
      this.#coolDowns.delete(tenant);
      events.emit('cooldown.ended', { tenant, binding });
      return;
    }
    throw new TokenRequestError(
      'client_cooling_down',
      `No access token from ${tenant}: it refused the client of the identity binding "${printable(binding)}", and asking ` +
        `again could lock it; the next attempt is after ${new Date(clocks.wall() + left).toISOString()}, or at once with a new certificate.`,
    );
  }
}

function isOutage(error: unknown): error is TokenRequestError {
  return error instanceof TokenRequestError && OUTAGES.has(error.code);
}

function circuitOpen(tenant: string): TokenRequestError {
  return new TokenRequestError(
    'token_endpoint_circuit_open',
    `No access token from ${tenant}: it failed ${CIRCUIT_THRESHOLD} times in a row and is asked again in some seconds.`,
  );
}
