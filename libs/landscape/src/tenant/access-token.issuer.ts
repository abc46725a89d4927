import { type KeyObject, randomUUID, X509Certificate } from 'node:crypto';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';
import type { AuthenticatedClient } from './client-authentication.js';
import { signCompactJws, type SigningKey } from './signing-key.js';
import type { SigningKeys } from './signing-keys.js';

/** How a token minted for a test differs from what the tenant would issue to its application. */
export interface MintingOptions {
  /** Claims set on top; `undefined` removes a claim. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Header parameters set on top; `undefined` removes one. The signature follows the key. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Certificate the token is bound to: `x5t#S256` thumbprint, or PEM. Without it the token is not bound. */
  readonly certificate?: string;
  /** `kid` of a key of the tenant, published or not, or any private key; without it the tenant's current key signs. */
  readonly key?: string | KeyObject;
}

/** What the tenant brings in. */
export interface AccessTokenIssuerContext {
  readonly issuer: string;
  readonly keys: SigningKeys;
}

/** Issues access tokens as IAS does (facts.md §4). */
export class AccessTokenIssuer {
  constructor(private readonly context: AccessTokenIssuerContext) {}

  /** Issues a token for an authenticated client, at a time in milliseconds. */
  async issue(client: AuthenticatedClient, moment: number): Promise<string> {
    const key = await this.context.keys.current();
    return signCompactJws({ alg: key.alg, kid: key.kid }, this.#claimsFor(client, moment), key);
  }

  /** Mints a token for a test: valid, or wrong in exactly the way the options say. */
  async mint(client: AuthenticatedClient, moment: number, options: MintingOptions): Promise<string> {
    const { key: chosen } = options;
    const own = typeof chosen === 'string' ? await this.#keyOf(chosen) : await this.context.keys.current();
    const header = { alg: own.alg, kid: own.kid, ...options.header };
    const claims = { ...this.#claimsFor(client, moment), ...options.claims };
    const privateKey = typeof chosen === 'object' ? chosen : own.privateKey;
    return signCompactJws(header, claims, { alg: own.alg, privateKey });
  }

  async #keyOf(kid: string): Promise<SigningKey> {
    const key = await this.context.keys.find(kid);
    if (key === undefined) throw new Error(`The tenant has no key with kid ${kid}.`);
    return key;
  }

  #claimsFor(
    { application, certificateThumbprint }: AuthenticatedClient,
    moment: number,
  ): Record<string, unknown> {
    const issuedAt = Math.floor(moment / 1000);
    return {
      sub: application.clientId,
      aud: application.clientId,
      azp: application.clientId,
      app_tid: application.appTid,
      ias_apis: [],
      sap_id_type: 'app',
      iss: this.context.issuer,
      iat: issuedAt,
      exp: issuedAt + application.tokenValidity,
      jti: randomUUID(),
      ...(certificateThumbprint === undefined ? {} : { cnf: { 'x5t#S256': certificateThumbprint } }),
    };
  }
}

/** The thumbprint a test means by a PEM certificate, or by the thumbprint itself. */
export function thumbprintOf(certificate: string): string {
  return certificate.includes('-----BEGIN')
    ? certificateThumbprint(new X509Certificate(certificate))
    : certificate;
}
