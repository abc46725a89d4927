import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppModule as BackendModule } from '../../backend/src/app.module.js';
import { BACKEND_CERT_HOST, InProcessApps, urlOf } from '../../../test/helper/in-process-apps.js';
import { AppModule } from '../src/app.module.js';

let scenario: InProcessApps;
let frontend: string;
let backendUrl: string;
const servers: Server[] = [];

beforeAll(async () => {
  scenario = await InProcessApps.start();
  const { landscape } = scenario;
  const backend = await scenario.startApp(BackendModule, await landscape.issueBinding({ type: 'NONE' }));
  backendUrl = landscape.router.map(BACKEND_CERT_HOST, urlOf(backend));
  frontend = await startFrontend(backendUrl);
});
afterAll(() => scenario.stop());
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function startFrontend(url: string): Promise<string> {
  const binding = await scenario.landscape.issueBinding({
    type: 'X509_GENERATED',
    appIdentifier: 'frontend',
  });
  return urlOf(await scenario.startApp(AppModule, binding, { BACKEND_URL: url }));
}

/** Starts a frontend with a fake backend. */
async function startFrontendBefore(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return startFrontend(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const json = (url: string) => request(url).get('/homepage').set('accept', 'application/json');
const page = (url: string) => request(url).get('/homepage').set('accept', 'text/html');

describe('GET /homepage', () => {
  it('shows the five claims and the verdict on cnf as HTML', async () => {
    const { landscape } = scenario;
    const { status, text, headers } = await page(frontend);
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/html');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringContaining('max-age='),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
    });
    for (const shown of [
      'subject',
      'zone_uuid',
      'issuer',
      'aud',
      'cnf',
      landscape.application.clientId,
      landscape.application.appTid,
      landscape.tenant.url,
      'The token belongs to our certificate.',
    ]) {
      expect(text).toContain(shown);
    }
  });

  it.each([
    ['frontend.example', 'https://frontend.example/homepage'],
    ['localhost:3000', 'http://localhost:3000/homepage'],
    ['$(id)', 'http://localhost:3000/homepage'],
  ])('shows the command for the host %s', async (host, address) => {
    const { text } = await page(frontend).set('host', host);
    expect(text).toContain(
      `>curl -H &#39;Accept: application/json&#39; ${address}</code>`.replaceAll('&#39;', "'"),
    );
  });

  it('returns the same as JSON on request', async () => {
    const { landscape } = scenario;
    const { status, body } = await json(frontend);
    expect(status).toBe(200);
    expect(body).toEqual({
      claims: {
        subject: landscape.application.clientId,
        zone_uuid: landscape.application.appTid,
        issuer: landscape.tenant.url,
        aud: landscape.application.clientId,
        cnf: { 'x5t#S256': body.proof.thumbprint },
      },
      proof: {
        cnf: body.proof.thumbprint,
        thumbprint: expect.stringMatching(/^[\w-]{43}$/),
        matches: true,
        verified: 'verified',
      },
      token: { source: 'cache', expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
  });

  it('sends one token request for many pages', async () => {
    const fresh = await startFrontend(backendUrl);
    scenario.landscape.tenant.reset();
    expect((await json(fresh)).body.token.source).toBe('ias');
    const pages = await Promise.all(Array.from({ length: 20 }, () => json(fresh)));
    expect(new Set(pages.map(({ body }) => body.token.source))).toEqual(new Set(['cache']));
    expect(scenario.landscape.tenant.counters.token).toBe(1);
  });

  it('names IAS as the source of the token on every page that waited for it', async () => {
    const fresh = await startFrontend(backendUrl);
    const { tenant } = scenario.landscape;
    tenant.reset();
    tenant.faults.add({ endpoint: 'token', kind: 'latency', milliseconds: 1_000, times: 1 });
    const pages = await Promise.all([json(fresh), json(fresh), json(fresh)]);
    expect(pages.map(({ body }) => body.token.source)).toEqual(['ias', 'ias', 'ias']);
    expect(tenant.counters.token).toBe(1);
  });

  it('forwards the correlation ID to the backend', async () => {
    let received: unknown;
    const url = await startFrontendBefore((backendRequest, response) => {
      received = backendRequest.headers['x-correlation-id'];
      response.end('{}');
    });
    await json(url).set('x-correlation-id', 'abc-123');
    expect(received).toBe('abc-123');
  });

  it('does not show a token that the backend sends back', async () => {
    const url = await startFrontendBefore((backendRequest, response) => {
      response.end(JSON.stringify({ subject: backendRequest.headers.authorization, issuer: 'i', aud: 'a' }));
    });
    for (const answer of [await json(url), await page(url)]) {
      expect(answer.status).toBe(502);
      expect(answer.text).not.toContain('eyJ');
    }
  });

  it('is the target of the redirect from GET /', async () => {
    const { status, headers } = await request(frontend).get('/');
    expect(status).toBe(302);
    expect(headers['location']).toBe('/homepage');
  });

  it('reports a cnf of another certificate, and shows markup in a claim as text', async () => {
    const claims = {
      subject: '<script>alert(1)</script>',
      zone_uuid: '"><img src=x onerror=alert(1)>',
      issuer: 'https://a.example',
      aud: ["'&<b>", 'two'],
      cnf: { 'x5t#S256': 'another-thumbprint' },
    };
    const url = await startFrontendBefore((_, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(claims));
    });
    const { text } = await page(url);
    expect(text).toContain('The token is not proven to belong to our certificate.');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toMatch(/<script>|<img|<b>/);
    expect((await json(url)).body.proof).toMatchObject({ cnf: 'another-thumbprint', matches: false });
  });
});

describe('failures', () => {
  const answerWith =
    (status: number, body = '', headers = {}): RequestListener =>
    (_, response) => {
      response.writeHead(status, headers).end(body);
    };

  it.each<[string, RequestListener, number, string]>([
    ['rejects the call', answerWith(401), 502, 'downstream_rejected'],
    ['fails', answerWith(500, 'stack trace'), 502, 'downstream_failed'],
    ['redirects', answerWith(302, '', { location: 'https://evil.example' }), 502, 'downstream_failed'],
    ['returns HTML', answerWith(200, '<html>'), 502, 'downstream_malformed'],
    ['returns unexpected JSON', answerWith(200, '{"issuer":5}'), 502, 'downstream_malformed'],
    ['is overloaded', answerWith(503), 503, 'downstream_overloaded'],
    ['breaks the connection', (_, response) => response.destroy(), 503, 'downstream_unreachable'],
    ['sends an endless response', (_, response) => endless(response), 502, 'downstream_malformed'],
  ])('a backend that %s', async (_, listener, status, code) => {
    const url = await startFrontendBefore(listener);
    const asJson = await json(url);
    expect([asJson.status, asJson.body.code]).toEqual([status, code]);
    const asPage = await page(url);
    expect(asPage.status).toBe(status);
    expect(asPage.text).toContain(code);
    expect(asPage.text).not.toContain('stack trace');
    // the page says what to do, where the code is explained, and what to look for in the logs
    expect(asPage.text).toContain('<h2>What to do</h2>');
    expect(asPage.text).toContain(`/reference/errors.md#${code}">`);
    expect(asPage.text).toContain(asPage.headers['x-correlation-id']);
    for (const step of asJson.body.steps) expect(asPage.text).toContain(step);
    expect(asPage.text).toContain(`<h1>${asJson.body.title}</h1>`);
  });

  it('a backend that received no certificate', async () => {
    const body = '{"code":"proof_missing"}';
    const type = { 'content-type': 'application/problem+json' };
    const url = await startFrontendBefore(answerWith(401, body, type));
    for (const answer of [await json(url), await page(url)]) {
      expect(answer.status).toBe(502);
      expect(answer.text).toMatch(/401 proof_missing.*Check that BACKEND_URL is the \.cert\. host/s);
    }
  });

  it('an unreachable backend', async () => {
    const url = await startFrontend('http://127.0.0.1:1');
    expect((await json(url)).body).toMatchObject({ status: 503, code: 'downstream_unreachable' });
  });

  it('an app that the router does not know', async () => {
    const url = await startFrontend(backendUrl.replace('backend', 'nobody'));
    expect((await json(url)).body).toMatchObject({ status: 503, code: 'downstream_unreachable' });
  });

  it('an unreachable tenant', async () => {
    const other = await InProcessApps.start();
    const binding = await other.landscape.issueBinding({ type: 'X509_GENERATED' });
    const app = await other.startApp(AppModule, binding, { BACKEND_URL: backendUrl });
    await other.landscape.tenant.stop();
    const { status, body, headers } = await json(urlOf(app));
    expect([status, body.code]).toEqual([503, 'token_endpoint_unreachable']);
    expect(headers['retry-after']).toMatch(/^\d+$/);
    await other.stop();
  });

  it('a tenant that rejects our certificate', async () => {
    const { landscape } = scenario;
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
    const app = await scenario.startApp(AppModule, binding, { BACKEND_URL: backendUrl });
    landscape.tenant.revokeCertificate((binding as { certificate?: string }).certificate ?? '');
    const { status, body } = await json(urlOf(app));
    expect([status, body.code]).toEqual([502, 'client_rejected']);
  });
});

function endless(response: { write(chunk: string): boolean; destroyed: boolean }): void {
  if (response.destroyed) return;
  response.write('x'.repeat(65_536));
  setImmediate(() => endless(response));
}
