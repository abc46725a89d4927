import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { IdentityBindings } from '../binding/identity-bindings.js';
import { readTrustedAuthorities } from '../binding/trusted-authorities.js';
import { Clocks } from '../core/clocks.js';
import type { Age } from '../core/clocks.js';
import { FlightOverdueError, SingleFlight } from '../core/single-flight.js';
import { untilAborted } from '../core/single-flight.js';
import { TokenRequestError } from '../errors/ias-error.js';
import type { RedactedToken } from '../core/redacted.js';
import { IAS_TELEMETRY } from '../core/telemetry.js';
import type { Telemetry } from '../core/telemetry.js';
import { TokenTelemetry } from './token-telemetry.js';
import { drainAgent } from '../net/agent.js';
import { IasEvents } from '../core/events.js';
import type { TokenRequestEvent } from '../core/events.js';
import { IAS_HTTP, IAS_RANDOM } from '../core/injection-tokens.js';
import type { HttpClientLoader, Random } from '../core/injection-tokens.js';
import { IAS_SETTINGS } from '../core/settings.js';
import type { IasSettings } from '../core/settings.js';
import { AccessToken } from './access-token.js';
import { createClientCredential } from './client-credential.js';
import type { ClientCredential } from './client-credential.js';
import { TokenEndpointClient } from './token-endpoint-client.js';
import { transportFailure } from './token-endpoint-failure.js';
import { TokenRequestPolicy } from './token-request-policy.js';
import { clientCredentialsRequest, exchangeRequest } from './token-request.js';
import type { TokenOptions, TokenRequest } from './token-request.js';
import { TokenCache, tokenCacheKey } from './token-cache.js';

/** The options of `getToken()` without options. */
const OWN_APPLICATION: TokenOptions = Object.freeze({});

interface AgedToken {
  readonly token: AccessToken;
  /** Age since the token request. */
  readonly age: Age;
}

interface PreparedRequest {
  readonly credential: ClientCredential;
  readonly request: TokenRequest;
  readonly key: string;
}

/**
 * Fetches access tokens over mutual TLS (RFC 8705 §2): for the app itself with the client-credentials grant (RFC 6749
 * §4.4), for a user with the jwt-bearer grant (RFC 7523 §2.1).
 *
 * It caches tokens until shortly before they expire, and refreshes tokens of the app in the background. Concurrent calls
 * for the same token share one request.
 */
@Injectable()
export class IasTokenProvider implements OnApplicationShutdown {
  readonly #logger = new Logger(IasTokenProvider.name);
  readonly #cache: TokenCache;
  readonly #prepared = new WeakMap<TokenOptions, PreparedRequest>();
  readonly #pending: SingleFlight<string, AccessToken>;
  readonly #endpoint: TokenEndpointClient;
  readonly #policy: TokenRequestPolicy;
  readonly #telemetry: TokenTelemetry;
  readonly #bindings: IdentityBindings;
  readonly #settings: IasSettings;
  readonly #clocks: Clocks;
  readonly #random: Random;
  readonly #events: IasEvents;
  #credential: ClientCredential | undefined;

  constructor(
    @Inject(IAS_HTTP) http: HttpClientLoader,
    bindings: IdentityBindings,
    @Inject(IAS_SETTINGS) settings: IasSettings,
    clocks: Clocks,
    @Inject(IAS_RANDOM) random: Random,
    events: IasEvents,
    @Inject(IAS_TELEMETRY) telemetry: Telemetry,
  ) {
    this.#bindings = bindings;
    this.#settings = settings;
    this.#clocks = clocks;
    this.#random = random;
    this.#events = events;
    const deadline = settings.tokenRequestTimeout;
    this.#cache = new TokenCache(clocks);
    this.#pending = new SingleFlight(deadline);
    this.#endpoint = new TokenEndpointClient(http, settings, clocks.wall);
    this.#policy = new TokenRequestPolicy({ deadline, clocks, random, events });
    this.#telemetry = new TokenTelemetry(telemetry, events, clocks.monotonic);
  }

  /**
   * Returns a valid access token of this app, with the agent that presents its certificate.
   *
   * @throws {TokenRequestError} the tenant was unavailable, did not answer in time, or refused
   * @throws {BindingError} code `binding_cannot_fetch_tokens` or `binding_ambiguous`
   */
  async getToken(options: TokenOptions = OWN_APPLICATION): Promise<AccessToken> {
    return this.#lookUp(this.#prepare(options), options.signal);
  }

  /**
   * Exchanges the token of a user for a token with which this app calls another app on behalf of the user.
   *
   * It sends the request to the tenant that issued the user token: the tenant of the binding, or another trusted tenant.
   *
   * @param userToken from `@RawToken()`: a token that the guard has validated
   * @throws {TokenRequestError} code `assertion_rejected`: the tenant does not accept the user token
   */
  async exchangeToken(
    userToken: RedactedToken,
    options: TokenOptions = OWN_APPLICATION,
  ): Promise<AccessToken> {
    const credential = this.#currentCredential();
    const request = exchangeRequest(userToken, options);
    return this.#lookUp(prepareRequest(credential, request), options.signal);
  }

  /**
   * Fetches a new access token of this app even if the cached one is valid. If that fails, the cached token stays in
   * use.
   *
   * @throws {TokenRequestError} the tenant was unavailable, did not answer in time, or refused
   */
  async renewToken(options: TokenOptions = OWN_APPLICATION): Promise<AccessToken> {
    const prepared = this.#prepare(options);
    if (options.signal?.aborted) throw waitAborted();
    const request = this.#pending.get(prepared.key) ?? this.#startRequest(prepared, 'caller');
    return waitFor(request, options.signal);
  }

  /**
   * Forgets outages and rejections of the tenants: the next token request is sent at once. Use it when you know that their
   * cause is gone; a tenant can lock a client that it rejects repeatedly.
   */
  forgetFailures(): void {
    this.#policy.reset();
  }

  /** Discards a token that a receiver rejected; the next call fetches a new one. */
  invalidate(token: AccessToken): void {
    if (!this.#cache.delete(token)) return;
    this.#events.emit('token.invalidated', { certificateThumbprint: token.certificateThumbprint });
  }

  onApplicationShutdown(): void {
    this.#credential?.agent.destroy();
  }

  async #lookUp(prepared: PreparedRequest, signal: AbortSignal | undefined): Promise<AccessToken> {
    const cached = this.#cache.get(prepared.key);
    const pending = this.#pending.get(prepared.key);
    this.#telemetry.countLookup(cached ? (cached.stale ? 'stale' : 'hit') : 'miss');
    if (cached) {
      if (cached.stale && !pending) this.#refresh(prepared);
      return cached.token;
    }
    // a caller that has already aborted causes no request
    if (signal?.aborted) throw waitAborted();
    return waitFor(pending ?? this.#startRequest(prepared, 'caller'), signal);
  }

  /** Prepares a request once for each frozen options object, which makes calls that hit the cache cheap. */
  #prepare(options: TokenOptions): PreparedRequest {
    const credential = this.#currentCredential();
    const known = this.#prepared.get(options);
    if (known?.credential === credential) return known;
    const prepared = prepareRequest(credential, clientCredentialsRequest(credential.binding, options));
    if (Object.isFrozen(options)) this.#prepared.set(options, prepared);
    return prepared;
  }

  #startRequest(prepared: PreparedRequest, trigger: TokenRequestEvent['trigger']): Promise<AccessToken> {
    const {
      key,
      request: { tenant, grantType, refreshable },
    } = prepared;
    const send = () =>
      this.#pending.run(key, {
        start: (signal) => this.#fetchToken(prepared, signal),
        land: ({ token, age }) => {
          this.#cache.set(key, { token, age, refreshable, random: this.#random() });
          return token;
        },
        fail: (error) => {
          throw error instanceof FlightOverdueError ? transportFailure(tenant, error) : error;
        },
      });
    return this.#telemetry.observe({ tenant, grantType, trigger }, send);
  }

  async #fetchToken({ request, credential }: PreparedRequest, signal: AbortSignal): Promise<AgedToken> {
    let obtainedAt = this.#clocks.wall();
    let age = this.#clocks.startAge();
    const response = await this.#policy.execute(credential, request.tenant, () => {
      obtainedAt = this.#clocks.wall();
      age = this.#clocks.startAge();
      return this.#endpoint.request(request, credential, signal);
    });
    const token = new AccessToken({
      value: response.accessToken,
      obtainedAt,
      receivedAt: this.#clocks.wall(),
      expiresAt: Math.min(obtainedAt + response.lifetime * 1_000, request.usableUntil),
      status: response.status,
      agent: credential.agent,
      certificateThumbprint: credential.binding.certificate?.thumbprint,
    });
    return { token, age };
  }

  /** Refreshes in the background: callers do not notice a failure while the current token is valid. */
  #refresh(prepared: PreparedRequest): void {
    this.#startRequest(prepared, 'refresh').catch((error: unknown) => {
      this.#cache.postponeRefresh(prepared.key);
      const reason = error instanceof TokenRequestError ? error.message : 'Unexpected failure.';
      this.#logger.warn(`Token refresh failed; the current token stays in use. ${reason}`);
    });
  }

  /** The credential of the current binding. After a renewal it creates a new one and drains the old agent. */
  #currentCredential(): ClientCredential {
    const binding = this.#bindings.outbound;
    if (this.#credential?.binding === binding) return this.#credential;
    const next = createClientCredential(binding, readTrustedAuthorities(this.#settings));
    if (this.#credential) drainAgent(this.#credential.agent);
    this.#credential = next;
    return next;
  }
}

function prepareRequest(credential: ClientCredential, request: TokenRequest): PreparedRequest {
  return { credential, request, key: tokenCacheKey([credential.fingerprint, ...request.identity]) };
}

async function waitFor<T>(token: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return token;
  try {
    return await untilAborted(token, signal);
  } catch (error) {
    throw signal.aborted ? waitAborted() : error;
  }
}

function waitAborted(): TokenRequestError {
  return new TokenRequestError('token_request_aborted', 'The caller aborted the wait for an access token.');
}
