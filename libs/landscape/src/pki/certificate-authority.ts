import { X509Certificate } from 'node:crypto';
import type { Extension } from '@peculiar/asn1-x509';
import {
  type AlternativeNames,
  authorityExtensions,
  clientExtensions,
  serverExtensions,
} from './certificate-extensions.js';
import { type CertificateContent, type Signer, signCertificate } from './certificate-signer.js';
import { type ClientKey, generateClientKeyPair, type KeyPair, privateKeyPem } from './client-key.js';
import type { DistinguishedName } from './distinguished-name.js';
import { type Validity, VALIDITY_DAYS, validityAround } from './validity.js';

/** A certificate chain with its private key, for a TLS endpoint. */
export interface IssuedCertificate {
  readonly leaf: X509Certificate;
  /** PEM chain, leaf first, then the intermediate. */
  readonly certificate: string;
  /** PEM of the private key. */
  readonly key: string;
}

/** Content of a client certificate. */
export interface ClientCertificateRequest {
  readonly subject: DistinguishedName;
  readonly key: ClientKey;
  readonly validity: Validity;
}

/** Names of the server in its certificate. */
export interface ServerNames extends AlternativeNames {
  /** @default the first DNS name */
  readonly commonName?: string;
}

/** Content of a server certificate. */
export interface ServerCertificateRequest extends ServerNames {
  readonly validity: Validity;
}

interface Issuer extends Signer {
  readonly certificate: X509Certificate;
}

const ROOT_NAME: DistinguishedName = [
  ['O', 'nest-ias landscape'],
  ['CN', 'Landscape Root CA'],
];
const INTERMEDIATE_NAME: DistinguishedName = [
  ['O', 'nest-ias landscape'],
  ['CN', 'Landscape Client CA'],
];

/** The certificate authority of a landscape: a root, and an intermediate that issues every leaf certificate. */
export class CertificateAuthority {
  readonly #root: Issuer;
  readonly #intermediate: Issuer;
  readonly #verdicts = new WeakMap<X509Certificate, boolean>();

  private constructor(root: Issuer, intermediate: Issuer) {
    this.#root = root;
    this.#intermediate = intermediate;
  }

  /** Creates an authority with new keys, which it keeps in memory only. */
  static async create(): Promise<CertificateAuthority> {
    const [rootKeys, intermediateKeys] = await Promise.all([
      generateClientKeyPair('EC'),
      generateClientKeyPair('EC'),
    ]);
    const root = authorityOf({ name: ROOT_NAME, keys: rootKeys });
    return new CertificateAuthority(
      root,
      authorityOf({ name: INTERMEDIATE_NAME, keys: intermediateKeys }, root),
    );
  }

  /** PEM of the root certificate, for clients to trust. */
  get pem(): string {
    return this.#root.certificate.toString();
  }

  /** PEM of the root and intermediate certificates, for servers to verify client certificates. */
  get trustedPem(): string {
    return this.pem + this.#intermediate.certificate.toString();
  }

  /** Issues a client certificate with a new key. */
  async issueClientCertificate({
    subject,
    key,
    validity,
  }: ClientCertificateRequest): Promise<IssuedCertificate> {
    const keys = await generateClientKeyPair(key);
    return this.#issue(keys, subject, validity, clientExtensions());
  }

  /** Issues a server certificate with a new EC key. */
  async issueServerCertificate({
    validity,
    commonName,
    ...names
  }: ServerCertificateRequest): Promise<IssuedCertificate> {
    const keys = await generateClientKeyPair('EC');
    const subject: DistinguishedName = [['CN', commonName ?? names.dnsNames[0] ?? 'server']];
    return this.#issue(keys, subject, validity, serverExtensions(names));
  }

  /** Whether this authority signed a certificate, regardless of its validity period. */
  hasIssued(certificate: X509Certificate): boolean {
    const known = this.#verdicts.get(certificate);
    if (known !== undefined) return known;
    const issuer = this.#intermediate.certificate;
    const verdict = certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
    this.#verdicts.set(certificate, verdict);
    return verdict;
  }

  #issue(
    keys: KeyPair,
    subject: DistinguishedName,
    validity: Validity,
    extensions: readonly Extension[],
  ): IssuedCertificate {
    const content: CertificateContent = { subject, publicKey: keys.publicKey, validity, extensions };
    const leaf = signCertificate(this.#intermediate, content);
    return {
      leaf,
      certificate: leaf.toString() + this.#intermediate.certificate.toString(),
      key: privateKeyPem(keys.privateKey),
    };
  }
}

/** Creates an authority's certificate; without an issuer, it is self-signed. */
function authorityOf({ name, keys }: Signer, issuer: Signer = { name, keys }): Issuer {
  const certificate = signCertificate(issuer, {
    subject: name,
    publicKey: keys.publicKey,
    validity: validityAround(Date.now(), VALIDITY_DAYS.authority),
    extensions: authorityExtensions(),
  });
  return { name, keys, certificate };
}
