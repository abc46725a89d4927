import { Inject, Injectable } from '@nestjs/common';
import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { IAS_CLOCK } from '../../core/clocks.js';
import type { Clock } from '../../core/clocks.js';
import type { ProofOfPossessionPolicy } from '../../core/options.js';
import { IAS_SETTINGS } from '../../core/settings.js';
import type { IasSettings } from '../../core/settings.js';
import { AuthenticationException } from '../authentication-exception.js';
import { compileHostPatterns } from '../host-pattern.js';
import type { HostMatcher } from '../host-pattern.js';
import { RandomReplacementCache } from '../cache/random-replacement-cache.js';
import { headerValues } from '../raw-headers.js';
import { parseForwardedCertificate } from '../forwarded-certificate.js';

/** A target that no router takes for one with a host in it (RFC 9112 §3.2.1, RFC 3986 §4.2). */
const ORIGIN_FORM = /^\/(?![/\\])/;

/** Room for more than 1 000 certificates with keys of 2 048 bits, each once, however many tokens are bound to it. */
const MAX_CERTIFICATE_BYTES = 2 * 1_024 * 1_024;
const BYTES_OF_OBJECTS = 256;

/** base64url of 32 bytes, without padding. */
const THUMBPRINT = /^[\w-]{43}$/;

/**
 * Checks that the caller holds the certificate its token is bound to (RFC 8705 §3.1).
 *
 * The certificate comes in `x-forwarded-client-cert`. Certificates are public, so it proves something only where a
 * router sets that header itself, and that is told by the host the request was sent to (docs/reference/ias-facts.md#cloud-foundry).
 */
@Injectable()
export class PossessionVerifier {
  readonly #isTrustedHost: HostMatcher;
  /** Certificates that proved a token, by thumbprint: on a busy connection nothing is decoded anew. */
  readonly #certificates = new RandomReplacementCache<ForwardedCertificate>(MAX_CERTIFICATE_BYTES);

  constructor(
    @Inject(IAS_SETTINGS) private readonly settings: IasSettings,
    @Inject(IAS_CLOCK) private readonly clock: Clock,
  ) {
    this.#isTrustedHost = compileHostPatterns(settings.trustedCertHosts);
  }

  /**
   * @param confirmation the claim `cnf` of a verified token
   * @returns whether the token is proven by a certificate
   * @throws {AuthenticationException} any code that starts with `proof_`
   */
  prove(policy: ProofOfPossessionPolicy, confirmation: unknown, request: IncomingMessage): boolean {
    if (policy === 'off') return false;
    if (confirmation === undefined) {
      if (policy === 'required') throw new AuthenticationException('proof_required');
      return false;
    }
    assertThumbprint(confirmation);
    const header = this.#readHeader(request);
    const { 'x5t#S256': thumbprint } = confirmation;
    const known = this.#certificates.get(thumbprint);
    this.#assertValid(known?.header === header ? known : this.#match(header, thumbprint));
    return true;
  }

  #match(header: string, thumbprint: string): ForwardedCertificate {
    const expected = Buffer.from(thumbprint, 'base64url');
    const der = parseForwardedCertificate(header, this.settings.certificateHops);
    if (!der)
      throw new AuthenticationException('proof_missing', 'not exactly one certificate that fits its hash');
    if (!timingSafeEqual(createHash('sha256').update(der).digest(), expected)) {
      throw new AuthenticationException('proof_mismatch');
    }
    const { validFrom, validTo } = new X509Certificate(der);
    const certificate = { header, notBefore: Date.parse(validFrom), notAfter: Date.parse(validTo) };
    this.#certificates.set(thumbprint, certificate, header.length + BYTES_OF_OBJECTS);
    return certificate;
  }

  /** The router has checked the dates at the handshake; a connection may outlive them. */
  #assertValid({ notBefore, notAfter }: ForwardedCertificate): void {
    const now = this.clock();
    if (this.settings.rejectExpiredCertificates && (now < notBefore || now > notAfter)) {
      throw new AuthenticationException('proof_expired');
    }
  }

  #readHeader(request: IncomingMessage): string {
    const values = headerValues(request, 'x-forwarded-client-cert');
    const [value] = values;
    if (value === undefined) throw new AuthenticationException('proof_missing');
    if (values.length > 1) throw new AuthenticationException('proof_missing', 'several certificate headers');
    if (this.#cameThroughRouter(request)) return value;
    throw new AuthenticationException(
      'proof_missing',
      'the certificate came through a host that is not trusted',
    );
  }

  /**
   * One name of the host and no other: a router may have gone by either of two, or by a target in absolute form. HTTP/2
   * has `:authority` in place of `Host` (RFC 9113 §8.3.1).
   */
  #cameThroughRouter(request: IncomingMessage): boolean {
    const hosts = headerValues(request, 'host');
    if (request.httpVersionMajor === 2) hosts.push(...headerValues(request, ':authority'));
    const [host] = hosts;
    const isOriginForm = ORIGIN_FORM.test(request.url ?? '');
    return host !== undefined && hosts.length === 1 && isOriginForm && this.#isTrustedHost(host);
  }
}

/** A certificate that proved a token. */
interface ForwardedCertificate {
  /** The header it came in, as it came. */
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
  const isObject = typeof confirmation === 'object' && confirmation !== null && !Array.isArray(confirmation);
  const thumbprint = isObject && 'x5t#S256' in confirmation ? confirmation['x5t#S256'] : undefined;
  if (typeof thumbprint !== 'string' || !THUMBPRINT.test(thumbprint)) {
    throw new AuthenticationException('proof_unsupported');
  }
}
