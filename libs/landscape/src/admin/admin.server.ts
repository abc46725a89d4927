import { createServer, type IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { type Fault, faultSchema } from '../fault/fault.js';
import { type Answer, json } from '../http/answer.js';
import { BodyTooLargeError, readBody } from '../http/body.reader.js';
import { type TenantLimits, tenantLimitsSchema } from '../limit/tenant-limits.js';
import { listen, type ListeningServer } from '../http/listening-server.js';

/** What the admin endpoint looks after. */
export interface AdministeredLandscape {
  /** What `GET /status` tells; no secret is among it. */
  readonly status: () => object;
  readonly listFaults: () => readonly Fault[];
  readonly addFault: (fault: Fault) => void;
  readonly clearFaults: () => void;
  readonly limit: (limits: TenantLimits) => void;
  /** Unlocks all clients. */
  readonly unlock: () => void;
}

const LOOPBACK = '127.0.0.1';
const MAXIMUM_BODY_BYTES = 256 * 1024;
const HELP = 'There are GET /status; GET, POST and DELETE /faults; PUT /limits; DELETE /locks.';

/** Looks after a running landscape over HTTP: loopback only, and never for a page in a browser. */
export class AdminServer {
  readonly url: string;

  /** @throws the `node:net` error of a port that cannot be bound */
  static async start(port: number, landscape: AdministeredLandscape): Promise<AdminServer> {
    const server = createServer();
    const admin = new AdminServer(landscape, await listen(server, LOOPBACK, port));
    server.on('request', (request, response) => {
      admin
        .#answer(request)
        .then((answer) => response.writeHead(answer.status, answer.headers).end(answer.body))
        // The client went away while it sent its body.
        .catch(() => request.destroy());
    });
    return admin;
  }

  private constructor(
    private readonly landscape: AdministeredLandscape,
    private readonly server: ListeningServer,
  ) {
    this.url = `http://${LOOPBACK}:${server.port}`;
  }

  /** Ends the endpoint and every connection to it. */
  async stop(): Promise<void> {
    await this.server.close();
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    if (!this.#isLocalClient(request)) {
      return json(403, { error: 'The admin endpoint answers local tools only, not web pages.' });
    }
    switch (`${request.method} ${request.url}`) {
      case 'GET /status':
        return json(200, this.landscape.status());
      case 'GET /faults':
        return json(200, this.landscape.listFaults());
      case 'POST /faults':
        return this.#addFault(request);
      case 'DELETE /faults':
        this.landscape.clearFaults();
        return json(200, this.landscape.listFaults());
      case 'PUT /limits':
        return this.#limit(request);
      case 'DELETE /locks':
        this.landscape.unlock();
        return json(200, this.landscape.status());
      default:
        return json(404, { error: HELP });
    }
  }

  async #addFault(request: IncomingMessage): Promise<Answer> {
    return answerTo(request, faultSchema, (fault) => {
      this.landscape.addFault(fault);
      return json(201, this.landscape.listFaults());
    });
  }

  async #limit(request: IncomingMessage): Promise<Answer> {
    return answerTo(request, tenantLimitsSchema, (limits) => {
      this.landscape.limit(limits);
      return json(200, limits);
    });
  }

  /** A page of the web can neither keep its Origin to itself nor name us as Host (DNS rebinding). */
  #isLocalClient({ headers }: IncomingMessage): boolean {
    const hosts = [`${LOOPBACK}:${this.server.port}`, `localhost:${this.server.port}`];
    return headers.origin === undefined && hosts.includes(headers.host ?? '');
  }
}

/** Answers to the JSON of a body, or says what is wrong with it. */
async function answerTo<Content>(
  request: IncomingMessage,
  schema: z.ZodType<Content>,
  answer: (content: Content) => Answer,
): Promise<Answer> {
  try {
    const result = schema.safeParse(JSON.parse(await readBody(request, MAXIMUM_BODY_BYTES)));
    return result.success ? answer(result.data) : json(400, { error: explain(result.error) });
  } catch (error) {
    if (error instanceof SyntaxError) return json(400, { error: 'The body is not JSON.' });
    if (error instanceof BodyTooLargeError) {
      return json(413, { error: error.message }, { connection: 'close' });
    }
    throw error;
  }
}

function explain({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'invalid'}`;
}
