import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from '@nest-ias/landscape';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppModule as BackendModule } from '../../backend/src/app.module.js';
import {
  BACKEND_CERT_HOST,
  BACKEND_HOST,
  InProcessApps,
  urlOf,
} from '../../../test/helper/in-process-apps.js';
import { AppModule } from '../src/app.module.js';

let scenario: InProcessApps;
let backendUrl: string;
const servers: Server[] = [];

beforeAll(async () => {
  scenario = await InProcessApps.start();
  const { landscape } = scenario;
  const backend = await scenario.startApp(BackendModule, await landscape.issueBinding({ type: 'NONE' }));
  backendUrl = landscape.router.map(BACKEND_CERT_HOST, urlOf(backend));
  landscape.router.map(BACKEND_HOST, urlOf(backend));
});
afterAll(async () => {
  for (const server of servers) server.close();
  await scenario.stop();
});

async function startFrontend(environment: Record<string, string> = {}): Promise<string> {
  const binding = await scenario.landscape.issueBinding({ type: 'X509_GENERATED' });
  return urlOf(await scenario.startApp(AppModule, binding, { BACKEND_URL: backendUrl, ...environment }));
}

const open = (url: string) => request(url).get('/homepage').set('accept', 'text/html');

/** A backend that rejects every token with a code. @returns its URL */
async function startRefusing(code: string): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(401, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ code }));
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a failure page says: the failure, its code with a link, the steps, and the correlation ID of this request. */
function read({ status, text, headers }: request.Response) {
  const [, linked, code] = /\/reference\/errors\.md#(\w+)">(\w+)<\/a>/.exec(text) ?? [];
  const [, correlationId] = /data-copy="the correlation ID">([^<]+)</.exec(text) ?? [];
  return {
    isPage: headers['content-type']?.startsWith('text/html') && headers['x-correlation-id'] === correlationId,
    status,
    code: linked === code ? code : undefined,
    title: /<h1>(.*?)<\/h1>/.exec(text)?.[1],
    steps: /<h2>What to do<\/h2>.*?<\/ol>/s.exec(text)?.[0],
  };
}

describe('the page of a failure of IAS', () => {
  it.each<[Fault, number, string, string, string]>([
    [
      { endpoint: 'token', kind: 'reset' },
      503,
      'token_endpoint_unreachable',
      'IAS is unreachable',
      'Check the network',
    ],
    [
      { endpoint: 'token', kind: 'throttle' },
      503,
      'token_endpoint_overloaded',
      'IAS is overloaded',
      'Wait for the time',
    ],
    [
      { endpoint: 'token', kind: 'status', status: 500 },
      503,
      'token_endpoint_unavailable',
      'IAS reported an error',
      'Wait a moment',
    ],
    [
      { endpoint: 'token', kind: 'malformed' },
      502,
      'token_response_malformed',
      'The response from IAS is unusable',
      'Check url in the binding',
    ],
    [
      { endpoint: 'token', kind: 'redirect', location: 'https://login.example/' },
      502,
      'token_endpoint_redirected',
      'The URL in the binding is not a tenant of IAS',
      'Check url in the binding',
    ],
    [
      { endpoint: 'connection', kind: 'expired-certificate' },
      502,
      'token_endpoint_untrusted',
      'The server that answered is not your IAS tenant',
      'If a proxy intercepts TLS',
    ],
  ])('%j', async (fault, status, code, title, step) => {
    const url = await startFrontend();
    scenario.landscape.tenant.faults.add(fault);
    try {
      expect(read(await open(url))).toEqual({
        isPage: true,
        status,
        code,
        title,
        steps: expect.stringContaining(step),
      });
    } finally {
      scenario.landscape.tenant.reset();
    }
  });

  it('says that the certificate was refused, and then that the app pauses', async () => {
    const { landscape } = scenario;
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
    const url = urlOf(await scenario.startApp(AppModule, binding, { BACKEND_URL: backendUrl }));
    landscape.tenant.revokeCertificate((binding as { certificate?: string }).certificate ?? '');
    const refused = await open(url);
    expect(refused.text).toContain('IAS answered 401; this page has the status 502.');
    expect(read(refused)).toEqual({
      isPage: true,
      status: 502,
      code: 'client_rejected',
      title: 'IAS refused the certificate or the client of this app',
      steps: expect.stringContaining('bind the identity instance to this app again'),
    });
    expect(read(await open(url))).toEqual({
      isPage: true,
      status: 503,
      code: 'client_cooling_down',
      title: 'IAS refused this app, so this app pauses',
      steps: expect.stringContaining('IAS locks an application after five refusals'),
    });
  });

  it('says what to do if the landscape was restarted', async () => {
    const restarted = await InProcessApps.start();
    const { tenant, admin } = restarted.landscape;
    const binding = await scenario.landscape.issueBinding({ type: 'X509_GENERATED' });
    const lab = { LANDSCAPE_ADMIN_URL: admin.url };
    const app = await scenario.startApp(
      AppModule,
      { ...binding, url: tenant.url, domains: [new URL(tenant.url).host] },
      { BACKEND_URL: backendUrl, ...lab },
    );
    expect(read(await open(urlOf(app)))).toEqual({
      isPage: true,
      status: 502,
      code: 'token_endpoint_untrusted',
      title: 'The server that answered is not your IAS tenant',
      steps: expect.stringContaining(
        'If the landscape was restarted, it has a new certificate authority: restart this app, too.',
      ),
    });
    await restarted.stop();
  });
});

describe('the page of a failure of the backend', () => {
  it('names the .cert. host if the backend got no certificate', async () => {
    const url = await startFrontend({ BACKEND_URL: backendUrl.replace(BACKEND_CERT_HOST, BACKEND_HOST) });
    const refused = await open(url);
    expect(refused.text).toContain('The backend answered 401; this page has the status 502.');
    expect(read(refused)).toEqual({
      isPage: true,
      status: 502,
      code: 'downstream_rejected',
      title: 'The backend got no certificate',
      steps: expect.stringContaining('Check that BACKEND_URL is the .cert. host'),
    });
  });

  it('says that the backend wants a bound token, and that a client secret gets none', async () => {
    const { landscape } = scenario;
    const strict = await scenario.startApp(BackendModule, await landscape.issueBinding({ type: 'NONE' }), {
      IAS_PROOF_OF_POSSESSION: 'required',
    });
    const url = urlOf(
      await scenario.startApp(AppModule, await landscape.issueBinding({ type: 'SECRET' }), {
        BACKEND_URL: landscape.router.map('strict.cert.localhost', urlOf(strict)),
      }),
    );
    expect(read(await open(url))).toMatchObject({
      status: 502,
      title: 'The backend accepts only tokens that are bound to a certificate',
      steps: expect.stringContaining('This app has a client secret, and IAS binds no token to it.'),
    });
  });

  it.each([
    ['proof_mismatch', 'a certificate that the token is not bound to', 'IAS_CERTIFICATE_HOPS'],
    ['proof_expired', 'has expired or is not valid yet', 'Check the clock of the backend'],
    ['constructor', 'The backend refused the call', 'bound to the same identity instance'],
  ])('explains %s', async (code, title, step) => {
    const url = await startFrontend({ BACKEND_URL: await startRefusing(code) });
    expect(read(await open(url))).toMatchObject({
      title: expect.stringContaining(title),
      steps: expect.stringContaining(step),
    });
  });

  it('says what failed and what to do once each', async () => {
    const url = await startFrontend({ BACKEND_URL: 'http://127.0.0.1:1' });
    const page = await open(url);
    expect(page.text).not.toContain('this page has the status');
    const [, cause] = /<p>(The call to .*?)<\/p>/.exec(page.text) ?? [];
    expect(cause).toBe(
      'The call to http://127.0.0.1:1 failed: no connection, or an interrupted one (ECONNREFUSED).',
    );
    const { body } = await request(url).get('/homepage').set('accept', 'application/json');
    expect(body).toMatchObject({ detail: expect.stringContaining('check'), steps: expect.any(Array) });
    expect(body).not.toHaveProperty('cause');
  });

  it('names an app that does not run', async () => {
    const url = await startFrontend({ BACKEND_URL: 'http://127.0.0.1:1' });
    expect(read(await open(url))).toEqual({
      isPage: true,
      status: 503,
      code: 'downstream_unreachable',
      title: 'The backend is unreachable',
      steps: expect.stringContaining('Check that the backend runs.'),
    });
  });

  it('names a router with a certificate of an unknown authority', async () => {
    const other = await InProcessApps.start();
    const url = await startFrontend({
      BACKEND_URL: other.landscape.router.map('b.cert.localhost', 'http://127.0.0.1:1'),
    });
    expect(read(await open(url))).toEqual({
      isPage: true,
      status: 502,
      code: 'downstream_untrusted',
      title: 'The server that answered is not the router of the backend',
      steps: expect.stringContaining('add that authority to IAS_CA_FILE'),
    });
    await other.stop();
  });
});
