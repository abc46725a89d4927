import { Inject, Injectable } from '@nestjs/common';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ProofOfPossessionPolicy } from '../../ias.options.js';
import { IAS_SETTINGS } from '../../ias.settings.js';
import type { IasSettings } from '../../ias.settings.js';
import { AuthenticationException } from '../answer/authentication.exception.js';
import { compileHostPatterns } from '../request/host.pattern.js';
import type { HostMatcher } from '../request/host.pattern.js';
import { headerValues } from '../request/raw-headers.reader.js';
import { parseForwardedCertificate } from './forwarded-certificate.parser.js';

/** base64url of 32 bytes, without padding. */
const THUMBPRINT = /^[\w-]{43}$/;

/**
 * Checks that the caller holds the certificate its token is bound to (RFC 8705 §3.1).
 *
 * The certificate comes in `x-forwarded-client-cert`. Certificates are public, so it proves something only where a
 * router sets that header itself, and that is told by the host the request was sent to (facts.md §6).
 */
@Injectable()
export class PossessionVerifier {
  readonly #isTrustedHost: HostMatcher;

  constructor(@Inject(IAS_SETTINGS) { trustedCertHosts }: IasSettings) {
    this.#isTrustedHost = compileHostPatterns(trustedCertHosts);
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
    const expected = readThumbprint(confirmation);
    const certificate = this.#forwardedCertificate(request);
    const actual = createHash('sha256').update(certificate).digest();
    if (!timingSafeEqual(actual, expected)) throw new AuthenticationException('proof_mismatch');
    return true;
  }

  #forwardedCertificate(request: IncomingMessage): Buffer {
    const values = headerValues(request, 'x-forwarded-client-cert');
    const [value] = values;
    if (value === undefined) throw new AuthenticationException('proof_missing');
    if (values.length > 1) throw new AuthenticationException('proof_missing', 'several certificate headers');
    if (!this.#cameThroughRouter(request)) {
      throw new AuthenticationException(
        'proof_missing',
        'the certificate came through a host that is not trusted',
      );
    }
    const certificate = parseForwardedCertificate(value);
    if (!certificate) throw new AuthenticationException('proof_missing', 'not exactly one certificate');
    return certificate;
  }

  /** A target in absolute form may name another host than the header, and a router may have gone by either. */
  #cameThroughRouter(request: IncomingMessage): boolean {
    const hosts = headerValues(request, 'host');
    const [host] = hosts;
    const isOriginForm = request.url?.startsWith('/') === true;
    return host !== undefined && hosts.length === 1 && isOriginForm && this.#isTrustedHost(host);
  }
}

function readThumbprint(confirmation: unknown): Buffer {
  const isObject = typeof confirmation === 'object' && confirmation !== null && !Array.isArray(confirmation);
  const thumbprint = isObject ? (confirmation as Record<string, unknown>)['x5t#S256'] : undefined;
  if (typeof thumbprint !== 'string' || !THUMBPRINT.test(thumbprint)) {
    throw new AuthenticationException('proof_unsupported');
  }
  return Buffer.from(thumbprint, 'base64url');
}
