import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigurationError } from 'nest-ias';
import { describeHealth } from './health-details.js';
import { PROBLEM_HEADERS, problemOfStatus } from './problem-details.js';

const LOOPBACK = '127.0.0.1';
const PATH = '/health';

/** Values of `Host` for loopback. With DNS rebinding, a request of a web page has the name of the page's own site. */
const LOCAL_HOST = /^(localhost|127\.0\.0\.1)(:\d+)?$/;

/**
 * Serves health details to programs on the same machine or in the same container, until the app closes. It listens on
 * loopback, to which no platform routes requests (docs/decisions/0008).
 *
 * @throws {ConfigurationError} the port cannot be used
 */
export async function startManagementServer(app: NestFastifyApplication, port: number): Promise<void> {
  const server = createServer((request, response) => answer(request, response, () => describeHealth(app)));
  server.listen(port, LOOPBACK);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new ConfigurationError(
      `The port ${port} of MANAGEMENT_PORT cannot be used (${(error as NodeJS.ErrnoException).code}): choose another port.`,
    );
  }
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onClose', () => {
      server.closeAllConnections();
      server.close();
    });
}

function answer(request: IncomingMessage, response: ServerResponse, describe: () => object): void {
  const { method, url, headers } = request;
  if (headers.origin !== undefined || !LOCAL_HOST.test(headers.host ?? '')) return reject(response, 403);
  if (url !== PATH) return reject(response, 404);
  if (method !== 'GET') return reject(response, 405);
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(describe(), undefined, 2)}\n`);
}

function reject(response: ServerResponse, status: number): void {
  response.writeHead(status, PROBLEM_HEADERS).end(JSON.stringify(problemOfStatus(status)));
}
