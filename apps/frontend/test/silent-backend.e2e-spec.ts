import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { expect, it, vi } from 'vitest';
import { InProcessApps, urlOf } from '../../../test/helper/in-process-apps.js';
import { AppModule } from '../src/app.module.js';

const DEADLINE_MS = 10_000;

it('returns 504 if the backend does not respond within the deadline', async () => {
  const scenario = await InProcessApps.start();
  let received = 0;
  const silent = createServer(() => {
    received += 1;
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as AddressInfo;
  const binding = await scenario.landscape.issueBinding({ type: 'X509_GENERATED' });
  const app = await scenario.startApp(AppModule, binding, { BACKEND_URL: `http://127.0.0.1:${port}` });

  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const answer = request(urlOf(app))
    .get('/homepage')
    .set('accept', 'application/json')
    .then((response) => response);
  await expect.poll(() => received, { timeout: 10_000 }).toBe(1);
  await vi.advanceTimersByTimeAsync(DEADLINE_MS);
  vi.useRealTimers();
  const asJson = await answer;
  expect([received, asJson.status]).toEqual([1, 504]);
  expect(asJson.headers['content-type']).toContain('application/problem+json');
  expect(asJson.body).toMatchObject({ status: 504, code: 'downstream_timeout' });

  silent.closeAllConnections();
  silent.close();
  await scenario.stop();
});
