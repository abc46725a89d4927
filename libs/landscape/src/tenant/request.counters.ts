/** An endpoint of a tenant. */
export type TenantEndpoint = 'token' | 'jwks' | 'discovery';

/** How often a tenant was asked for what, and over how many connections. */
export class RequestCounters {
  /** Requests to `/oauth2/token`, refused ones included. */
  token = 0;
  /** Requests to `/oauth2/certs`. */
  jwks = 0;
  /** Requests to `/.well-known/openid-configuration`. */
  discovery = 0;
  /** TLS handshakes completed, resumed ones included. */
  handshakes = 0;
  /** TLS handshakes that resumed a session. */
  resumedSessions = 0;

  /** The numbers, detached from the counting. */
  snapshot(): Readonly<Record<string, number>> {
    const { token, jwks, discovery, handshakes, resumedSessions } = this;
    return { token, jwks, discovery, handshakes, resumedSessions };
  }

  /** Counts from zero again. */
  reset(): void {
    Object.assign(this, new RequestCounters());
  }
}
