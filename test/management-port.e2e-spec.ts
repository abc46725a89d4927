import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from './helper/free-port.js';
import { DeployedApp } from './helper/deployed-app.js';
import { skipWithoutSignals } from './helper/process-tree.js';

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let landscape: Landscape;
const started: DeployedApp[] = [];

beforeAll(async () => {
  landscape = await startLandscape();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.stop()));
  landscape.tenant.reset();
});
afterAll(() => landscape.stop());

async function environment(type: 'NONE' | 'X509_GENERATED'): Promise<Record<string, string>> {
  const services = landscape.vcapServices(await landscape.issueBinding({ type, validityDays: 20 }));
  return { VCAP_SERVICES: JSON.stringify(services), IAS_CA_FILE: await landscape.caFile() };
}

/** Starts an app with a management port. */
async function start(name: string, type: 'NONE' | 'X509_GENERATED', more: Record<string, string> = {}) {
  const port = await freePort();
  const variables = { ...(await environment(type)), MANAGEMENT_PORT: String(port), ...more };
  const app = await DeployedApp.start(name, variables);
  started.push(app);
  const ask = async (
    path = '/health',
    options: { method?: string; headers?: Record<string, string> } = {},
  ) => {
    const sent = request({ host: '127.0.0.1', port, path, agent: false, ...options }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const body = (await response.setEncoding('utf8').toArray()).join('');
    return { status: response.statusCode, body: JSON.parse(body) as Record<string, unknown>, text: body };
  };
  return { app, port, ask };
}

describe('the management port', () => {
  it('reports bindings and certificates without a request to the tenant', async () => {
    landscape.tenant.reset();
    const { ask } = await start('frontend', 'X509_GENERATED');
    const { status, body } = await ask();
    expect([status, body]).toEqual([
      200,
      {
        status: 'up',
        bindings: [{ name: 'clicreIas', credentialType: 'X509_GENERATED', tenant: landscape.tenant.url }],
        certificate: {
          status: 'up',
          certificates: [
            { binding: 'clicreIas', status: 'up', expiresAt: expect.stringMatching(MOMENT), daysLeft: 19.9 },
          ],
        },
        tokenEndpoints: {},
        keySets: {},
      },
    ]);
    expect(landscape.tenant.counters.handshakes).toBe(0);
  });

  it('reports the last status of token endpoint and key set, and no secret', async () => {
    const backend = await start('backend', 'NONE');
    const frontend = await start('frontend', 'X509_GENERATED', {
      BACKEND_URL: landscape.router.map('backend.cert.localhost', backend.app.url),
    });
    const call = async () => (await fetch(`${frontend.app.url}/homepage`)).status;
    expect(await call()).toBe(200);
    const { url } = landscape.tenant;
    const lastSuccess = expect.stringMatching(MOMENT);
    expect((await frontend.ask()).body['tokenEndpoints']).toEqual({ [url]: { lastSuccess } });
    expect((await backend.ask()).body).toMatchObject({
      bindings: [{ credentialType: 'NONE' }],
      certificate: { status: 'up', certificates: [] },
      tokenEndpoints: {},
      keySets: { [url]: { lastSuccess, keys: 1 } },
    });
    for (const { text } of [await frontend.ask(), await backend.ask()]) {
      expect(text).not.toMatch(/PRIVATE KEY|CERTIFICATE-|eyJ|secret/);
    }
  });

  it('reports failures by their codes, and stays up', async () => {
    const frontend = await start('frontend', 'X509_GENERATED');
    landscape.tenant.faults.add({ endpoint: 'token', kind: 'malformed' });
    await fetch(`${frontend.app.url}/homepage`);
    expect(await frontend.ask()).toMatchObject({
      status: 200,
      body: {
        status: 'up',
        tokenEndpoints: {
          [landscape.tenant.url]: {
            lastFailure: { at: expect.stringMatching(MOMENT), code: 'token_response_malformed' },
          },
        },
      },
    });
    expect(await frontend.app.isReady()).toBe(true);
  });

  it('reports keys that cannot be fetched', async () => {
    const backend = await start('backend', 'NONE');
    landscape.tenant.faults.add({ endpoint: 'discovery', kind: 'status', status: 500 });
    const headers = { authorization: `Bearer ${await landscape.tenant.issueToken()}` };
    expect((await fetch(`${backend.app.url}/endpoint`, { headers })).status).toBe(503);
    expect((await backend.ask()).body['keySets']).toEqual({
      [landscape.tenant.url]: {
        lastFailure: { at: expect.stringMatching(MOMENT), code: 'keys_unavailable' },
      },
    });
  });

  it('answers on loopback and one path only, and rejects web pages', async () => {
    const { app, port, ask } = await start('backend', 'NONE');
    expect((await ask('/')).status).toBe(404);
    expect((await ask('/health', { method: 'POST' })).status).toBe(405);
    expect((await ask('/health', { headers: { origin: 'https://page.example.com' } })).status).toBe(403);
    expect((await ask('/health', { headers: { host: 'rebound.example.com' } })).status).toBe(403);
    const outside = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of outside) {
      await expect(fetch(`http://${address}:${port}/health`)).rejects.toThrow('fetch failed');
    }
    expect((await fetch(`${app.url}/health`)).status).toBe(404);
    const live = await fetch(`${app.url}/health/live`);
    expect(await live.json()).toEqual({ status: 'up' });
  });

  it('reports that the app is stopping, and closes with it', async (context) => {
    skipWithoutSignals(context);
    const { app, ask } = await start('frontend', 'X509_GENERATED');
    app.signal('SIGTERM');
    await expect.poll(async () => (await ask()).body['status']).toBe('stopping');
    expect((await app.exited()).code).toBe(0);
  });

  it.each([
    ['is not a port', { MANAGEMENT_PORT: '99999' }, /MANAGEMENT_PORT is not a port number from 1 to 65535/],
    ['is empty', { MANAGEMENT_PORT: '' }, /MANAGEMENT_PORT is not a port number from 1 to 65535/],
    ['is that of the app', { MANAGEMENT_PORT: '4321', PORT: '4321' }, /is the port of the app itself, 4321/],
  ])('makes the app exit with a one-line error if it %s', async (_, variables, sentence) => {
    const app = await DeployedApp.launch('backend', { ...(await environment('NONE')), ...variables });
    const { code, output } = await app.exited();
    expect([code, output.trim().split('\n').length]).toEqual([1, 1]);
    expect(output).toMatch(sentence);
  });

  it('makes the app exit with a one-line error if it is in use', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const MANAGEMENT_PORT = String((occupant.address() as AddressInfo).port);
    const app = await DeployedApp.launch('backend', { ...(await environment('NONE')), MANAGEMENT_PORT });
    const { code, output } = await app.exited();
    occupant.close();
    expect([code, output]).toEqual([
      1,
      `backend cannot start: The port ${MANAGEMENT_PORT} of MANAGEMENT_PORT cannot be used (EADDRINUSE): choose another port.\n`,
    ]);
  });
});
