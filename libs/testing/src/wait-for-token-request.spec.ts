import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { Tenant } from '@nest-ias/landscape';
import { IasTokenProvider } from 'nest-ias';
import { expect } from 'vitest';
import { createProtectedApp } from '../test/protected-app.js';
import { createIdentity } from './test-identity.js';
import { iasTest } from './vitest/index.js';
import { waitForTokenRequest } from './wait-for-token-request.js';

const it = iasTest.extend('outbound', async ({ landscape }, { onCleanup }) => {
  const clock = { now: Date.now() };
  const app = await createProtectedApp(landscape, {
    own: { outbound: true },
    overrides: { now: () => clock.now },
  });
  onCleanup(() => app.close());
  return { clock, tokens: app.get(IasTokenProvider) };
});

it('waits until an app has the token that it refreshes in the background', async ({
  outbound: { clock, tokens },
  landscape,
}) => {
  const first = await tokens.getToken();
  clock.now += 3_300_000;
  expect(await tokens.getToken()).toBe(first);
  await waitForTokenRequest(landscape, 2);
  expect(await tokens.getToken()).not.toBe(first);
});

it('waits for a request that is not sent yet, until it is answered', async ({
  outbound: { tokens },
  landscape,
}) => {
  landscape.tenant.faults.add({ endpoint: 'token', kind: 'latency', milliseconds: 50, times: 1 });
  const token = tokens.getToken();
  const completed: string[] = [];
  const waiting = waitForTokenRequest(landscape).then(() => completed.push('wait'));
  await token.then(() => completed.push('token'));
  await waiting;
  expect(completed).toEqual(['token', 'wait']);
});

it('waits for every request, failed ones included', async ({ outbound: { tokens }, landscape }) => {
  landscape.tenant.faults.add({ endpoint: 'token', kind: 'status', status: 400, times: 2 });
  const outcomes = Promise.allSettled([
    tokens.getToken(),
    tokens.getToken({ resource: 'urn:sap:identity:api:name:unknown' }),
  ]);
  await waitForTokenRequest(landscape, 2);
  expect(landscape.tenant.requests.map(({ status }) => status)).toEqual([400, 400]);
  await outcomes;
});

it('waits for every tenant, including one added later', async ({ landscape }) => {
  const subscriber = await landscape.addTenant();
  subscriber.subscribeTo(landscape.application);
  const identity = await createIdentity(landscape);
  const ask = async ({ url }: Tenant) => {
    const outgoing = request(`${url}/oauth2/token`, {
      method: 'POST',
      ...identity.tls,
      ca: landscape.ca.pem,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    outgoing.end(`grant_type=client_credentials&client_id=${identity.application.clientId}`);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
  };
  const latency = { endpoint: 'token', kind: 'latency', milliseconds: 50, times: 1 } as const;
  subscriber.faults.add(latency);
  const completed: string[] = [];
  const asked = Promise.all([ask(landscape.tenant), ask(subscriber)]).then(() => completed.push('tokens'));
  await waitForTokenRequest(landscape, 2).then(() => completed.push('wait'));
  await asked;
  expect(completed).toEqual(['tokens', 'wait']);
  expect([landscape.tenant.counters.token, subscriber.counters.token]).toEqual([1, 1]);
});

it('does not wait when no request is pending', async ({ outbound: { tokens }, landscape }) => {
  await tokens.getToken();
  await waitForTokenRequest(landscape);
  expect(landscape.tenant.counters.token).toBe(1);
});

it('names the number of answered requests after a time-out', async ({ outbound: { tokens }, landscape }) => {
  await tokens.getToken();
  await expect(waitForTokenRequest(landscape, 2, 50)).rejects.toThrow(
    '1 of 2 token requests were answered within 50 ms.',
  );
});
