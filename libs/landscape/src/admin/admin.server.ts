import { createServer, type IncomingMessage } from 'node:http';
import { type Answer, json } from '../http/answer.js';
import { listen, type ListeningServer } from '../http/listening-server.js';

/** What the admin endpoint tells; it holds no secret. */
export interface LandscapeStatus {
  readonly ias: string;
  readonly router: string;
  readonly counters: Readonly<Record<string, number>>;
}

/** What an admin endpoint is started with. */
export interface AdminSettings {
  readonly port: number;
  readonly status: () => LandscapeStatus;
}

const LOOPBACK = '127.0.0.1';

/** Looks after a running landscape over HTTP: loopback only, and never for a page in a browser. */
export class AdminServer {
  readonly url: string;

  /** @throws the `node:net` error of a port that cannot be bound */
  static async start(settings: AdminSettings): Promise<AdminServer> {
    const server = createServer();
    const listening = await listen(server, LOOPBACK, settings.port);
    const admin = new AdminServer(settings, listening);
    server.on('request', (request, response) => {
      const answer = admin.#answer(request);
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    });
    return admin;
  }

  private constructor(
    private readonly settings: AdminSettings,
    private readonly server: ListeningServer,
  ) {
    this.url = `http://${LOOPBACK}:${server.port}`;
  }

  async stop(): Promise<void> {
    await this.server.close();
  }

  #answer(request: IncomingMessage): Answer {
    if (!this.#isLocalClient(request)) {
      return json(403, { error: 'The admin endpoint answers local tools only, not web pages.' });
    }
    if (request.url !== '/status') return json(404, { error: 'There is GET /status.' });
    if (request.method !== 'GET') return json(405, { error: 'There is GET /status.' }, { allow: 'GET' });
    return json(200, this.settings.status());
  }

  /** A page of the web can neither keep its Origin to itself nor name us as Host (DNS rebinding). */
  #isLocalClient({ headers }: IncomingMessage): boolean {
    const hosts = [`${LOOPBACK}:${this.server.port}`, `localhost:${this.server.port}`];
    return headers.origin === undefined && hosts.includes(headers.host ?? '');
  }
}
