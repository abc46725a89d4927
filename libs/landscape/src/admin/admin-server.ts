import { createServer, type IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { faultSchema } from '../fault/fault.js';
import { type Answer, json } from '../http/answer.js';
import { BodyTooLargeError, readBody } from '../http/body-reader.js';
import { tenantLimitsSchema } from '../limit/tenant-limits.js';
import { listen, type ListeningServer } from '../http/listening-server.js';
import type { Tenant } from '../tenant/tenant.js';
import { explain } from '../option-validation.js';

/** The parts of a landscape that the admin endpoint controls. */
export interface AdministeredLandscape {
  /** Every tenant, the initial one first. */
  readonly tenants: readonly Tenant[];
  readonly router: { readonly url: string };
}

const LOOPBACK = '127.0.0.1';
const MAXIMUM_BODY_BYTES = 256 * 1024;
const HELP =
  'The endpoints are GET /status; GET, POST and DELETE /faults; PUT /limits; DELETE /locks. ' +
  'Without ?tenant=<app_tid> they apply to the first tenant.';

/** Controls a running landscape over HTTP. It listens on loopback only and rejects requests from web pages. */
export class AdminServer {
  readonly url: string;

  /** @throws the `node:net` error if the port cannot be bound */
  static async start(port: number, landscape: AdministeredLandscape): Promise<AdminServer> {
    const server = createServer();
    const admin = new AdminServer(landscape, await listen(server, LOOPBACK, port));
    server.on('request', (request, response) => {
      admin
        .#answer(request)
        .catch(() => json(500, { error: 'Internal error of the landscape.' }))
        .then((answer) => response.writeHead(answer.status, answer.headers).end(answer.body))
        .catch(() => request.socket.destroy());
    });
    return admin;
  }

  private constructor(
    private readonly landscape: AdministeredLandscape,
    private readonly server: ListeningServer,
  ) {
    this.url = `http://${LOOPBACK}:${server.port}`;
  }

  /** Stops the endpoint and closes every connection to it. */
  async stop(): Promise<void> {
    await this.server.close();
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    if (!this.#isLocalClient(request)) {
      return json(403, {
        error: 'The admin endpoint accepts requests from local tools only, not from web pages.',
      });
    }
    const [path, query] = (request.url ?? '').split('?', 2);
    const tenant = this.#tenantOf(new URLSearchParams(query));
    if (tenant === undefined) return json(404, { error: 'Unknown tenant. GET /status lists all tenants.' });
    switch (`${request.method} ${path}`) {
      case 'GET /status':
        return json(200, this.#status(tenant));
      case 'GET /faults':
        return json(200, tenant.faults.list());
      case 'POST /faults':
        return answerJson(request, faultSchema, (fault) => {
          tenant.faults.add(fault);
          return json(201, tenant.faults.list());
        });
      case 'DELETE /faults':
        tenant.faults.clear();
        return json(200, tenant.faults.list());
      case 'PUT /limits':
        return answerJson(request, tenantLimitsSchema, (limits) => {
          tenant.limit(limits);
          return json(200, limits);
        });
      case 'DELETE /locks':
        tenant.unlock();
        return json(200, this.#status(tenant));
      default:
        return json(404, { error: HELP });
    }
  }

  /** Returns the first tenant if there is no parameter, and undefined for an unknown parameter or tenant. */
  #tenantOf(query: URLSearchParams): Tenant | undefined {
    const { tenants } = this.landscape;
    if (query.size === 0) return tenants[0];
    return tenants.find(({ appTid }) => query.size === 1 && query.get('tenant') === appTid);
  }

  /** Contains no secrets. */
  #status({ url, counters, lockedClients }: Tenant): object {
    return {
      ias: url,
      router: this.landscape.router.url,
      counters: counters.snapshot(),
      lockedClients,
      tenants: this.landscape.tenants.map((tenant) => ({ ias: tenant.url, appTid: tenant.appTid })),
    };
  }

  /** A web page always sends its Origin and, in an attack by DNS rebinding, its own name as Host. */
  #isLocalClient({ headers }: IncomingMessage): boolean {
    const hosts = [`${LOOPBACK}:${this.server.port}`, `localhost:${this.server.port}`];
    return headers.origin === undefined && hosts.includes(headers.host ?? '');
  }
}

/** Passes the validated JSON body to `answer`, or answers with the first error in the body. */
async function answerJson<Content>(
  request: IncomingMessage,
  schema: z.ZodType<Content>,
  answer: (content: Content) => Answer,
): Promise<Answer> {
  try {
    const result = schema.safeParse(JSON.parse(await readBody(request, MAXIMUM_BODY_BYTES)));
    return result.success ? answer(result.data) : json(400, { error: explain(result.error, 'body') });
  } catch (error) {
    if (error instanceof SyntaxError) return json(400, { error: 'The body is not valid JSON.' });
    if (error instanceof BodyTooLargeError) {
      return json(413, { error: error.message }, { connection: 'close' });
    }
    throw error;
  }
}
