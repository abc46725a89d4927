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

beforeAll(async () => {
  scenario = await InProcessApps.start();
  const { landscape } = scenario;
  const backend = await scenario.startApp(BackendModule, await landscape.issueBinding({ type: 'NONE' }));
  backendUrl = landscape.router.map(BACKEND_CERT_HOST, urlOf(backend));
  landscape.router.map(BACKEND_HOST, urlOf(backend));
});
afterAll(() => scenario.stop());

async function startFrontend(environment: Record<string, string> = {}): Promise<string> {
  const binding = await scenario.landscape.issueBinding({ type: 'X509_GENERATED' });
  return urlOf(await scenario.startApp(AppModule, binding, { BACKEND_URL: backendUrl, ...environment }));
}

const open = (url: string) => request(url).get('/homepage').set('accept', 'text/html');

/** The page names the failure, its code with a link, a step, and the correlation ID. */
function expectPage(
  { status, text, headers }: request.Response,
  expected: { status: number; code: string; title: string; step: string },
): void {
  expect(text).toContain(`<h1>${expected.title}</h1>`);
  expect(status).toBe(expected.status);
  expect(text).toContain(`/reference/errors.md#${expected.code}">${expected.code}</a>`);
  expect(/<h2>What to do<\/h2>.*<\/ol>/s.exec(text)?.[0]).toContain(expected.step);
  expect(text).toContain(`<code data-copy="the correlation ID">${headers['x-correlation-id']}</code>`);
  expect(headers['content-type']).toContain('text/html');
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
      'IAS has a failure',
      'Wait a moment',
    ],
    [
      { endpoint: 'token', kind: 'malformed' },
      502,
      'token_response_malformed',
      'The answer of IAS makes no sense',
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
      'The server that answered is not your tenant of IAS',
      'If a proxy opens TLS connections',
    ],
  ])('%j', async (fault, status, code, title, step) => {
    const url = await startFrontend();
    scenario.landscape.tenant.faults.add(fault);
    try {
      expectPage(await open(url), { status, code, title, step });
    } finally {
      scenario.landscape.tenant.reset();
    }
  });

  it('says that the certificate was refused, and then that the app pauses', async () => {
    const { landscape } = scenario;
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
    const url = urlOf(await scenario.startApp(AppModule, binding, { BACKEND_URL: backendUrl }));
    landscape.tenant.revokeCertificate((binding as { certificate?: string }).certificate ?? '');
    expectPage(await open(url), {
      status: 502,
      code: 'client_rejected',
      title: 'IAS refused the certificate or the client of this app',
      step: 'Bind the identity instance to this app again',
    });
    expectPage(await open(url), {
      status: 503,
      code: 'client_cooling_down',
      title: 'IAS refused this app, so this app pauses',
      step: 'IAS locks an application after five refusals',
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
    expectPage(await open(urlOf(app)), {
      status: 502,
      code: 'token_endpoint_untrusted',
      title: 'The server that answered is not your tenant of IAS',
      step: 'If the landscape was restarted, it has a new certificate authority: restart this app, too.',
    });
    await restarted.stop();
  });
});

describe('the page of a failure of the backend', () => {
  it('names the .cert. host if the backend got no certificate', async () => {
    const url = await startFrontend({ BACKEND_URL: backendUrl.replace(BACKEND_CERT_HOST, BACKEND_HOST) });
    expectPage(await open(url), {
      status: 502,
      code: 'downstream_rejected',
      title: 'The backend got no certificate',
      step: 'Is BACKEND_URL the .cert. host?',
    });
  });

  it('names an app that does not run', async () => {
    const url = await startFrontend({ BACKEND_URL: 'http://127.0.0.1:1' });
    expectPage(await open(url), {
      status: 503,
      code: 'downstream_unreachable',
      title: 'The backend is unreachable',
      step: 'Check that the backend runs.',
    });
  });

  it('names a router with a certificate of an unknown authority', async () => {
    const other = await InProcessApps.start();
    const url = await startFrontend({
      BACKEND_URL: other.landscape.router.map('b.cert.localhost', 'http://127.0.0.1:1'),
    });
    expectPage(await open(url), {
      status: 502,
      code: 'downstream_untrusted',
      title: 'The server that answered is not the router of the backend',
      step: 'name it in IAS_CA_FILE',
    });
    await other.stop();
  });
});
