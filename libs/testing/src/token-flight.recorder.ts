import { subscribe } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';

const TOKEN_PATH = '/oauth2/token';

interface ServerRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Knows which token requests are on their way, at either end: a tenant that has answered is not a client that has read
 * the answer.
 */
class TokenFlightRecorder {
  /** Requests and responses that have not ended, by the tenant's port. */
  readonly #inAir = new Map<string, Set<EventEmitter>>();
  readonly #landings = new EventEmitter().setMaxListeners(0);
  #isSubscribed = false;

  /** Records the requests to a tenant from now on. */
  watch(tenantUrl: string): void {
    this.#inAir.set(portOf(tenantUrl), new Set());
    if (this.#isSubscribed) return;
    this.#isSubscribed = true;
    subscribe('http.client.request.start', (message) => {
      const { request } = message as { readonly request: ClientRequest };
      this.#follow(request, request.path, String(request.getHeader('host')).split(':').at(-1));
    });
    subscribe('http.server.request.start', (message) => {
      const { request, response } = message as ServerRequest;
      this.#follow(response, request.url, String(request.socket.localPort));
    });
  }

  /** Whether a token request to the tenant is on its way. */
  isInAir(tenantUrl: string): boolean {
    return (this.#inAir.get(portOf(tenantUrl))?.size ?? 0) > 0;
  }

  /** Waits for a token request to end, whoever it went to. */
  async nextLanding(): Promise<void> {
    await once(this.#landings, 'landing');
  }

  #follow(flight: EventEmitter, path: string | undefined, port = ''): void {
    const flights = this.#inAir.get(port);
    if (flights === undefined || path?.split('?')[0] !== TOKEN_PATH) return;
    flights.add(flight);
    flight.once('close', () => {
      flights.delete(flight);
      this.#landings.emit('landing');
    });
  }
}

function portOf(url: string): string {
  return new URL(url).port;
}

/** Of this process: its subscriptions cost nothing while there is no landscape. */
export const TOKEN_FLIGHTS = new TokenFlightRecorder();
