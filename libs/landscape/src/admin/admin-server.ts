import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isIPv6 } from 'node:net';
import { type Answer, json } from '../http/answer.js';
import { listen, type ListeningServer } from '../http/listening-server.js';
import { isLoopbackAddress, LOOPBACK_ADDRESS } from '../loopback.js';
import type { IssuedCertificate } from '../pki/issued-certificate.js';
import { AdminAccess } from './admin-access.js';
import type { AdministeredLandscape, AdministeredTenant } from './administered-landscape.js';
import { errorAnswer, prepare } from './admin-operation.js';
import { ADMIN_OPERATIONS } from './admin-operations.js';
import { openApiDocument } from './openapi-document.js';

/** How the admin endpoint listens. */
export interface AdminSettings {
  /** Address on which it listens. Off loopback it speaks TLS, and every operation needs the token. */
  readonly host: string;
  readonly port: number;
  /** The bearer token for operations that return a secret. */
  readonly token: string;
  readonly certificate: IssuedCertificate;
  /** Accepted names in `Host` off loopback, besides `localhost`. */
  readonly hostNames: readonly string[];
}

const DOCUMENT_PATH = '/openapi.json';
const HELP =
  `The operations are ${ADMIN_OPERATIONS.map(({ method, path }) => `${method} ${path}`).join(', ')}; ` +
  `GET ${DOCUMENT_PATH} describes them. Without ?tenant=<app_tid> they apply to the first tenant.`;

/** Controls a running landscape over HTTP. */
export class AdminServer {
  readonly url: string;
  readonly #landscape: AdministeredLandscape;
  readonly #server: ListeningServer;
  readonly #access: AdminAccess;

  /** @throws the `node:net` error if the port cannot be bound */
  static async start(settings: AdminSettings, landscape: AdministeredLandscape): Promise<AdminServer> {
    const { host, port, certificate } = settings;
    const server = isLocal(host)
      ? createServer()
      : createTlsServer({ cert: certificate.certificate, key: certificate.key });
    const admin = new AdminServer(landscape, settings, await listen(server, host, port));
    server.on('request', (request, response) => {
      admin
        .#answer(request)
        .catch((error: unknown) => failure(error))
        .then((answer) => response.writeHead(answer.status, answer.headers).end(answer.body))
        .catch(() => request.socket.destroy());
    });
    return admin;
  }

  private constructor(
    landscape: AdministeredLandscape,
    { host, token, hostNames }: AdminSettings,
    server: ListeningServer,
  ) {
    this.#landscape = landscape;
    this.#server = server;
    const isExposed = !isLocal(host);
    const [name = 'localhost'] = isExposed ? hostNames : [LOOPBACK_ADDRESS];
    this.url = `${isExposed ? 'https' : 'http'}://${inUrl(name)}:${server.port}`;
    const names = ['localhost', LOOPBACK_ADDRESS, '::1', ...(isExposed ? hostNames : [])];
    this.#access = new AdminAccess({
      token,
      hosts: names.map((known) => `${inUrl(known).toLowerCase()}:${server.port}`),
      isExposed,
    });
  }

  /** Stops the endpoint and closes every connection to it. */
  async stop(): Promise<void> {
    await this.#server.close();
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const denied = this.#access.refusalOf(request) ?? this.#access.challengeFor(request, false);
    if (denied !== undefined) return denied;
    const [path, query] = (request.url ?? '').split('?', 2);
    if (request.method === 'GET' && path === DOCUMENT_PATH) {
      return json(200, openApiDocument(ADMIN_OPERATIONS, this.url));
    }
    const operation = ADMIN_OPERATIONS.find(
      (known) => known.method === request.method && known.path === path,
    );
    if (operation === undefined) return json(404, { error: HELP });
    const tenant = this.#tenantOf(new URLSearchParams(query));
    if (tenant === undefined) return json(404, { error: 'Unknown tenant. GET /status lists all tenants.' });

    // Before the body is read, so that a caller without the token learns nothing about its validity.
    const early = operation.returnsSecret === true ? this.#access.challengeFor(request, true) : undefined;
    if (early !== undefined) return early;
    const prepared = await prepare(operation, request, { landscape: this.#landscape, tenant });
    if ('status' in prepared) return prepared;
    const challenge = this.#access.challengeFor(request, prepared.returnsSecret);
    if (challenge !== undefined) return challenge;
    try {
      return await prepared.run();
    } catch (error) {
      return errorAnswer(error);
    }
  }

  /** Returns the first tenant if there is no parameter, and undefined for an unknown parameter or tenant. */
  #tenantOf(query: URLSearchParams): AdministeredTenant | undefined {
    const { tenants } = this.#landscape;
    if (query.size === 0) return tenants[0];
    return tenants.find(({ appTid }) => query.size === 1 && query.get('tenant') === appTid);
  }
}

/** A resolver may return any address for a name, so only `localhost` is local. */
function isLocal(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host);
}

function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** A file that cannot be written is the only failure that the caller can correct. */
function failure(error: unknown): Answer {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  const reason = code === undefined || syscall === undefined ? '' : ` (${code}: ${syscall} ${path})`;
  return json(500, { error: `Internal error of the landscape${reason}.` });
}
