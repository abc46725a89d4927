import { Inject, Injectable } from '@nestjs/common';
import { IAS_CLOCK, IAS_MONOTONIC_CLOCK, IasTokenProvider } from 'nest-ias';
import type { AccessToken, Clock, PossessionProof } from 'nest-ias';
import { BackendClient } from '../backend/backend-client.js';
import type { BackendClaims } from '../backend/backend-answer-schema.js';

/** Content of the homepage: the claims, and whether they prove that the token belongs to our certificate. */
export interface Homepage {
  readonly claims: BackendClaims;
  readonly proof: {
    /** Thumbprint that the token is bound to: claim `cnf["x5t#S256"]`. */
    readonly cnf: string | null;
    /** Thumbprint of the certificate in use; null if the binding has a client secret instead. */
    readonly thumbprint: string | null;
    readonly matches: boolean;
    /** What the backend checked; null if it says nothing that we know. */
    readonly verified: PossessionProof | null;
  };
  readonly token: {
    /** `ias`: this page waited for a token request; `cache`: the token was in the cache. */
    readonly source: 'ias' | 'cache';
    /** ISO 8601 */
    readonly expiresAt: string;
  };
}

/** Content of the homepage, and what the page explains besides. */
export interface HomepageVisit {
  readonly homepage: Homepage;
  /** The token that the page is about. */
  readonly token: AccessToken;
  /** Duration of the call to the backend, ms. */
  readonly backendDuration: number;
}

@Injectable()
export class HomepageService {
  readonly #tokens: IasTokenProvider;
  readonly #backend: BackendClient;
  readonly #now: Clock;
  readonly #monotonicNow: Clock;

  constructor(
    tokens: IasTokenProvider,
    backend: BackendClient,
    @Inject(IAS_CLOCK) now: Clock,
    @Inject(IAS_MONOTONIC_CLOCK) monotonicNow: Clock,
  ) {
    this.#tokens = tokens;
    this.#backend = backend;
    this.#now = now;
    this.#monotonicNow = monotonicNow;
  }

  async visit(): Promise<HomepageVisit> {
    const asked = this.#now();
    const first = await this.#tokens.getToken();
    const called = this.#monotonicNow();
    const { proof: verified, ...claims } = await this.#backend.callEndpoint(first);
    const backendDuration = this.#monotonicNow() - called;
    const cnf = claims.cnf?.['x5t#S256'] ?? null;
    // If the binding was renewed since then, the backend may have received a token for the new certificate.
    const token = cnf === thumbprintOf(first) ? first : await this.#tokens.getToken();
    const thumbprint = thumbprintOf(token);
    const homepage: Homepage = {
      claims,
      proof: { cnf, thumbprint, matches: cnf !== null && cnf === thumbprint, verified: verified ?? null },
      token: {
        source: token.receivedAt >= asked ? 'ias' : 'cache',
        expiresAt: new Date(token.expiresAt).toISOString(),
      },
    };
    return { homepage, token, backendDuration };
  }
}

function thumbprintOf({ certificateThumbprint }: AccessToken): string | null {
  return certificateThumbprint ?? null;
}
