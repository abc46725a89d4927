import { Inject, Injectable } from '@nestjs/common';
import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto';
import { IAS_CLOCK } from '../../core/clocks.js';
import type { Clock } from '../../core/clocks.js';
import { PROOF_OF_POSSESSION_POLICIES } from '../../core/options.js';
import type { ProofOfPossessionPolicy } from '../../core/options.js';
import { IAS_SETTINGS } from '../../core/settings.js';
import type { IasSettings } from '../../core/settings.js';
import type { IasClaims } from '../access-token-schema.js';
import { compileHostPatterns, parseForwardedCertificate } from '../forwarded-certificate.js';
import type { HostMatcher } from '../forwarded-certificate.js';
import { proofMissing, readForwardedCertificateHeader } from '../forwarded-certificate-header.js';
import { RandomReplacementCache } from '../cache/random-replacement-cache.js';
import type { ReceivedRequest } from '../received-request.js';
import { AuthenticationException } from '../authentication-exception.js';
import type { PossessionProof } from '../authentication.js';

/** Room for more than 1 000 certificates with keys of 2 048 bits, each stored once. */
const MAX_CERTIFICATE_BYTES = 2 * 1_024 * 1_024;
const BYTES_OF_OBJECTS = 256;

/** base64url of 32 bytes, without padding. */
const THUMBPRINT = /^[\w-]{43}$/;

/**
 * Step 7: the caller has proved possession of the certificate that its token is bound to (RFC 8705 §3.1).
 *
 * The certificate is in `x-forwarded-client-cert`. Certificates are public, so this proves something only if the router
 * sets that header. The host of the request shows whether it does (docs/reference/ias-facts.md#cloud-foundry).
 */
@Injectable()
export class PossessionVerifier {
  readonly #isTrustedHost: HostMatcher;
  /** Certificates that proved a token, by thumbprint, so that each is decoded once. */
  readonly #certificates = new RandomReplacementCache<ForwardedCertificate>(MAX_CERTIFICATE_BYTES);
  readonly #settings: IasSettings;
  readonly #now: Clock;

  constructor(@Inject(IAS_SETTINGS) settings: IasSettings, @Inject(IAS_CLOCK) now: Clock) {
    this.#settings = settings;
    this.#now = now;
    this.#isTrustedHost = compileHostPatterns(settings.trustedCertHosts);
  }

  /**
   * Checks the policy of the app, or the stricter one of the route, on each request.
   *
   * @returns what was checked
   * @throws {AuthenticationException} `proof_required`, `proof_unsupported`, `proof_missing`, `proof_mismatch`,
   *   `proof_expired`, `token_audience_ambiguous`
   */
  assertProven(
    claims: IasClaims,
    route: ProofOfPossessionPolicy | undefined,
    request: ReceivedRequest,
  ): PossessionProof {
    const policy = strictest(this.#settings.proofOfPossession, route ?? 'off');
    const isProven = this.prove(policy, claims['cnf'], request);
    // Each of several audiences could replay the token at the others.
    if (hasMultipleAudiences(claims) && !isProven && !this.#settings.allowMultipleAudiences) {
      throw new AuthenticationException('token_audience_ambiguous');
    }
    if (isProven) return 'verified';
    return policy === 'off' ? 'unchecked' : 'unbound';
  }

  /**
   * @param confirmation the claim `cnf` of a verified token
   * @returns whether a certificate proves the token
   * @throws {AuthenticationException}
   */
  prove(policy: ProofOfPossessionPolicy, confirmation: unknown, request: ReceivedRequest): boolean {
    if (policy === 'off') return false;
    if (confirmation === undefined) {
      if (policy === 'required') throw new AuthenticationException('proof_required');
      return false;
    }
    assertThumbprint(confirmation);
    const header = readForwardedCertificateHeader(request, this.#isTrustedHost);
    const { 'x5t#S256': thumbprint } = confirmation;
    const known = this.#certificates.get(thumbprint);
    this.#assertValid(known?.header === header ? known : this.#match(header, thumbprint, request));
    return true;
  }

  #match(header: string, thumbprint: string, request: ReceivedRequest): ForwardedCertificate {
    const expected = Buffer.from(thumbprint, 'base64url');
    const { certificateHops } = this.#settings;
    const der = parseForwardedCertificate(header, certificateHops);
    if (!der) {
      throw proofMissing(
        request,
        `the x-forwarded-client-cert header is not one valid certificate with certificateHops ${certificateHops}`,
      );
    }
    if (!timingSafeEqual(createHash('sha256').update(der).digest(), expected)) {
      throw new AuthenticationException('proof_mismatch');
    }
    const { validFrom, validTo } = new X509Certificate(der);
    const certificate = { header, notBefore: Date.parse(validFrom), notAfter: Date.parse(validTo) };
    this.#certificates.set(thumbprint, certificate, header.length + BYTES_OF_OBJECTS);
    return certificate;
  }

  /** The router checks the dates at the handshake, but a connection can last longer than its certificate. */
  #assertValid({ notBefore, notAfter }: ForwardedCertificate): void {
    const now = this.#now();
    if (this.#settings.rejectExpiredCertificates && (now < notBefore || now > notAfter)) {
      throw new AuthenticationException('proof_expired');
    }
  }
}

/** A certificate that proved a token. */
interface ForwardedCertificate {
  /** The header as received. */
  readonly header: string;
  /** ms since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** The claim `cnf` of a token that is bound to a certificate (RFC 8705 §3.1). */
interface Confirmation {
  readonly 'x5t#S256': string;
}

function assertThumbprint(confirmation: unknown): asserts confirmation is Confirmation {
  const isObject = typeof confirmation === 'object' && confirmation !== null;
  const thumbprint = isObject && 'x5t#S256' in confirmation ? confirmation['x5t#S256'] : undefined;
  if (typeof thumbprint !== 'string' || !THUMBPRINT.test(thumbprint)) {
    throw new AuthenticationException('proof_unsupported');
  }
}

/** The stricter policy: a route can make the policy of the app stricter, never weaker. */
export function strictest(
  app: ProofOfPossessionPolicy,
  route: ProofOfPossessionPolicy,
): ProofOfPossessionPolicy {
  const strictness = (policy: ProofOfPossessionPolicy) => PROOF_OF_POSSESSION_POLICIES.indexOf(policy);
  return strictness(route) > strictness(app) ? route : app;
}

function hasMultipleAudiences({ aud }: IasClaims): boolean {
  return typeof aud !== 'string' && aud.some((audience) => audience !== aud[0]);
}
