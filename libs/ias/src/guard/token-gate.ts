import { Inject, Injectable } from '@nestjs/common';
import { IdentityBindings } from '../binding/identity-bindings.js';
import type { IdentityBinding } from '../binding/identity-binding.js';
import { Clocks } from '../core/clocks.js';
import { IAS_SETTINGS } from '../core/settings.js';
import type { IasSettings } from '../core/settings.js';
import { AuthenticationException } from './authentication-exception.js';
import { Freshness } from './cache/freshness.js';
import { TrustedIssuers } from './checks/3-issuer.js';
import { tokenClaimsSchema, tokenHeaderSchema } from './access-token-schema.js';
import type { IasClaims, TokenHeader } from './access-token-schema.js';
import { decodeCompactJws, MalformedJwtError } from '../core/jwt.js';
import type { CompactJws } from '../core/jwt.js';
import { effectiveIssuer } from './effective-issuer.js';

/** A token that passed every check that needs no key; its claims are still unverified. */
export interface PresentedToken {
  readonly jwt: string;
  readonly header: TokenHeader;
  readonly claims: IasClaims;
  readonly signingInput: string;
  readonly signature: Buffer;
  /** One of the issuers this app trusts. */
  readonly issuer: string;
  /** The binding that the token is meant for. */
  readonly binding: IdentityBinding;
  /** Until it expires, or its issuer is to be asked about again. */
  readonly freshness: Freshness;
}

/** RFC 7519 §5.1 and RFC 9068 §2.1; logout tokens and others carry a type of their own. */
const ACCESS_TOKEN_TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/**
 * Turns away what needs no key to be recognised as unacceptable, before anything is fetched or cached for it.
 *
 * ID tokens pass: IAS gives them the shape of access tokens, and the application router forwards them to backends.
 */
@Injectable()
export class TokenGate {
  constructor(
    private readonly bindings: IdentityBindings,
    private readonly issuers: TrustedIssuers,
    @Inject(IAS_SETTINGS) private readonly settings: IasSettings,
    private readonly clocks: Clocks,
  ) {}

  /** @throws {AuthenticationException} any code that starts with `token_`, `issuer_unresolved` */
  async admit(jwt: string): Promise<PresentedToken> {
    const { header, payload, signingInput, signature } = decode(jwt);
    const tokenHeader = this.#admitHeader(header);
    const claims = admitClaims(payload);
    const issuer = effectiveIssuer(claims);
    const binding = this.#bindingFor(issuer, claims);
    this.assertTimely(claims);
    const trustedFor = await this.issuers.trustedFor(issuer, binding);
    const freshness = this.#freshnessOf(claims, trustedFor);
    return { jwt, header: tokenHeader, claims, signingInput, signature, issuer, binding, freshness };
  }

  /** @throws {AuthenticationException} `token_expired`, `token_not_yet_valid` */
  assertTimely({ exp, nbf, iat }: IasClaims): void {
    const now = this.clocks.wall() / 1_000;
    const { clockTolerance } = this.settings;
    if (now >= exp + clockTolerance) throw new AuthenticationException('token_expired');
    if (Math.max(nbf ?? 0, iat ?? 0) > now + clockTolerance) {
      throw new AuthenticationException('token_not_yet_valid', '"nbf" or "iat" lies in the future');
    }
  }

  /** By its age, so that a clock that is set back does not prolong the life of a token that was verified before. */
  #freshnessOf({ exp }: IasClaims, trustedFor: number): Freshness {
    const livesFor = (exp + this.settings.clockTolerance) * 1_000 - this.clocks.wall();
    return new Freshness(this.clocks, this.clocks.startAge(), { reliedFor: Math.min(livesFor, trustedFor) });
  }

  #admitHeader(decoded: unknown): TokenHeader {
    const { success, data: header } = tokenHeaderSchema.safeParse(decoded);
    if (!success) throw new AuthenticationException('token_malformed', 'header without usable alg and kid');
    // RFC 7515 §4.1.11: extensions that are not understood must be refused, and we understand none.
    if ('crit' in header) throw new AuthenticationException('token_header_refused', 'crit');
    if (!this.settings.algorithms.some((algorithm) => algorithm === header.alg)) {
      throw new AuthenticationException('token_algorithm_refused');
    }
    if (header.typ !== undefined && !ACCESS_TOKEN_TYPES.has(header.typ.toLowerCase())) {
      throw new AuthenticationException('token_type_refused');
    }
    return header;
  }

  #bindingFor(issuer: string, { aud }: IasClaims): IdentityBinding {
    const trusting = this.bindings.all.filter((candidate) => this.issuers.mayBeTrusted(issuer, candidate));
    if (trusting.length === 0) throw new AuthenticationException('token_issuer_untrusted');
    const audiences = typeof aud === 'string' ? [aud] : aud;
    const meant = trusting.filter(({ clientId }) => audiences.includes(clientId));
    const binding = meant.find(({ url }) => url === issuer) ?? meant[0];
    if (!binding) throw new AuthenticationException('token_audience_mismatch');
    return binding;
  }
}

function decode(jwt: string): CompactJws {
  try {
    return decodeCompactJws(jwt);
  } catch (error) {
    if (!(error instanceof MalformedJwtError)) throw error;
    throw new AuthenticationException('token_malformed', error.message);
  }
}

function admitClaims(decoded: unknown): IasClaims {
  const { success } = tokenClaimsSchema.safeParse(decoded);
  if (!success)
    throw new AuthenticationException('token_malformed', 'a claim is missing or of the wrong type');
  // The parsed JSON itself, not the copy of the schema: xssec and the app see what was signed.
  const claims = decoded as IasClaims;
  // OpenID Connect Back-Channel Logout 1.0 §2.4: `events` marks a logout token.
  if (Object.hasOwn(claims, 'events')) throw new AuthenticationException('token_type_refused', 'events');
  return claims;
}
