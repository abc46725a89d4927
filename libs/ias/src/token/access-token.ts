import type { Agent } from 'node:https';

interface AccessTokenProperties {
  readonly value: string;
  readonly obtainedAt: number;
  readonly receivedAt: number;
  readonly expiresAt: number;
  readonly status?: number | undefined;
  readonly agent: Agent;
  readonly certificateThumbprint?: string | undefined;
}

/**
 * An access token, and the agent that presents the certificate it is bound to.
 *
 * The text of the token is private: `util.inspect`, `JSON.stringify` and template strings show `[access token]`.
 */
export class AccessToken {
  /** Time of the token request, ms since the epoch. */
  readonly obtainedAt: number;
  /** Time of the token response, ms since the epoch. */
  readonly receivedAt: number;
  /** Time at which the token expires, by the local clock, ms since the epoch. */
  readonly expiresAt: number;
  /** HTTP status of the token response, usually 200. */
  readonly status: number | undefined;
  /** Thumbprint of the client certificate of the token request: the expected value of the `cnf` claim. */
  readonly certificateThumbprint: string | undefined;
  readonly #value: string;
  readonly #agent: Agent;

  constructor(properties: AccessTokenProperties) {
    this.obtainedAt = properties.obtainedAt;
    this.receivedAt = properties.receivedAt;
    this.expiresAt = properties.expiresAt;
    this.status = properties.status;
    this.certificateThumbprint = properties.certificateThumbprint;
    this.#value = properties.value;
    this.#agent = properties.agent;
  }

  /** The text of the token, for the `Authorization` header only. */
  get value(): string {
    return this.#value;
  }

  /** Presents the certificate that the token is bound to. Use it for every request with this token. */
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
