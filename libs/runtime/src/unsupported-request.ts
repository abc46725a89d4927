import type { IncomingMessage, Server } from 'node:http';
import { identifyRequest } from './correlation-context.js';
import { problemOfStatus } from './problem-details.js';
import { rejectOnSocket } from './socket-rejection.js';
import type { Rejection } from './socket-rejection.js';

/** Responses to requests for which Node.js emits a special event, by that event. */
const UNSUPPORTED: Readonly<Record<'connect' | 'checkExpectation', Rejection>> = {
  connect: { problem: problemOfStatus(405), headers: { allow: 'GET, HEAD' } },
  checkExpectation: { problem: problemOfStatus(417) },
};

/** Rejects `CONNECT` and expectations other than `100-continue`, and closes their connections. */
export function rejectUnsupportedRequests(server: Server): void {
  for (const event of ['connect', 'checkExpectation'] as const) {
    server.on(event, (request: IncomingMessage) => {
      rejectOnSocket(request.socket, UNSUPPORTED[event], request.socket, identifyRequest(request));
    });
  }
}
