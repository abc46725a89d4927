import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { BindingError, printable } from '../errors/errors.js';
import { repairPem } from './pem.repair.js';

/** A certificate that was issued this minute is not refused because our clock is behind the tenant's. */
const CLOCK_SKEW_MS = 60_000;

/**
 * A client certificate with its chain and private key.
 *
 * The key lives in a private field: `util.inspect` and `JSON.stringify` show neither it nor the PEM text.
 */
export class ClientCertificate {
  /** base64url(SHA-256(DER of the leaf)): the value of `cnf["x5t#S256"]` (RFC 8705 §3.1). */
  readonly thumbprint: string;
  /** Distinguished name of the subject, one line. */
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly #chainPem: string;
  readonly #key: KeyObject;

  private constructor(leaf: X509Certificate, chainPem: string, key: KeyObject) {
    this.thumbprint = createHash('sha256').update(leaf.raw).digest('base64url');
    this.subject = leaf.subject.replaceAll('\n', ', ');
    this.notBefore = new Date(leaf.validFrom);
    this.notAfter = new Date(leaf.validTo);
    this.#chainPem = chainPem;
    this.#key = key;
  }

  /**
   * Reads a chain (leaf first) and its key (PKCS#1, PKCS#8 or SEC 1) from PEM text as bindings carry it.
   *
   * @param bindingName names the binding in errors
   * @throws {BindingError} code `binding_certificate_invalid`: unreadable, encrypted, or not belonging together
   */
  static fromPem(certificatePem: string, keyPem: string, bindingName: string): ClientCertificate {
    const chain = repairPem(certificatePem).filter(({ label }) => label === 'CERTIFICATE');
    const [leaf] = chain.map(({ pem }) => readCertificate(pem, bindingName));
    if (leaf === undefined) throw invalid(bindingName, 'has a "certificate" that is not PEM');
    const key = readKey(keyPem, bindingName);
    if (!leaf.checkPrivateKey(key)) {
      throw invalid(bindingName, 'has a "key" that does not belong to its "certificate"');
    }
    const certificate = new ClientCertificate(leaf, chain.map(({ pem }) => pem).join(''), key);
    certificate.assertUsable(bindingName);
    return certificate;
  }

  /**
   * @throws {BindingError} code `binding_certificate_expired`: not valid at `now` (ms since the epoch)
   */
  assertValidAt(now: number, bindingName: string): void {
    if (now > this.notAfter.getTime()) {
      throw outdated(bindingName, `expired on ${this.notAfter.toISOString()}`);
    }
    if (now < this.notBefore.getTime() - CLOCK_SKEW_MS) {
      throw outdated(bindingName, `is not valid before ${this.notBefore.toISOString()}`);
    }
  }

  /** What OpenSSL refuses (a weak key, a broken chain) is to be known at the start, not at the first request. */
  private assertUsable(bindingName: string): void {
    try {
      // an empty list, because without one all default authorities would be loaded for nothing
      this.createSecureContext([]);
    } catch {
      throw invalid(
        bindingName,
        'has a "certificate" or "key" that TLS does not accept, e.g. because it is too weak',
      );
    }
  }

  /**
   * TLS material for connections that present this certificate, TLS 1.2 or later.
   *
   * A secure context, because `util.inspect` of an agent prints a `key` it was given, but not this.
   *
   * @param ca PEM certificates of the trusted authorities; `undefined` trusts what Node.js trusts by default
   */
  createSecureContext(ca: readonly string[] | undefined): SecureContext {
    return createSecureContext({
      cert: this.#chainPem,
      key: this.#key.export({ type: 'pkcs8', format: 'pem' }),
      minVersion: 'TLSv1.2',
      ...(ca && { ca: [...ca] }),
    });
  }
}

function readCertificate(pem: string, bindingName: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw invalid(bindingName, 'has a "certificate" that cannot be read');
  }
}

function readKey(keyPem: string, bindingName: string): KeyObject {
  const block = repairPem(keyPem).find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (block === undefined) throw invalid(bindingName, 'has a "key" that is not a PEM private key');
  if (block.label.startsWith('ENCRYPTED') || block.pem.includes('Proc-Type:')) {
    throw invalid(bindingName, 'has an encrypted "key"; provide it without a passphrase');
  }
  try {
    return createPrivateKey(block.pem);
  } catch {
    throw invalid(bindingName, 'has a "key" that cannot be read');
  }
}

function invalid(bindingName: string, what: string): BindingError {
  return new BindingError(
    'binding_certificate_invalid',
    `The identity binding "${printable(bindingName)}" ${what}: create the binding anew with credential-type X509_GENERATED and restage the app.`,
  );
}

function outdated(bindingName: string, what: string): BindingError {
  return new BindingError(
    'binding_certificate_expired',
    `The certificate of the identity binding "${printable(bindingName)}" ${what}: bind the service again to get a new certificate and restage the app.`,
  );
}
