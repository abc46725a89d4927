import 'reflect-metadata'; // @peculiar/x509 registers its algorithms with tsyringe, which asks for it
import { randomBytes, type webcrypto, X509Certificate } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { type ClientKey, generateClientKeyPair, privateKeyPem } from './client-key.js';
import { type Validity, validityAround } from './validity.js';

/** A certificate with its private key, as a TLS endpoint takes them. */
export interface IssuedCertificate {
  readonly leaf: X509Certificate;
  /** PEM chain, leaf first, then the intermediate. */
  readonly certificate: string;
  /** PEM of the private key. */
  readonly key: string;
}

/** What a client certificate is issued for. */
export interface ClientCertificateRequest {
  readonly subject: JsonName;
  readonly key: ClientKey;
  readonly validity: Validity;
}

/** What a server certificate is issued for; entries of `ipAddresses` are literal addresses. */
export interface ServerCertificateRequest {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly validity: Validity;
}

interface Issuer {
  readonly name: string;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly certificate: X509Certificate;
}

interface CertificateContent {
  readonly subject: string;
  readonly publicKey: webcrypto.CryptoKey;
  readonly validity: Validity;
  readonly extensions: readonly Extension[];
}

const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' };
const ROOT_NAME = 'CN=Landscape Root CA, O=nest-ias landscape';
const INTERMEDIATE_NAME = 'CN=Landscape Client CA, O=nest-ias landscape';
const CA_USAGE = KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;
const LEAF_USAGE = KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment;

/** The root of trust of a landscape: a root, and an intermediate that issues every leaf. */
export class CertificateAuthority {
  readonly #root: Issuer;
  readonly #intermediate: Issuer;
  readonly #verdicts = new WeakMap<X509Certificate, boolean>();

  private constructor(root: Issuer, intermediate: Issuer) {
    this.#root = root;
    this.#intermediate = intermediate;
  }

  /** Makes a new authority with fresh keys; nothing of it outlives the process unless it is written down. */
  static async create(): Promise<CertificateAuthority> {
    const [rootKeys, intermediateKeys] = await Promise.all([
      generateClientKeyPair('EC'),
      generateClientKeyPair('EC'),
    ]);
    const validity = validityAround(Date.now(), { before: 1, after: 3650 });
    const rootCertificate = await sign(
      { name: ROOT_NAME, keys: rootKeys },
      {
        subject: ROOT_NAME,
        publicKey: rootKeys.publicKey,
        validity,
        extensions: await caExtensions(rootKeys),
      },
    );
    const root = { name: ROOT_NAME, keys: rootKeys, certificate: rootCertificate };
    const intermediateCertificate = await sign(root, {
      subject: INTERMEDIATE_NAME,
      publicKey: intermediateKeys.publicKey,
      validity,
      extensions: await caExtensions(intermediateKeys),
    });
    return new CertificateAuthority(root, {
      name: INTERMEDIATE_NAME,
      keys: intermediateKeys,
      certificate: intermediateCertificate,
    });
  }

  /** PEM of the root: what a client trusts. */
  get pem(): string {
    return this.#root.certificate.toString();
  }

  /** PEM of the root and the intermediate: what a server verifies client certificates with. */
  get trustedPem(): string {
    return this.pem + this.#intermediate.certificate.toString();
  }

  /** Issues a client certificate for a new key. */
  async issueClientCertificate(request: ClientCertificateRequest): Promise<IssuedCertificate> {
    const keys = await generateClientKeyPair(request.key);
    return this.#issue(keys, new Name(request.subject).toString(), request.validity, [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ]);
  }

  /** Issues a server certificate; its key is always EC, nobody looks at it. */
  async issueServerCertificate(request: ServerCertificateRequest): Promise<IssuedCertificate> {
    const keys = await generateClientKeyPair('EC');
    const alternativeNames = [
      ...request.dnsNames.map((value) => ({ type: 'dns' as const, value })),
      ...request.ipAddresses.map((value) => ({ type: 'ip' as const, value })),
    ];
    return this.#issue(keys, `CN=${request.dnsNames[0] ?? 'server'}`, request.validity, [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(alternativeNames),
    ]);
  }

  /** Whether a certificate carries this authority's signature. Says nothing about its validity period. */
  hasIssued(certificate: X509Certificate): boolean {
    const known = this.#verdicts.get(certificate);
    if (known !== undefined) return known;
    const issuer = this.#intermediate.certificate;
    const verdict = certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
    this.#verdicts.set(certificate, verdict);
    return verdict;
  }

  async #issue(
    keys: webcrypto.CryptoKeyPair,
    subject: string,
    validity: Validity,
    extensions: readonly Extension[],
  ): Promise<IssuedCertificate> {
    const leaf = await sign(this.#intermediate, {
      subject,
      publicKey: keys.publicKey,
      validity,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(LEAF_USAGE, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
        await AuthorityKeyIdentifierExtension.create(this.#intermediate.keys.publicKey),
        ...extensions,
      ],
    });
    return {
      leaf,
      certificate: leaf.toString() + this.#intermediate.certificate.toString(),
      key: privateKeyPem(keys.privateKey),
    };
  }
}

async function caExtensions(keys: webcrypto.CryptoKeyPair): Promise<Extension[]> {
  return [
    new BasicConstraintsExtension(true, undefined, true),
    new KeyUsagesExtension(CA_USAGE, true),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
  ];
}

async function sign(
  issuer: Omit<Issuer, 'certificate'>,
  content: CertificateContent,
): Promise<X509Certificate> {
  const generated = await X509CertificateGenerator.create({
    serialNumber: positiveSerialNumber(),
    issuer: issuer.name,
    subject: content.subject,
    notBefore: content.validity.notBefore,
    notAfter: content.validity.notAfter,
    publicKey: content.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: SIGNATURE,
    extensions: [...content.extensions],
  });
  return new X509Certificate(Buffer.from(generated.rawData));
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets. */
function positiveSerialNumber(): string {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial.toString('hex');
}
