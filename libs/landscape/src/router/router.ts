import type { X509Certificate } from 'node:crypto';
import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import { callbackify } from 'node:util';
import { listen, type ListeningServer } from '../http/listening-server.js';
import { createTlsServer } from '../http/tls-server.js';
import type { ClientAuthority } from '../pki/client-authority.js';
import type { IssuedCertificate } from '../pki/issued-certificate.js';
import type { ServerAuthority } from '../pki/server-authority.js';
import { peerCertificateOf } from '../pki/peer-certificate.js';
import { isWithin, validityOf } from '../pki/validity.js';
import { clientCertificateHeader } from './client-certificate-header.js';
import { forwardedHeaders } from './forwarded-headers.js';
import { proxy } from './request-proxy.js';
import { requestHostName } from './request-host.js';
import { RouteCertificates } from './route-certificates.js';
import { assertHostName, instancesOf, type RouteOptions, routeOptionsSchema } from './route-options.js';
import { validated } from '../option-validation.js';
import { RouteTable } from './route-table.js';
import { refuse } from './router-refusal.js';

/** Settings of a router. */
export interface RouterSettings {
  readonly servers: ServerAuthority;
  readonly clients: ClientAuthority;
  readonly serverCertificate: IssuedCertificate;
  readonly host: string;
  readonly port: number;
  /** Milliseconds since the epoch, for the validity of client certificates. */
  readonly now: () => number;
}

/** Keep-alive of gorouter's connections to the apps (`docs/reference/ias-facts.md#keep-alive`). */
const KEEP_ALIVE_MILLISECONDS = 90_000;
const DEFAULTS: Required<RouteOptions> = {
  clientCertificate: 'sanitize_set',
  responseTimeoutMilliseconds: 900_000,
};
/** OpenSSL resumes a TLS session on another route only if both routes have the same session ID context. */
const SESSION_ID_CONTEXT = 'router';

/**
 * The Cloud Foundry router: terminates TLS and forwards requests to apps by host name. It passes the client certificate
 * in `x-forwarded-client-cert` according to the route's mode.
 */
export class Router {
  readonly url: string;
  /** Domain of the routes: the hosts of an app `backend` are `backend.localhost` and `backend.cert.localhost`. */
  readonly domain = 'localhost';
  readonly #routes = new RouteTable();
  readonly #agent = new Agent({ keepAlive: true, timeout: KEEP_ALIVE_MILLISECONDS });

  /** @throws the `node:net` error if the port cannot be bound */
  static async start(settings: RouterSettings): Promise<Router> {
    const certificates = new RouteCertificates(settings.servers, settings.clients, SESSION_ID_CONTEXT);
    const server = createTlsServer(settings.clients, settings.serverCertificate, {
      sessionIdContext: SESSION_ID_CONTEXT,
      SNICallback: callbackify(async (serverName: string) => certificates.find(serverName)),
    });
    const listening = await listen(server, settings.host, settings.port);
    const router = new Router(settings, certificates, listening);
    server.on('request', (request, response) => router.#route(request, response));
    return router;
  }

  readonly #clients: ClientAuthority;
  readonly #now: () => number;
  readonly #certificates: RouteCertificates;
  readonly #server: ListeningServer;

  private constructor(
    { clients, now }: RouterSettings,
    certificates: RouteCertificates,
    server: ListeningServer,
  ) {
    this.#clients = clients;
    this.#now = now;
    this.#certificates = certificates;
    this.#server = server;
    this.url = `https://localhost:${server.port}`;
  }

  /** The host names that have a route. */
  get hosts(): readonly string[] {
    return this.#routes.hosts;
  }

  /**
   * Maps a host name to an app, or to several instances of it in round robin.
   * @returns the URL of the route, e.g. `https://backend.cert.localhost:4430`
   * @throws {RangeError} if the host name, the URL of an app or an option is invalid
   */
  map(hostName: string, target: string | readonly string[], options: RouteOptions = {}): string {
    const behaviour = { ...DEFAULTS, ...options };
    const instances = instancesOf(target);
    assertHostName(hostName);
    validated(routeOptionsSchema, behaviour, 'route');
    this.#certificates.prepare(hostName);
    this.#routes.map(hostName, { ...behaviour, instances });
    return `https://${hostName}:${this.#server.port}`;
  }

  /** Stops the router and closes every connection to and from it. */
  async stop(): Promise<void> {
    await this.#server.close();
    this.#agent.destroy();
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    const hostName = requestHostName(request);
    if (hostName === undefined) return refuse(response, 'bad_host');
    const route = this.#routes.resolve(hostName);
    if (route === undefined) return refuse(response, 'unknown_route');
    const certificate = clientCertificateHeader(
      route.clientCertificate,
      hostName,
      this.#trustedCertificate(request),
    );
    const sanitize = route.clientCertificate !== 'always_forward';
    const headers = forwardedHeaders(request, { sanitize, certificate });
    proxy(request, response, { ...route, headers, agent: this.#agent });
  }

  #trustedCertificate(request: IncomingMessage): X509Certificate | undefined {
    const certificate = peerCertificateOf(request.socket);
    if (certificate === undefined || !this.#clients.hasIssued(certificate)) return undefined;
    return isWithin(validityOf(certificate), this.#now()) ? certificate : undefined;
  }
}
