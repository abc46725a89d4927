import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { BindingError, printable } from '../errors/ias-error.js';
import { repairPem } from './pem.js';

export const DAY_MS = 86_400_000;

/** A new certificate stays valid if the local clock is behind the clock of the tenant. */
const CLOCK_SKEW_MS = 60_000;

/** Where the key of a certificate comes from, which decides how to correct it. */
export type KeySource = 'binding' | 'own';

const REMEDIES: Readonly<Record<KeySource, Readonly<Record<'invalid' | 'outdated', string>>>> = {
  binding: {
    invalid: 'create the binding again with credential-type X509_GENERATED and restage the app.',
    outdated: 'bind the service again to get a new certificate and restage the app.',
  },
  own: {
    invalid:
      'set IAS_PRIVATE_KEY_FILE (or IAS_PRIVATE_KEY), and IAS_CERTIFICATE_FILE if the binding has no certificate, to a key and certificate that match.',
    outdated:
      'write a new certificate and its key to the files of IAS_CERTIFICATE_FILE and IAS_PRIVATE_KEY_FILE.',
  },
};

/**
 * A client certificate with its chain and private key.
 *
 * The key is in a private field: `util.inspect` and `JSON.stringify` show neither the key nor the PEM text.
 */
export class ClientCertificate {
  /** base64url(SHA-256(DER of the leaf)): the value of `cnf["x5t#S256"]` (RFC 8705 §3.1). */
  readonly thumbprint: string;
  /** Distinguished name of the subject, one line. */
  readonly subject: string;
  /** Distinguished name of the issuer, one line. */
  readonly issuer: string;
  /** Serial number, hexadecimal. */
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly #der: Buffer;
  readonly #chainPem: string;
  readonly #key: KeyObject;
  readonly #source: KeySource;

  private constructor(leaf: X509Certificate, chainPem: string, key: KeyObject, source: KeySource) {
    this.#source = source;
    this.thumbprint = createHash('sha256').update(leaf.raw).digest('base64url');
    this.subject = leaf.subject.replaceAll('\n', ', ');
    this.issuer = leaf.issuer.replaceAll('\n', ', ');
    this.serialNumber = leaf.serialNumber;
    this.#der = leaf.raw;
    this.notBefore = new Date(leaf.validFrom);
    this.notAfter = new Date(leaf.validTo);
    this.#chainPem = chainPem;
    this.#key = key;
  }

  /**
   * Reads a chain (leaf first) and its key (PKCS#1, PKCS#8 or SEC 1) from the PEM text of a binding.
   *
   * @param bindingName for errors
   * @throws {BindingError} code `binding_certificate_invalid`: unreadable, encrypted, or not matching
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
    if (!leaf.checkPrivateKey(key)) throw refuse('has a "key" that does not match its "certificate"');
    const certificate = new ClientCertificate(leaf, chain.map(({ pem }) => pem).join(''), key, source);
    certificate.#assertUsable(refuse);
    return certificate;
  }

  /** The certificate itself, without chain and key, in DER. It is public: each server that the app calls sees it. */
  get der(): Buffer {
    return this.#der;
  }

  /** How to get a new certificate, for warnings and errors. */
  get renewal(): string {
    return REMEDIES[this.#source].outdated;
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

  /** Finds what OpenSSL rejects (a weak key, a broken chain) at the start instead of at the first request. */
  #assertUsable(refuse: Refusal): void {
    try {
      // without a list, Node.js would load all default authorities
      this.createSecureContext([]);
    } catch {
      throw refuse('has a "certificate" or "key" that TLS does not accept, e.g. because it is too weak');
    }
  }

  /**
   * TLS material for connections that present this certificate, TLS 1.2 or later.
   *
   * A secure context, because `util.inspect` of an agent prints its `key`, but not the content of a secure context.
   *
   * @param ca PEM certificates of the trusted authorities; `undefined` for the defaults of Node.js
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
