import type { Agent } from 'node:https';

interface AccessTokenProperties {
  readonly value: string;
  readonly obtainedAt: number;
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
  /** When the token expires by our clock, ms since the epoch. */
  readonly expiresAt: number;
  /** Thumbprint of the client certificate it was fetched with; the value its `cnf` claim should have. */
  readonly certificateThumbprint: string | undefined;
  readonly #value: string;
  readonly #agent: Agent;

  constructor({ value, obtainedAt, expiresAt, agent, certificateThumbprint }: AccessTokenProperties) {
    this.obtainedAt = obtainedAt;
    this.expiresAt = expiresAt;
    this.certificateThumbprint = certificateThumbprint;
    this.#value = value;
    this.#agent = agent;
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
