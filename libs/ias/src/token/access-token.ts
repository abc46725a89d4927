import type { Agent } from 'node:https';

interface AccessTokenProperties {
  readonly value: string;
  readonly obtainedAt: number;
  readonly receivedAt: number;
  readonly expiresAt: number;
  readonly agent: Agent;
  readonly certificateThumbprint?: string | undefined;
}

/**
 * An access token together with the connection it can be proven on.
 *
 * The token's text is private: `util.inspect`, `JSON.stringify` and template strings show `[access token]`.
 */
export class AccessToken {
  /** When the token was asked for, ms since the epoch. */
  readonly obtainedAt: number;
  /** When the tenant's answer with it was there, ms since the epoch. */
  readonly receivedAt: number;
  /** When the token expires by our clock, ms since the epoch. */
  readonly expiresAt: number;
  /** Thumbprint of the client certificate it was fetched with; the value its `cnf` claim should have. */
  readonly certificateThumbprint: string | undefined;
  readonly #value: string;
  readonly #agent: Agent;

  constructor(properties: AccessTokenProperties) {
    this.obtainedAt = properties.obtainedAt;
    this.receivedAt = properties.receivedAt;
    this.expiresAt = properties.expiresAt;
    this.certificateThumbprint = properties.certificateThumbprint;
    this.#value = properties.value;
    this.#agent = properties.agent;
  }

  /** The token's text, for the `Authorization` header only. */
  get value(): string {
    return this.#value;
  }

  /** Agent that presents the certificate the token is bound to: the two are leased together. */
  get agent(): Agent {
    return this.#agent;
  }

  toJSON(): string {
    return '[access token]';
  }

  toString(): string {
    return '[access token]';
  }
}
