import { type KeyObject, randomUUID, X509Certificate } from 'node:crypto';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';
import type { Application } from './application.js';
import { signCompactJws, type SigningKey } from './signing-key.js';
import type { SigningKeys } from './signing-keys.js';

/** Content of an access token. */
export interface AccessTokenContent {
  /** The application the token is issued to. */
  readonly application: Application;
  readonly audience: readonly string[];
  readonly apis: readonly string[];
  readonly appTid: string;
  /** Claims of the user; without them it is a token of the application itself. */
  readonly user?: Readonly<Record<string, unknown>>;
  /** `x5t#S256` thumbprint of the certificate that the token is bound to (RFC 8705 §3). */
  readonly certificateThumbprint?: string;
}

/** How a token minted for a test differs from a token that the tenant issues to its application. */
export interface MintingOptions {
  /** Claims that override the defaults; `undefined` removes a claim. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Header parameters that override the defaults; `undefined` removes one. They do not change how the token is signed. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Certificate that the token is bound to: `x5t#S256` thumbprint or PEM. Without it, the token is not bound. */
  readonly certificate?: string;
  /** `kid` of a key of the tenant, published or not, or any private key. @default the tenant's current key */
  readonly key?: string | KeyObject;
}

/** The tenant that issues access tokens. */
export interface AccessTokenIssuerContext {
  /** Base URL of the tenant. */
  readonly url: string;
  /** Claim `iss` of a tenant with a custom domain; the claim `ias_iss` is then `url`. */
  readonly customIssuer: string | undefined;
  readonly keys: SigningKeys;
}

/** Issues access tokens as IAS does (`docs/reference/ias-facts.md#tokens`). */
export class AccessTokenIssuer {
  readonly #context: AccessTokenIssuerContext;

  constructor(context: AccessTokenIssuerContext) {
    this.#context = context;
  }

  /** Claim `iss` of every token. */
  get issuer(): string {
    return this.#context.customIssuer ?? this.#context.url;
  }

  /** Issues a token at a time in milliseconds. */
  async issue(content: AccessTokenContent, now: number): Promise<string> {
    return this.mint(content, now, {});
  }

  /** Mints a token for a test: valid, or invalid in exactly the way that the options describe. */
  async mint(content: AccessTokenContent, now: number, options: MintingOptions): Promise<string> {
    const { key: chosen } = options;
    const own = typeof chosen === 'string' ? await this.#keyOf(chosen) : await this.#context.keys.current();
    const header = { alg: own.alg, kid: own.kid, ...options.header };
    const claims = { ...this.#claimsFor(content, now), ...options.claims };
    const privateKey = typeof chosen === 'object' ? chosen : own.privateKey;
    return signCompactJws(header, claims, { alg: own.alg, privateKey });
  }

  async #keyOf(kid: string): Promise<SigningKey> {
    const key = await this.#context.keys.find(kid);
    if (key === undefined) throw new RangeError(`The tenant has no key with the kid ${kid}.`);
    return key;
  }

  #claimsFor(content: AccessTokenContent, now: number): Record<string, unknown> {
    const { application, audience, certificateThumbprint } = content;
    const { url, customIssuer } = this.#context;
    const issuedAt = Math.floor(now / 1000);
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
 * Returns the thumbprint of a PEM certificate, or the argument if it is a thumbprint.
 * @throws {RangeError} if the argument is neither
 */
export function thumbprintOf(certificate: string): string {
  if (THUMBPRINT.test(certificate)) return certificate;
  try {
    return certificateThumbprint(new X509Certificate(certificate));
  } catch {
    throw new RangeError('The certificate is neither a PEM certificate nor an x5t#S256 thumbprint.');
  }
}
