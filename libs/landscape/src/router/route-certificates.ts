import { createSecureContext, type SecureContext } from 'node:tls';
import type { ClientAuthority } from '../pki/client-authority.js';
import type { ServerAuthority } from '../pki/server-authority.js';
import { VALIDITY_DAYS, validityFromToday } from '../pki/validity.js';

/**
 * A server certificate for each route, selected by SNI. One certificate cannot serve all routes: clients reject a
 * wildcard directly below a top-level domain (`*.localhost`).
 */
export class RouteCertificates {
  readonly #contexts = new Map<string, Promise<SecureContext>>();
  readonly #servers: ServerAuthority;
  readonly #clients: ClientAuthority;
  readonly #sessionIdContext: string;

  constructor(servers: ServerAuthority, clients: ClientAuthority, sessionIdContext: string) {
    this.#servers = servers;
    this.#clients = clients;
    this.#sessionIdContext = sessionIdContext;
  }

  /**
   * Issues a certificate for a host name in the background.
   * @throws {RangeError} if the authority cannot issue it
   */
  prepare(hostName: string): void {
    this.#servers.assertPermitted({ dnsNames: [hostName], ipAddresses: [] });
    const name = hostName.toLowerCase();
    if (this.#contexts.has(name)) return;
    const context = this.#issue(name);
    // `find` reports a failure to the client that connects.
    context.catch(() => undefined);
    this.#contexts.set(name, context);
  }

  /** Returns the secure context of a host name; undefined if there is no such route. */
  async find(serverName: string): Promise<SecureContext | undefined> {
    return this.#contexts.get(serverName.toLowerCase());
  }

  async #issue(hostName: string): Promise<SecureContext> {
    const { certificate, key } = await this.#servers.issueServerCertificate({
      dnsNames: [hostName],
      ipAddresses: [],
      validity: validityFromToday(VALIDITY_DAYS.server),
    });
    return createSecureContext({
      cert: certificate,
      key,
      ca: this.#clients.pem,
      sessionIdContext: this.#sessionIdContext,
    });
  }
}
