import { Injectable } from '@nestjs/common';
import { IasTokenProvider } from 'nest-ias';
import { BackendClient } from '../backend/backend.client.js';
import type { BackendClaims } from '../backend/backend-claims.schema.js';

/** What the homepage shows: the claims, and whether they prove that the token belongs to our certificate. */
export interface Homepage {
  readonly claims: BackendClaims;
  readonly proof: {
    /** Thumbprint the token is bound to, claim `cnf["x5t#S256"]`. */
    readonly cnf: string | null;
    /** Thumbprint of the certificate in use; none where the binding has a client secret instead. */
    readonly thumbprint: string | null;
    readonly matches: boolean;
  };
  readonly token: {
    /** `ias`: fetched for this page; `cache`: fetched before. */
    readonly source: 'ias' | 'cache';
    /** ISO 8601 */
    readonly expiresAt: string;
  };
}

@Injectable()
export class HomepageService {
  constructor(
    private readonly tokens: IasTokenProvider,
    private readonly backend: BackendClient,
  ) {}

  async getHomepage(): Promise<Homepage> {
    const asked = Date.now();
    const token = await this.tokens.getToken();
    const claims = await this.backend.getClaims(token);
    const cnf = claims.cnf?.['x5t#S256'] ?? null;
    const thumbprint = token.certificateThumbprint ?? null;
    return {
      claims,
      proof: { cnf, thumbprint, matches: cnf !== null && cnf === thumbprint },
      token: {
        source: token.obtainedAt >= asked ? 'ias' : 'cache',
        expiresAt: new Date(token.expiresAt).toISOString(),
      },
    };
  }
}
