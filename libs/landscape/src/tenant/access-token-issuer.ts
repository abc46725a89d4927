import { type KeyObject, randomUUID, X509Certificate } from 'node:crypto';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';
import type { Application } from './application.js';
import { signCompactJws, type SigningKey } from './signing-key.js';
import type { SigningKeys } from './signing-keys.js';

/** What a token says. */
export interface AccessTokenContent {
  /** The application the token is issued to. */
  readonly application: Application;
  readonly audience: readonly string[];
  readonly apis: readonly string[];
  readonly appTid: string;
  /** Claims of the user; without them the token speaks for the application. */
  readonly user?: Readonly<Record<string, unknown>>;
  /** Certificate the token is bound to (RFC 8705 §3). */
  readonly certificateThumbprint?: string;
}

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

/** Who issues. */
export interface AccessTokenIssuerContext {
  /** Base URL of the tenant. */
  readonly url: string;
  /** Claim `iss` where it is not the URL; `ias_iss` then names the tenant. */
  readonly customIssuer: string | undefined;
  readonly keys: SigningKeys;
}

/** Issues access tokens as IAS does (facts.md §4). */
export class AccessTokenIssuer {
  constructor(private readonly context: AccessTokenIssuerContext) {}

  /** Claim `iss` of every token. */
  get issuer(): string {
    return this.context.customIssuer ?? this.context.url;
  }

  /** Issues a token, at a time in milliseconds. */
  async issue(content: AccessTokenContent, moment: number): Promise<string> {
    return this.mint(content, moment, {});
  }

  /** Mints a token for a test: valid, or wrong in exactly the way the options say. */
  async mint(content: AccessTokenContent, moment: number, options: MintingOptions): Promise<string> {
    const { key: chosen } = options;
    const own = typeof chosen === 'string' ? await this.#keyOf(chosen) : await this.context.keys.current();
    const header = { alg: own.alg, kid: own.kid, ...options.header };
    const claims = { ...this.#claimsFor(content, moment), ...options.claims };
    const privateKey = typeof chosen === 'object' ? chosen : own.privateKey;
    return signCompactJws(header, claims, { alg: own.alg, privateKey });
  }

  async #keyOf(kid: string): Promise<SigningKey> {
    const key = await this.context.keys.find(kid);
    if (key === undefined) throw new Error(`The tenant has no key with kid ${kid}.`);
    return key;
  }

  #claimsFor(content: AccessTokenContent, moment: number): Record<string, unknown> {
    const { application, audience, certificateThumbprint } = content;
    const { url, customIssuer } = this.context;
    const issuedAt = Math.floor(moment / 1000);
    return {
      sub: application.clientId,
      aud: audience.length === 1 ? audience[0] : audience,
      azp: application.clientId,
      app_tid: content.appTid,
      ias_apis: content.apis,
      sap_id_type: 'app',
      iss: this.issuer,
      ...(customIssuer === undefined ? {} : { ias_iss: url }),
      iat: issuedAt,
      exp: issuedAt + application.tokenValidity,
      jti: randomUUID(),
      ...content.user,
      ...(certificateThumbprint === undefined ? {} : { cnf: { 'x5t#S256': certificateThumbprint } }),
    };
  }
}

const THUMBPRINT = /^[\w-]{43}$/;

/**
 * The thumbprint a test means by a PEM certificate, or by the thumbprint itself.
 *
 * @throws {RangeError} for anything else
 */
export function thumbprintOf(certificate: string): string {
  if (THUMBPRINT.test(certificate)) return certificate;
  try {
    return certificateThumbprint(new X509Certificate(certificate));
  } catch {
    throw new RangeError('This is neither a certificate in PEM nor its x5t#S256 thumbprint.');
  }
}
