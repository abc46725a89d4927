import {
  type Authority,
  type AuthorityNames,
  createAuthority,
  issueLeaf,
  keepAuthority,
  type KeptAuthority,
  restoreAuthority,
} from './authority.js';
import { type AlternativeNames, serverExtensions } from './certificate-extensions.js';
import { generateClientKeyPair } from './client-key.js';
import type { IssuedCertificate } from './issued-certificate.js';
import { PermittedNames } from './permitted-names.js';
import { type Validity, validityOf } from './validity.js';

/** Names of the server in its certificate. */
export interface ServerNames extends AlternativeNames {
  /** @default the first DNS name */
  readonly commonName?: string;
}

/** Content of a server certificate. */
export interface ServerCertificateRequest extends ServerNames {
  readonly validity: Validity;
}

const NAMES: AuthorityNames = { root: 'Landscape Root CA', intermediate: 'Landscape Server CA' };

/**
 * Issues the server certificates of a landscape. Clients trust its root, whose key is discarded once the intermediate
 * exists. Critical name constraints limit the intermediate to loopback and to the configured host names, so that a
 * stolen key is useless for other names. They are in the intermediate because Java ignores those of a trusted root
 * (docs/decisions/0033).
 */
export class ServerAuthority {
  readonly #authority: Authority;
  readonly #permitted: PermittedNames;

  private constructor(authority: Authority, permitted: PermittedNames) {
    this.#authority = authority;
    this.#permitted = permitted;
  }

  /** PEM of the root certificate, for clients to trust. */
  get pem(): string {
    return this.#authority.root.toString();
  }

  /**
   * Creates an authority with new keys.
   * @param hostNames names besides loopback that it can issue certificates for
   */
  static async create(hostNames: readonly string[] = []): Promise<ServerAuthority> {
    const permitted = new PermittedNames(hostNames);
    return new ServerAuthority(await createAuthority(NAMES, permitted.toAsn1()), permitted);
  }

  /** Restores an authority from what `keep` returned, with the host names that it was created with. */
  static restore(kept: KeptAuthority, hostNames: readonly string[]): ServerAuthority {
    return new ServerAuthority(restoreAuthority(NAMES, kept), new PermittedNames(hostNames));
  }

  /** Returns the certificates and the private key of the intermediate. */
  keep(): KeptAuthority {
    return keepAuthority(this.#authority);
  }

  /**
   * Issues a server certificate with a new EC key. It never outlives the authority.
   * @throws {RangeError} if clients would reject the certificate because of one of its names
   */
  async issueServerCertificate(request: ServerCertificateRequest): Promise<IssuedCertificate> {
    const { validity, commonName, ...names } = request;
    this.assertPermitted(names);
    const keys = await generateClientKeyPair('EC');
    return issueLeaf(this.#authority, {
      subject: [['CN', commonName ?? names.dnsNames[0] ?? 'server']],
      keys,
      validity: this.#withinLifetime(validity),
      extensions: serverExtensions(names),
    });
  }

  /** @throws {RangeError} if clients would reject a certificate of this authority because of one of the names */
  assertPermitted(names: AlternativeNames): void {
    const forbidden = this.#permitted.firstForbidden(names);
    if (forbidden === undefined) return;
    throw new RangeError(
      `The certificate authority of the landscape is limited to localhost: start it with "${forbidden}" among its host names.`,
    );
  }

  #withinLifetime({ notBefore, notAfter }: Validity): Validity {
    const end = validityOf(this.#authority.certificate).notAfter;
    return { notBefore, notAfter: notAfter < end ? notAfter : end };
  }
}
