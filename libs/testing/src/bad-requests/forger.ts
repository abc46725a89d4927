import type { Landscape } from '@nest-ias/landscape';
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import type { KeyObject, SignKeyObjectInput } from 'node:crypto';
import { thumbprintOf } from '../certificate-thumbprint.js';

/** Header of a request. */
export type Header = readonly [name: string, value: string];

/** As many headers as Node.js reads; it leaves out what comes after them. */
export const FILLERS: readonly Header[] = Array.from({ length: 1_000 }, () => ['a', '']);

/** Spelt out: the type that Node.js has for it is not in all versions of its types. */
interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const KID = 'attack-suite';

/** What an attacker can make: tokens that the tenant would have signed but for one thing, and forgeries. */
export class Forger {
  /** Certificate that {@link boundToken} is bound to. */
  readonly certificate: X509Certificate;
  /** Another certificate that the router lets in. */
  readonly otherCertificate: X509Certificate;
  /** A key that the tenant publishes. */
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** A key that nobody publishes. */
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
   * Has a key of ours published by the tenant, so that any content can be signed as the tenant would sign it. Once for
   * a landscape, and before the app under test fetches the keys.
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

  /** Claims of a token that is accepted. */
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

  /** A token that is accepted. */
  get token(): string {
    return this.signed({});
  }

  /** A token bound to {@link certificate}. */
  get boundToken(): string {
    return this.signed({ cnf: { 'x5t#S256': this.thumbprint } });
  }

  /** Signed as the tenant signs; `undefined` takes a claim or header parameter away. */
  signed(claims: Record<string, unknown>, header: Record<string, unknown> = {}): string {
    return this.signedText(
      JSON.stringify({ ...this.header, ...header }),
      JSON.stringify({ ...this.claims, ...claims }),
    );
  }

  /** As {@link signed}, with content that need not be JSON. */
  signedText(header: string | Buffer, payload: string | Buffer): string {
    return this.signedWith(this.privateKey, header, payload);
  }

  /** As {@link signedText}, with any key. */
  signedWith(key: KeyObject | SignKeyObjectInput, header: string | Buffer, payload: string | Buffer): string {
    const input = `${encode(header)}.${encode(payload)}`;
    return `${input}.${encode(sign('sha256', Buffer.from(input), key))}`;
  }
}

/** Base64url. */
export function encode(content: string | Buffer): string {
  return Buffer.from(content as string).toString('base64url');
}

/** The header that sends a token. */
export function bearer(token: string): Header {
  return ['authorization', `Bearer ${token}`];
}
