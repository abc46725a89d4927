import type { Landscape } from '@nest-ias/landscape';
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import type { KeyObject, SignKeyObjectInput } from 'node:crypto';
import { thumbprintOf } from '../parsed-certificate.js';

/** A request header. */
export type Header = readonly [name: string, value: string];

/** The maximum number of headers that Node.js parses; it drops all later ones. */
export const FILLERS: readonly Header[] = Array.from({ length: 1_000 }, () => ['a', '']);

/** Declared here because not every version of `@types/node` exports this type. */
interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const KID = 'attack-suite';

/** Creates forged tokens, and tokens that the tenant's key signed but that are invalid in one respect. */
export class Forger {
  /** The certificate that {@link boundToken} is bound to. */
  readonly certificate: X509Certificate;
  /** Another certificate that the router trusts. */
  readonly otherCertificate: X509Certificate;
  /** A private key whose public key the tenant publishes. */
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** A key pair that the tenant does not publish. */
  readonly strangersKey: KeyPair = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  readonly header = { alg: 'RS256', kid: KID };
  readonly #landscape: Landscape;

  private constructor(
    landscape: Landscape,
    certificates: { readonly own: X509Certificate; readonly other: X509Certificate },
    keys: KeyPair,
  ) {
    this.#landscape = landscape;
    this.certificate = certificates.own;
    this.otherCertificate = certificates.other;
    this.privateKey = keys.privateKey;
    this.publicKey = keys.publicKey;
  }

  /**
   * Creates a forger and lets the tenant publish its key, so that the forger can sign any content as the tenant does. Call
   * it once for each landscape, before the app under test fetches the keys.
   */
  static async of(landscape: Landscape): Promise<Forger> {
    const keys = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    landscape.tenant.publishJwk({
      ...keys.publicKey.export({ format: 'jwk' }),
      kid: KID,
      alg: 'RS256',
      use: 'sig',
    });
    const { leaf: own } = await landscape.issueCertificate({ commonName: 'victim' });
    const { leaf: other } = await landscape.issueCertificate({ commonName: 'thief' });
    return new Forger(landscape, { own, other }, keys);
  }

  get issuer(): string {
    return this.#landscape.tenant.url;
  }

  get clientId(): string {
    return this.#landscape.application.clientId;
  }

  /** Claims of a valid token. */
  get claims(): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1_000);
    const { clientId, appTid } = this.#landscape.application;
    return {
      iss: this.issuer,
      sub: clientId,
      aud: clientId,
      azp: clientId,
      app_tid: appTid,
      iat: now,
      exp: now + 600,
    };
  }

  get thumbprint(): string {
    return thumbprintOf(this.certificate);
  }

  /** A valid token. */
  get token(): string {
    return this.signed({});
  }

  /** A valid token, bound to {@link certificate}. */
  get boundToken(): string {
    return this.signed({ cnf: { 'x5t#S256': this.thumbprint } });
  }

  /** Signs a token with the published key; `undefined` removes a claim or header parameter. */
  signed(claims: Record<string, unknown>, header: Record<string, unknown> = {}): string {
    return this.signedText(
      JSON.stringify({ ...this.header, ...header }),
      JSON.stringify({ ...this.claims, ...claims }),
    );
  }

  /** Like {@link signed}, with arbitrary content. */
  signedText(header: string | Buffer, payload: string | Buffer): string {
    return this.signedWith(this.privateKey, header, payload);
  }

  /** Like {@link signedText}, with any key. */
  signedWith(key: KeyObject | SignKeyObjectInput, header: string | Buffer, payload: string | Buffer): string {
    const input = `${encode(header)}.${encode(payload)}`;
    return `${input}.${encode(sign('sha256', Buffer.from(input), key))}`;
  }
}

/** Encodes content as base64url. */
export function encode(content: string | Buffer): string {
  return Buffer.from(content as string).toString('base64url');
}

/** Returns the header that sends a token. */
export function bearer(token: string): Header {
  return ['authorization', `Bearer ${token}`];
}
