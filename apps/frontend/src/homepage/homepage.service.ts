import { Inject, Injectable } from '@nestjs/common';
import { IAS_CLOCK, IasTokenProvider } from 'nest-ias';
import type { AccessToken, Clock } from 'nest-ias';
import { BackendClient } from '../backend/backend-client.js';
import type { BackendClaims } from '../backend/backend-claims-schema.js';

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
    /** `ias`: this page waited for it, alone or with others; `cache`: it was there already. */
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
    @Inject(IAS_CLOCK) private readonly now: Clock,
  ) {}

  async getHomepage(): Promise<Homepage> {
    const asked = this.now();
    const first = await this.tokens.getToken();
    const claims = await this.backend.getClaims(first);
    const cnf = claims.cnf?.['x5t#S256'] ?? null;
    // Since then the binding may have been renewed, and the backend have got a token of the new certificate.
    const token = cnf === thumbprintOf(first) ? first : await this.tokens.getToken();
    const thumbprint = thumbprintOf(token);
    return {
      claims,
      proof: { cnf, thumbprint, matches: cnf !== null && cnf === thumbprint },
      token: {
        source: token.receivedAt >= asked ? 'ias' : 'cache',
        expiresAt: new Date(token.expiresAt).toISOString(),
      },
    };
  }
}

function thumbprintOf({ certificateThumbprint }: AccessToken): string | null {
  return certificateThumbprint ?? null;
}
