import type { X509Certificate } from 'node:crypto';
import {
  type Authority,
  type AuthorityNames,
  createAuthority,
  issueLeaf,
  keepAuthority,
  type KeptAuthority,
  restoreAuthority,
} from './authority.js';
import { clientExtensions } from './certificate-extensions.js';
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

const NAMES: AuthorityNames = { root: 'Landscape Client Root CA', intermediate: 'Landscape Client CA' };

/** Issues the client certificates of a landscape. Only the landscape's own servers know it; no client needs to trust it. */
export class ClientAuthority {
  readonly #authority: Authority;
  readonly #verdicts = new WeakMap<X509Certificate, boolean>();

  private constructor(authority: Authority) {
    this.#authority = authority;
  }

  /** Creates an authority with new keys. It keeps only the key of the intermediate. */
  static async create(): Promise<ClientAuthority> {
    return new ClientAuthority(await createAuthority(NAMES));
  }

  /** Restores an authority from what `keep` returned. */
  static restore(kept: KeptAuthority): ClientAuthority {
    return new ClientAuthority(restoreAuthority(NAMES, kept));
  }

  /** Returns the certificates and the private key of the intermediate. */
  keep(): KeptAuthority {
    return keepAuthority(this.#authority);
  }

  /** PEM of the root and intermediate certificates, for servers to verify client certificates. */
  get pem(): string {
    return this.#authority.root.toString() + this.#authority.certificate.toString();
  }

  /** Issues a client certificate with a new key. */
  async issueClientCertificate(request: ClientCertificateRequest): Promise<IssuedCertificate> {
    const { subject, validity } = request;
    const keys = await generateClientKeyPair(request.key);
    return issueLeaf(this.#authority, { subject, keys, validity, extensions: clientExtensions() });
  }

  /** Whether this authority signed a certificate, regardless of its validity period. */
  hasIssued(certificate: X509Certificate): boolean {
    const known = this.#verdicts.get(certificate);
    if (known !== undefined) return known;
    const issuer = this.#authority.certificate;
    const verdict = certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
    this.#verdicts.set(certificate, verdict);
    return verdict;
  }
}
