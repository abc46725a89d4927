import { subscribe } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';

const TOKEN_PATH = '/oauth2/token';

interface ServerRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Tracks pending token requests at both ends: after the tenant has answered, the client may not have read the answer
 * yet.
 */
class TokenRequestRecorder {
  /** Pending client requests and server responses, by the tenant's port. */
  readonly #pending = new Map<string, Set<EventEmitter>>();
  readonly #completions = new EventEmitter().setMaxListeners(0);
  #isRecording = false;

  /** Starts recording the token requests of this process. */
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

  /** Whether a token request to the tenant is pending. */
  isPending(tenantUrl: string): boolean {
    return this.#pending.has(new URL(tenantUrl).port);
  }

  /** Waits until a token request to any tenant completes; rejects when the signal aborts. */
  async nextCompletion(signal: AbortSignal): Promise<void> {
    await once(this.#completions, 'complete', { signal });
  }

  #follow(exchange: EventEmitter, path: string | undefined, port = ''): void {
    if (path?.split('?')[0] !== TOKEN_PATH) return;
    const pending = this.#pending.get(port) ?? new Set();
    this.#pending.set(port, pending.add(exchange));
    exchange.once('close', () => {
      pending.delete(exchange);
      if (pending.size === 0) this.#pending.delete(port);
      this.#completions.emit('complete');
    });
  }
}

/** The recorder of this process; it starts recording when the first landscape starts. */
export const TOKEN_REQUESTS = new TokenRequestRecorder();
