import type { X509Certificate } from 'node:crypto';
import {
  type Authority,
  createAuthority,
  issueLeaf,
  type KeptAuthority,
  keptAuthority,
  restoreAuthority,
} from './authority.js';
import { authorityExtensions, clientExtensions } from './certificate-extensions.js';
import { type ClientKey, generateClientKeyPair } from './client-key.js';
import type { DistinguishedName } from './distinguished-name.js';
import type { IssuedCertificate } from './issued-certificate.js';
import type { Validity } from './validity.js';

/** Content of a client certificate. */
export interface ClientCertificateRequest {
  readonly subject: DistinguishedName;
  readonly key: ClientKey;
  readonly validity: Validity;
}

const ROOT_NAME: DistinguishedName = [
  ['O', 'nest-ias landscape'],
  ['CN', 'Landscape Client Root CA'],
];
const INTERMEDIATE_NAME: DistinguishedName = [
  ['O', 'nest-ias landscape'],
  ['CN', 'Landscape Client CA'],
];

/** Issues the client certificates of a landscape. Only the landscape's own servers know it; no client needs to trust it. */
export class ClientAuthority {
  readonly #root: X509Certificate;
  readonly #intermediate: Authority;
  readonly #verdicts = new WeakMap<X509Certificate, boolean>();

  private constructor(root: X509Certificate, intermediate: Authority) {
    this.#root = root;
    this.#intermediate = intermediate;
  }

  /** Creates an authority with new keys. It keeps only the key of the intermediate. */
  static async create(): Promise<ClientAuthority> {
    const [rootKeys, intermediateKeys] = await Promise.all([
      generateClientKeyPair('EC'),
      generateClientKeyPair('EC'),
    ]);
    const root = createAuthority({ name: ROOT_NAME, keys: rootKeys }, authorityExtensions({ pathLength: 1 }));
    const intermediate = createAuthority(
      { name: INTERMEDIATE_NAME, keys: intermediateKeys },
      authorityExtensions({ pathLength: 0 }),
      root,
    );
    return new ClientAuthority(root.certificate, intermediate);
  }

  /** Restores an authority from what `keep` returned. */
  static restore(kept: KeptAuthority): ClientAuthority {
    const { root, authority } = restoreAuthority(INTERMEDIATE_NAME, kept);
    return new ClientAuthority(root, authority);
  }

  /** Returns the certificates and the private key of the intermediate. */
  keep(): KeptAuthority {
    return keptAuthority(this.#root, this.#intermediate);
  }

  /** PEM of the root and intermediate certificates, for servers to verify client certificates. */
  get pem(): string {
    return this.#root.toString() + this.#intermediate.certificate.toString();
  }

  /** Issues a client certificate with a new key. */
  async issueClientCertificate(request: ClientCertificateRequest): Promise<IssuedCertificate> {
    const { subject, validity } = request;
    const keys = await generateClientKeyPair(request.key);
    return issueLeaf(this.#intermediate, { subject, keys, validity, extensions: clientExtensions() });
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
}
