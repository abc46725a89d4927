import type { Landscape } from '@nest-ias/landscape';
import { createHash, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import type { KeyObject, SignKeyObjectInput } from 'node:crypto';
import type { RejectionCode } from 'nest-ias';

export type Header = readonly [name: string, value: string];

/** A request that must be turned away, each for a cause of its own. */
export interface Attack {
  readonly cause: string;
  readonly code: RejectionCode;
  readonly headers: (forger: Forger) => readonly Header[];
  /** Request target, if it is not the protected endpoint. */
  readonly target?: string;
}

const KID = 'attack-suite';
export const CERT_HOST = 'backend.cert.localhost';

/** What an attacker can make: tokens that the tenant would have signed but for one thing, and forgeries. */
export class Forger {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly strangersKey = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  readonly header = { alg: 'RS256', kid: KID };

  private constructor(
    private readonly landscape: Landscape,
    readonly certificate: X509Certificate,
    readonly otherCertificate: X509Certificate,
    keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
  ) {
    this.privateKey = keys.privateKey;
    this.publicKey = keys.publicKey;
  }

  /** Has a key of ours published by the tenant, so that any content can be signed as the tenant would sign it. */
  static async of(landscape: Landscape): Promise<Forger> {
    const keys = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    landscape.tenant.publishJwk({
      ...keys.publicKey.export({ format: 'jwk' }),
      kid: KID,
      alg: 'RS256',
      use: 'sig',
    });
    const certificates = await Promise.all(
      [1, 2].map(async () => {
        const { certificate = '' } = await landscape.issueBinding({ type: 'X509_GENERATED' });
        return new X509Certificate(certificate);
      }),
    );
    const [own, other] = certificates;
    if (!own || !other) throw new Error('The landscape issued no certificates.');
    return new Forger(landscape, own, other, keys);
  }

  get issuer(): string {
    return this.landscape.tenant.url;
  }

  get clientId(): string {
    return this.landscape.application.clientId;
  }

  get claims(): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1_000);
    const { clientId, appTid } = this.landscape.application;
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
    return createHash('sha256').update(this.certificate.raw).digest('base64url');
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

  signedText(header: string | Buffer, payload: string | Buffer): string {
    return this.signedWith(this.privateKey, header, payload);
  }

  signedWith(key: KeyObject | SignKeyObjectInput, header: string | Buffer, payload: string | Buffer): string {
    const input = `${encode(header)}.${encode(payload)}`;
    return `${input}.${encode(sign('sha256', Buffer.from(input), key))}`;
  }
}

export function encode(content: string | Buffer): string {
  return Buffer.from(content as string).toString('base64url');
}

export function bearer(token: string): Header {
  return ['authorization', `Bearer ${token}`];
}

/** An attack by the token alone. */
export function attackByToken(cause: string, code: RejectionCode, forge: (forger: Forger) => string): Attack {
  return { cause, code, headers: (forger) => [bearer(forge(forger))] };
}
