import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { IdentityBindings } from '../binding/identity-bindings.js';
import { readTrustedAuthorities } from '../binding/trusted-authorities.js';
import { Clocks } from '../core/clocks.js';
import type { Age } from '../core/clocks.js';
import { FlightOverdueError, SingleFlight, untilAborted } from '../core/single-flight.js';
import { TokenRequestError } from '../errors/token-request-error.js';
import type { RedactedToken } from '../core/redacted.js';
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
import type { TokenRequest } from './token-request.js';
import { TokenCache, tokenCacheKey } from './token-cache.js';
import type { TokenOptions } from './token-options.js';

/** What `getToken()` without options asks for. */
const OWN_APPLICATION: TokenOptions = Object.freeze({});

interface AgedToken {
  readonly token: AccessToken;
  /** Since it was asked for. */
  readonly age: Age;
}

interface PreparedRequest {
  readonly credential: ClientCredential;
  readonly request: TokenRequest;
  readonly key: string;
}

/**
 * Gets access tokens over mutual TLS (RFC 8705 §2): for the app itself with the client-credentials grant
 * (RFC 6749 §4.4), for a user with the jwt-bearer grant (RFC 7523 §2.1).
 *
 * Tokens are cached until shortly before they expire, those of the app refreshed in the background; callers that ask
 * for the same token at the same time share one request.
 */
@Injectable()
export class IasTokenProvider implements OnApplicationShutdown {
  readonly #logger = new Logger(IasTokenProvider.name);
  readonly #cache: TokenCache;
  readonly #prepared = new WeakMap<TokenOptions, PreparedRequest>();
  readonly #flights: SingleFlight<string, AccessToken>;
  readonly #endpoint: TokenEndpointClient;
  readonly #policy: TokenRequestPolicy;
  readonly #telemetry: TokenTelemetry;
  #credential: ClientCredential | undefined;

  constructor(
    @Inject(IAS_HTTP) http: HttpClientLoader,
    private readonly bindings: IdentityBindings,
    @Inject(IAS_SETTINGS) private readonly settings: IasSettings,
    private readonly clocks: Clocks,
    @Inject(IAS_RANDOM) private readonly random: Random,
    private readonly events: IasEvents,
  ) {
    const deadline = settings.tokenRequestDeadline;
    this.#cache = new TokenCache(clocks);
    this.#flights = new SingleFlight(deadline);
    this.#endpoint = new TokenEndpointClient(http, settings, clocks.wall);
    this.#policy = new TokenRequestPolicy({ deadline, clocks, random, events });
    this.#telemetry = new TokenTelemetry(events);
  }

  /**
   * A valid access token of this app, and the agent it can be proven on.
   *
   * @throws {TokenRequestError} the tenant could not be reached, refused, or answered nonsense
   * @throws {BindingError} code `binding_cannot_fetch_tokens` or `binding_ambiguous`
   */
  async getToken(options: TokenOptions = OWN_APPLICATION): Promise<AccessToken> {
    return this.lookUp(this.prepare(options), options.signal);
  }

  /**
   * Exchanges the token of the user who calls for one with which this app calls another in the user's name.
   *
   * The tenant that issued the user's token is asked: that of the binding, or another that the guard trusts.
   *
   * @param userToken what `@RawToken()` injects: a token that the guard has validated
   * @throws {TokenRequestError} code `assertion_rejected`: the tenant does not accept the user's token
   */
  async exchangeToken(
    userToken: RedactedToken,
    options: TokenOptions = OWN_APPLICATION,
  ): Promise<AccessToken> {
    const credential = this.credential();
    const request = exchangeRequest(userToken, options);
    return this.lookUp(prepareRequest(credential, request), options.signal);
  }

  /** Forgets a token that a receiver rejected; the next call fetches a new one. */
  invalidate(token: AccessToken): void {
    if (!this.#cache.delete(token)) return;
    this.events.emit('token.invalidated', { certificateThumbprint: token.certificateThumbprint });
  }

  onApplicationShutdown(): void {
    this.#credential?.agent.destroy();
  }

  private async lookUp(prepared: PreparedRequest, signal: AbortSignal | undefined): Promise<AccessToken> {
    const cached = this.#cache.get(prepared.key);
    const flight = this.#flights.get(prepared.key);
    this.#telemetry.countLookup(cached ? (cached.stale ? 'stale' : 'hit') : 'miss');
    if (cached) {
      if (cached.stale && !flight) this.refresh(prepared);
      return cached.token;
    }
    // who has given up already causes no request
    if (signal?.aborted) throw waitEnded();
    return waitFor(flight ?? this.startFlight(prepared, 'caller'), signal);
  }

  /** Once for each frozen object of options: a call that is served from the cache should cost next to nothing. */
  private prepare(options: TokenOptions): PreparedRequest {
    const credential = this.credential();
    const known = this.#prepared.get(options);
    if (known?.credential === credential) return known;
    const prepared = prepareRequest(credential, clientCredentialsRequest(credential.binding, options));
    if (Object.isFrozen(options)) this.#prepared.set(options, prepared);
    return prepared;
  }

  private startFlight(
    prepared: PreparedRequest,
    trigger: TokenRequestEvent['trigger'],
  ): Promise<AccessToken> {
    const {
      key,
      request: { tenant, grantType, refreshable },
    } = prepared;
    const fly = () =>
      this.#flights.run(key, {
        start: (signal) => this.fetchToken(prepared, signal),
        land: ({ token, age }) => {
          this.#cache.set(key, { token, age, refreshable, random: this.random() });
          return token;
        },
        fail: (error) => {
          throw error instanceof FlightOverdueError ? transportFailure(tenant, error) : error;
        },
      });
    return this.#telemetry.observe({ tenant, grantType, trigger }, fly);
  }

  private async fetchToken(
    { request, credential }: PreparedRequest,
    signal: AbortSignal,
  ): Promise<AgedToken> {
    let obtainedAt = this.clocks.wall();
    let age = this.clocks.startAge();
    const response = await this.#policy.execute(credential, request.tenant, () => {
      obtainedAt = this.clocks.wall();
      age = this.clocks.startAge();
      return this.#endpoint.request(request, credential, signal);
    });
    const token = new AccessToken({
      value: response.accessToken,
      obtainedAt,
      receivedAt: this.clocks.wall(),
      expiresAt: Math.min(obtainedAt + response.lifetime * 1_000, request.usableUntil),
      agent: credential.agent,
      certificateThumbprint: credential.binding.certificate?.thumbprint,
    });
    return { token, age };
  }

  /** Fetches ahead of the expiry, in the background: a failure is invisible while the token in use lives. */
  private refresh(prepared: PreparedRequest): void {
    this.startFlight(prepared, 'refresh').catch((error: unknown) => {
      this.#cache.postponeRefresh(prepared.key);
      const reason = error instanceof TokenRequestError ? error.message : 'unexpected failure';
      this.#logger.warn(`The access token in use lives on, its refresh failed. ${reason}`);
    });
  }

  /** The credential of the binding in use; after a renewal a new one, and the old agent is drained. */
  private credential(): ClientCredential {
    const binding = this.bindings.outbound;
    if (this.#credential?.binding === binding) return this.#credential;
    const next = createClientCredential(binding, readTrustedAuthorities(this.settings.caFile));
    if (this.#credential) drainAgent(this.#credential.agent);
    this.#credential = next;
    return next;
  }
}

function prepareRequest(credential: ClientCredential, request: TokenRequest): PreparedRequest {
  return { credential, request, key: tokenCacheKey([credential.fingerprint, ...request.identity]) };
}

async function waitFor<T>(flight: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return flight;
  try {
    return await untilAborted(flight, signal);
  } catch (error) {
    throw signal.aborted ? waitEnded() : error;
  }
}

function waitEnded(): TokenRequestError {
  return new TokenRequestError(
    'token_request_aborted',
    'The wait for an access token was ended by its caller.',
  );
}
