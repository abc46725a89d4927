/** An endpoint of a tenant. */
export type TenantEndpoint = 'token' | 'jwks' | 'discovery';

/** Counters of TLS connections. */
export interface ConnectionCounters {
  /** Completed TLS handshakes, including resumed ones. */
  handshakes: number;
  /** TLS handshakes that resumed a session. */
  resumedSessions: number;
}

/** Counts the requests and connections of a tenant. */
export class RequestCounters implements ConnectionCounters {
  /** Requests to `/oauth2/token`, including rejected ones. */
  token = 0;
  /** Requests to `/oauth2/certs`. */
  jwks = 0;
  /** Requests to `/.well-known/openid-configuration`. */
  discovery = 0;
  handshakes = 0;
  resumedSessions = 0;
  /** Connections by the endpoint of their first request; connections without a request are not counted. */
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

  /** Returns a copy of the counters. */
  snapshot(): Readonly<Omit<RequestCounters, 'countHandshake' | 'countConnection' | 'snapshot' | 'reset'>> {
    const { token, jwks, discovery, handshakes, resumedSessions, connections } = this;
    return structuredClone({ token, jwks, discovery, handshakes, resumedSessions, connections });
  }

  /** Resets the counters to zero. */
  reset(): void {
    Object.assign(this, new RequestCounters());
  }
}

function count(counters: ConnectionCounters, isResumed: boolean): void {
  counters.handshakes += 1;
  if (isResumed) counters.resumedSessions += 1;
}
