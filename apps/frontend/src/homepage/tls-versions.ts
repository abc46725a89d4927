import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { TLSSocket } from 'node:tls';
import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';

/** Published by undici when a connection is ready, and by Node.js when the head of a response has arrived. */
const CONNECTED = 'undici:client:connected';
const ANSWERED = 'http.client.response.finish';

/** Maximum number of hosts to remember. This app calls its tenant, the backend and the landscape. */
const MAX_HOSTS = 16;

/** Remembers which TLS version the last connection to each host had. It costs nothing on a kept connection of undici. */
@Injectable()
export class TlsVersions implements OnModuleInit, OnModuleDestroy {
  readonly #versions = new Map<string, string>();
  /** Hosts by URL. All URLs come from the configuration. */
  readonly #hosts = new Map<string, string>();

  onModuleInit(): void {
    subscribe(CONNECTED, this.#onConnected);
    subscribe(ANSWERED, this.#onAnswered);
  }

  onModuleDestroy(): void {
    unsubscribe(CONNECTED, this.#onConnected);
    unsubscribe(ANSWERED, this.#onAnswered);
  }

  /** For example `TLS 1.3`; `undefined` if no connection to this host used TLS, or none is known. */
  of(url: string): string | undefined {
    let host = this.#hosts.get(url);
    if (host === undefined) {
      host = new URL(url).host;
      this.#hosts.set(url, host);
    }
    return this.#versions.get(host);
  }

  readonly #onConnected = (message: unknown): void => {
    const { connectParams, socket } = message as { connectParams: { host: string }; socket: unknown };
    this.#remember(connectParams.host, socket);
  };

  readonly #onAnswered = (message: unknown): void => {
    const { request } = message as { request: { getHeader(name: string): unknown; socket: unknown } };
    this.#remember(request.getHeader('host'), request.socket);
  };

  #remember(host: unknown, socket: unknown): void {
    if (typeof host !== 'string' || !(socket instanceof TLSSocket)) return;
    const version = socket.getProtocol();
    if (version === null || (this.#versions.size >= MAX_HOSTS && !this.#versions.has(host))) return;
    this.#versions.set(host, version.replace('TLSv', 'TLS '));
  }
}
