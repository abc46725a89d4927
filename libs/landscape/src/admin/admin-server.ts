import { createServer, type IncomingMessage } from 'node:http';
import { type Answer, json } from '../http/answer.js';
import { listen, type ListeningServer } from '../http/listening-server.js';
import { AdminAccess } from './admin-access.js';
import type { AdministeredLandscape, AdministeredTenant } from './administered-landscape.js';
import { errorAnswer, prepare } from './admin-operation.js';
import { ADMIN_OPERATIONS } from './admin-operations.js';
import { openApiDocument } from './openapi-document.js';

/** How the admin endpoint listens. */
export interface AdminSettings {
  readonly port: number;
  /** The bearer token that operations need which return a secret. */
  readonly token: string;
}

const LOOPBACK = '127.0.0.1';
const DOCUMENT_PATH = '/openapi.json';
const HELP =
  `The operations are ${ADMIN_OPERATIONS.map(({ method, path }) => `${method} ${path}`).join(', ')}; ` +
  `GET ${DOCUMENT_PATH} describes them. Without ?tenant=<app_tid> they apply to the first tenant.`;

/** Controls a running landscape over HTTP. */
export class AdminServer {
  readonly url: string;
  readonly #access: AdminAccess;

  /** @throws the `node:net` error if the port cannot be bound */
  static async start(settings: AdminSettings, landscape: AdministeredLandscape): Promise<AdminServer> {
    const server = createServer();
    const admin = new AdminServer(landscape, settings, await listen(server, LOOPBACK, settings.port));
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
    private readonly landscape: AdministeredLandscape,
    { token }: AdminSettings,
    private readonly server: ListeningServer,
  ) {
    this.url = `http://${LOOPBACK}:${server.port}`;
    this.#access = new AdminAccess({
      token,
      hosts: [`${LOOPBACK}:${server.port}`, `localhost:${server.port}`],
      isExposed: false,
    });
  }

  /** Stops the endpoint and closes every connection to it. */
  async stop(): Promise<void> {
    await this.server.close();
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

    // Before the body is read, so that nobody without the token learns what the landscape thinks of it.
    const early = operation.returnsSecret === true ? this.#access.challengeFor(request, true) : undefined;
    if (early !== undefined) return early;
    const prepared = await prepare(operation, request, { landscape: this.landscape, tenant });
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
    const { tenants } = this.landscape;
    if (query.size === 0) return tenants[0];
    return tenants.find(({ appTid }) => query.size === 1 && query.get('tenant') === appTid);
  }
}

/** A file that cannot be written is the only failure that the caller can do something about. */
function failure(error: unknown): Answer {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  const reason = code === undefined || syscall === undefined ? '' : ` (${code}: ${syscall} ${path})`;
  return json(500, { error: `Internal error of the landscape${reason}.` });
}
