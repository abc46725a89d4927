import { Inject, Injectable } from '@nestjs/common';
import { IAS_CLOCK, IAS_MONOTONIC_CLOCK, IasTokenProvider } from 'nest-ias';
import type { AccessToken, Clock } from 'nest-ias';
import { BackendClient } from '../backend/backend-client.js';
import type { BackendClaims } from '../backend/backend-answer-schema.js';
import { proofStateOf } from './proof-state.js';
import type { OwnKnowledge, Proof, ProofState } from './proof-state.js';
import { readToken } from './token-content.js';

/** Content of the homepage: the claims, and whether they prove that the token belongs to our certificate. */
export interface Homepage {
  readonly claims: BackendClaims;
  readonly proof: Proof;
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
  /** HTTP status of the answer of the backend. */
  readonly backendStatus: number;
  /** Duration of the call to the backend, ms. */
  readonly backendDuration: number;
  /** What this app knows about the token and the call without the backend. */
  readonly own: OwnKnowledge;
  /** What the answer of the backend proves. */
  readonly state: ProofState;
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
    const { status: backendStatus, answer } = await this.#backend.callEndpoint(first);
    const { proof: verified, ...claims } = answer;
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
    const own = { cnf: readToken(token)?.cnf, usesTls: this.#backend.usesTls };
    const state = proofStateOf(homepage.proof, own);
    return { homepage, token, backendStatus, backendDuration, own, state };
  }
}

function thumbprintOf({ certificateThumbprint }: AccessToken): string | null {
  return certificateThumbprint ?? null;
}
