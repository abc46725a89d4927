/** An endpoint of a tenant. */
export type TenantEndpoint = 'token' | 'jwks' | 'discovery';

/** How connections began. */
export interface ConnectionCounters {
  /** TLS handshakes completed, resumed ones included. */
  handshakes: number;
  /** TLS handshakes that resumed a session. */
  resumedSessions: number;
}

/** How often a tenant was asked for what, and over how many connections. */
export class RequestCounters implements ConnectionCounters {
  /** Requests to `/oauth2/token`, refused ones included. */
  token = 0;
  /** Requests to `/oauth2/certs`. */
  jwks = 0;
  /** Requests to `/.well-known/openid-configuration`. */
  discovery = 0;
  handshakes = 0;
  resumedSessions = 0;
  /** Connections by the endpoint that was asked first; those that asked for none are not among them. */
  connections: Readonly<Record<TenantEndpoint, ConnectionCounters>> = {
    token: { handshakes: 0, resumedSessions: 0 },
    jwks: { handshakes: 0, resumedSessions: 0 },
    discovery: { handshakes: 0, resumedSessions: 0 },
  };

  /** Counts a handshake. */
  countHandshake(isResumed: boolean): void {
    count(this, isResumed);
  }

  /** Counts the first request of a connection. */
  countConnection(endpoint: TenantEndpoint, isResumed: boolean): void {
    count(this.connections[endpoint], isResumed);
  }

  /** The numbers, detached from the counting. */
  snapshot(): Readonly<Omit<RequestCounters, 'countHandshake' | 'countConnection' | 'snapshot' | 'reset'>> {
    const { token, jwks, discovery, handshakes, resumedSessions, connections } = this;
    return structuredClone({ token, jwks, discovery, handshakes, resumedSessions, connections });
  }

  /** Counts from zero again. */
  reset(): void {
    Object.assign(this, new RequestCounters());
  }
}

function count(counters: ConnectionCounters, isResumed: boolean): void {
  counters.handshakes += 1;
  if (isResumed) counters.resumedSessions += 1;
}
