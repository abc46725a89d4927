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
  /** Requests and responses that have not ended, by the port they go to. */
  readonly #inAir = new Map<string, Set<EventEmitter>>();
  readonly #landings = new EventEmitter().setMaxListeners(0);
  #isRecording = false;

  /** Records the token requests of this process from now on. */
  record(): void {
    if (this.#isRecording) return;
    this.#isRecording = true;
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
    return this.#inAir.has(new URL(tenantUrl).port);
  }

  /** Waits for a token request to end, whoever it went to; rejects when the signal says so. */
  async nextLanding(signal: AbortSignal): Promise<void> {
    await once(this.#landings, 'landing', { signal });
  }

  #follow(flight: EventEmitter, path: string | undefined, port = ''): void {
    if (path?.split('?')[0] !== TOKEN_PATH) return;
    const flights = this.#inAir.get(port) ?? new Set();
    this.#inAir.set(port, flights.add(flight));
    flight.once('close', () => {
      flights.delete(flight);
      if (flights.size === 0) this.#inAir.delete(port);
      this.#landings.emit('landing');
    });
  }
}

/** Of this process; it subscribes when the first landscape starts. */
export const TOKEN_FLIGHTS = new TokenFlightRecorder();
