import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { type IdentityCredentials, type Landscape, startLandscape } from '../src/index.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers with the received request, so that a test sees what the router forwarded. */
export const echo: Handler = (request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }),
    );
  });
};

/** Returns the URL of a closed port. */
export async function deadUrl(): Promise<string> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://localhost:${port}`;
}

/** A landscape that routes a plain host and a .cert. host to an app. */
export class RoutedApp {
  /** How the app answers. */
  handler: Handler = echo;
  /** How many connections the app has accepted. */
  connections = 0;
  readonly landscape: Landscape;
  /** A binding whose certificate clients can present. */
  readonly binding: IdentityCredentials;
  /** URL of the app itself. */
  readonly target: string;
  readonly plainUrl: string;
  readonly certUrl: string;
  readonly #app: Server;

  private constructor(landscape: Landscape, binding: IdentityCredentials, app: Server) {
    this.landscape = landscape;
    this.binding = binding;
    this.#app = app;
    app.on('request', (request: IncomingMessage, response: ServerResponse) =>
      this.handler(request, response),
    );
    app.on('connection', () => (this.connections += 1));
    this.target = `http://localhost:${(app.address() as AddressInfo).port}`;
    this.plainUrl = landscape.router.map('backend.localhost', this.target);
    this.certUrl = landscape.router.map('backend.cert.localhost', this.target);
  }

  static async start(): Promise<RoutedApp> {
    const landscape = await startLandscape();
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'frontend' });
    const app = createServer().listen(0, '127.0.0.1');
    await once(app, 'listening');
    return new RoutedApp(landscape, binding, app);
  }

  /** Connects to the plain host, for requests that no HTTP client sends. */
  async connect(): Promise<TLSSocket> {
    const socket = connect({
      port: Number(new URL(this.plainUrl).port),
      host: '127.0.0.1',
      servername: 'backend.localhost',
      ca: this.landscape.ca.pem,
    });
    await once(socket, 'secureConnect');
    return socket;
  }

  async stop(): Promise<void> {
    await this.landscape.stop();
    this.#app.closeAllConnections();
    this.#app.close();
  }
}
