import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhen,
  retry,
} from 'cockatiel';
import { TokenRequestError, printable } from '../errors/errors.js';
import type { TokenRequestErrorCode } from '../errors/errors.js';
import type { Clock } from '../ias.clock.js';
import type { Random } from '../ias.random.js';
import type { ClientCredential } from './client-credential.js';

const MAX_RETRIES = 3;
const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 4_000;

/** Failed requests in a row after which the tenant is left in peace for a while. */
const CIRCUIT_THRESHOLD = 10;
const CIRCUIT_PAUSE_MS = 5_000;

/** IAS locks clients that keep failing to authenticate (facts.md §4): one refusal is enough. */
const COOL_DOWN_MS = 15 * 60_000;

const OUTAGES: ReadonlySet<TokenRequestErrorCode> = new Set([
  'token_endpoint_unreachable',
  'token_endpoint_timeout',
  'token_endpoint_overloaded',
  'token_endpoint_unavailable',
]);

/**
 * When a token request is tried again, and when it is not sent at all.
 *
 * - Outages (no connection, 408, 429, 5xx) are retried within the deadline, with exponential back-off and full jitter,
 *   or after the time the tenant asked for. Other refusals are final.
 * - After a row of outages requests fail at once for a while (`token_endpoint_circuit_open`).
 * - After the tenant refused a credential it is not presented again for 15 minutes (`client_cooling_down`); a new
 *   credential is free of that.
 */
export class TokenRequestPolicy {
  readonly #circuit = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: CIRCUIT_PAUSE_MS,
    breaker: new ConsecutiveBreaker(CIRCUIT_THRESHOLD),
  });
  #coolDown: { readonly fingerprint: string; readonly until: number } | undefined;

  /** @param deadline milliseconds for all attempts and the pauses between them */
  constructor(
    private readonly deadline: number,
    private readonly now: Clock,
    private readonly random: Random,
  ) {}

  /**
   * @param attempt sends the request once; ends when its signal aborts
   * @throws {TokenRequestError}
   */
  async execute<T>(credential: ClientCredential, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.assertNotCoolingDown(credential);
    const signal = AbortSignal.timeout(this.deadline);
    try {
      return await this.retrying().execute(() => this.#circuit.execute(() => attempt(signal)));
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw circuitOpen(credential);
      if (error instanceof TokenRequestError && error.code === 'client_rejected') {
        this.#coolDown = { fingerprint: credential.fingerprint, until: this.now() + COOL_DOWN_MS };
      }
      throw error;
    }
  }

  private retrying(): ReturnType<typeof retry> {
    const end = this.now() + this.deadline;
    let attempts = 0;
    let pause = 0;
    const isWorthwhile = (error: Error): boolean => {
      if (!isOutage(error)) return false;
      pause = error.retryAfter ?? this.backoff(attempts++);
      return this.now() + pause < end;
    };
    return retry(handleWhen(isWorthwhile), {
      maxAttempts: MAX_RETRIES,
      backoff: new DelegateBackoff(() => pause),
    });
  }

  private backoff(attempts: number): number {
    return this.random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempts);
  }

  private assertNotCoolingDown({ fingerprint, binding }: ClientCredential): void {
    if (this.#coolDown?.fingerprint !== fingerprint || this.now() >= this.#coolDown.until) return;
    throw new TokenRequestError(
      'client_cooling_down',
      `No access token from ${binding.url}: it refused the client of the identity binding "${printable(binding.name)}", and asking ` +
        `again could lock it; the next attempt is after ${new Date(this.#coolDown.until).toISOString()}, or at once with a new certificate.`,
    );
  }
}

function isOutage(error: Error): error is TokenRequestError {
  return error instanceof TokenRequestError && OUTAGES.has(error.code);
}

function circuitOpen({ binding }: ClientCredential): TokenRequestError {
  return new TokenRequestError(
    'token_endpoint_circuit_open',
    `No access token from ${binding.url}: it failed ${CIRCUIT_THRESHOLD} times in a row and is asked again in some seconds.`,
  );
}
