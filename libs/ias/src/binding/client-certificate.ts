import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { BindingError } from '../errors/ias-error.js';
import { printable } from '../errors/printable.js';
import { repairPem } from './pem-repair.js';

/** A certificate that was issued this minute is not refused because our clock is behind the tenant's. */
const CLOCK_SKEW_MS = 60_000;

/** Where a certificate's key comes from, which decides how a mistake in them is mended. */
export type KeySource = keyof typeof REMEDIES;

const REMEDIES = {
  binding: {
    invalid: 'create the binding anew with credential-type X509_GENERATED and restage the app.',
    outdated: 'bind the service again to get a new certificate and restage the app.',
  },
  own: {
    invalid:
      'set IAS_PRIVATE_KEY_FILE (or IAS_PRIVATE_KEY), and IAS_CERTIFICATE_FILE where the binding has no certificate, to a key and certificate that belong together.',
    outdated:
      'provide a new certificate and its key where IAS_CERTIFICATE_FILE and IAS_PRIVATE_KEY_FILE say.',
  },
} as const;

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

  private constructor(
    leaf: X509Certificate,
    chainPem: string,
    key: KeyObject,
    private readonly source: KeySource,
  ) {
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
  static fromPem(
    certificatePem: string,
    keyPem: string,
    bindingName: string,
    source: KeySource = 'binding',
  ): ClientCertificate {
    const refuse = (what: string) => invalid(bindingName, what, source);
    const chain = repairPem(certificatePem).filter(({ label }) => label === 'CERTIFICATE');
    const [leaf] = chain.map(({ pem }) => readCertificate(pem, refuse));
    if (leaf === undefined) throw refuse('has a "certificate" that is not PEM');
    const key = readKey(keyPem, refuse);
    if (!leaf.checkPrivateKey(key)) throw refuse('has a "key" that does not belong to its "certificate"');
    const certificate = new ClientCertificate(leaf, chain.map(({ pem }) => pem).join(''), key, source);
    certificate.assertUsable(refuse);
    return certificate;
  }

  /** How to get a new one, for whoever is told that this one expires. */
  get renewal(): string {
    return REMEDIES[this.source].outdated;
  }

  /**
   * @throws {BindingError} code `binding_certificate_expired`: not valid at `now` (ms since the epoch)
   */
  assertValidAt(now: number, bindingName: string): void {
    if (now > this.notAfter.getTime()) {
      throw outdated(bindingName, `expired on ${this.notAfter.toISOString()}: ${this.renewal}`);
    }
    if (now < this.notBefore.getTime() - CLOCK_SKEW_MS) {
      throw outdated(bindingName, `is not valid before ${this.notBefore.toISOString()}: ${this.renewal}`);
    }
  }

  /** What OpenSSL refuses (a weak key, a broken chain) is to be known at the start, not at the first request. */
  private assertUsable(refuse: Refusal): void {
    try {
      // an empty list, because without one all default authorities would be loaded for nothing
      this.createSecureContext([]);
    } catch {
      throw refuse('has a "certificate" or "key" that TLS does not accept, e.g. because it is too weak');
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

type Refusal = (what: string) => BindingError;

function readCertificate(pem: string, refuse: Refusal): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw refuse('has a "certificate" that cannot be read');
  }
}

function readKey(keyPem: string, refuse: Refusal): KeyObject {
  const block = repairPem(keyPem).find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (block === undefined) throw refuse('has a "key" that is not a PEM private key');
  if (block.label.startsWith('ENCRYPTED') || block.pem.includes('Proc-Type:')) {
    throw refuse('has an encrypted "key"; provide it without a passphrase');
  }
  try {
    return createPrivateKey(block.pem);
  } catch {
    throw refuse('has a "key" that cannot be read');
  }
}

function invalid(bindingName: string, what: string, source: KeySource): BindingError {
  return new BindingError(
    'binding_certificate_invalid',
    `The identity binding "${printable(bindingName)}" ${what}: ${REMEDIES[source].invalid}`,
  );
}

function outdated(bindingName: string, what: string): BindingError {
  return new BindingError(
    'binding_certificate_expired',
    `The certificate of the identity binding "${printable(bindingName)}" ${what}`,
  );
}
