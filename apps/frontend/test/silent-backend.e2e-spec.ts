import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { expect, it, vi } from 'vitest';
import { InProcessApps, urlOf } from '../../../test/helper/in-process-apps.js';
import { AppModule } from '../src/app.module.js';

const DEADLINE_MS = 10_000;

it('returns 504 when the backend has not responded by the deadline, and not before', async () => {
  const scenario = await InProcessApps.start();
  let received = 0;
  const silent = createServer(() => {
    received += 1;
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const binding = await scenario.landscape.issueBinding({ type: 'X509_GENERATED' });
  const app = await scenario.startApp(AppModule, binding, { BACKEND_URL: `http://127.0.0.1:${port}` });

  const arrival = once(silent, 'request');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const answer = request(urlOf(app))
    .get('/homepage')
    .set('accept', 'application/json')
    .then((response) => response);
  let isAnswered = false;
  void answer.finally(() => (isAnswered = true));
  // not `expect.poll`, which moves simulated timers
  await arrival;
  await vi.advanceTimersByTimeAsync(DEADLINE_MS - 1);
  // an answer that was sent by now would arrive before this one
  await request(urlOf(app)).get('/health/live').expect(200);
  expect(isAnswered).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  vi.useRealTimers();
  const asJson = await answer;
  expect([received, asJson.status]).toEqual([1, 504]);
  expect(asJson.headers['content-type']).toContain('application/problem+json');
  expect(asJson.body).toMatchObject({ status: 504, code: 'downstream_timeout' });

  silent.closeAllConnections();
  silent.close();
  await scenario.stop();
});
