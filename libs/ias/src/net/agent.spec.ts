import { once } from 'node:events';
import { get } from 'node:https';
import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAgent } from './agent.js';

let landscape: Landscape;

beforeAll(async () => {
  landscape = await startLandscape();
});
afterAll(() => landscape.stop());

/** More than the 250 ms that Node.js gives to one of several addresses. */
const STALL_MS = 400;

it('connects to a host with several addresses although the process pauses', async () => {
  const url = landscape.router.map('unknown.localhost', 'http://127.0.0.1:1');
  const agent = createAgent({ ca: [landscape.ca.pem] });
  const request = get(url, { agent });
  request.once('socket', standStill);
  const [response] = await once(request, 'response');
  expect(response.statusCode).toBe(502);
  agent.destroy();
});

function standStill(): void {
  const end = performance.now() + STALL_MS;
  while (performance.now() < end);
}
