import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppModule as BackendModule } from '../../backend/src/app.module.js';
import { BACKEND_CERT_HOST, InProcessApps, urlOf } from '../../../test/helper/in-process-apps.js';
import { AppModule } from '../src/app.module.js';

const BELONGS = 'The token belongs to our certificate.';
const NO_PASSWORD = 'There is no password';

let scenario: InProcessApps;
let backendUrl: string;
let openBackendUrl: string;

beforeAll(async () => {
  scenario = await InProcessApps.start();
  const { landscape } = scenario;
  const binding = await landscape.issueBinding({ type: 'NONE' });
  const backend = await scenario.startApp(BackendModule, binding);
  const open = await scenario.startApp(BackendModule, binding, { IAS_PROOF_OF_POSSESSION: 'off' });
  backendUrl = landscape.router.map(BACKEND_CERT_HOST, urlOf(backend));
  openBackendUrl = landscape.router.map('open.cert.localhost', urlOf(open));
});
afterAll(() => scenario.stop());

async function show(credentials: unknown, backend: string, environment: Record<string, string> = {}) {
  const url = urlOf(
    await scenario.startApp(AppModule, credentials, { BACKEND_URL: backend, ...environment }),
  );
  const get = (accept: string) => request(url).get('/homepage').set('accept', accept);
  return { page: (await get('text/html')).text, body: (await get('application/json')).body };
}

/** The picture of the flow as a list. */
function steps(page: string): string[] {
  const list = /<ol class="steps">(.*?)<\/ol>/s.exec(page)?.[1] ?? '';
  return [...list.matchAll(/<li>(.*?)<\/li>/gs)].map(([, step = '']) => step.replaceAll(/\s+/g, ' ').trim());
}

describe('the page says only what is true', () => {
  it('with a generated certificate and a backend that verifies it', async () => {
    const binding = await scenario.landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'shown' });
    const { page, body } = await show(binding, backendUrl);
    expect(body.proof).toMatchObject({ matches: true, verified: 'verified' });
    for (const text of [
      BELONGS,
      'and proved its identity',
      'The backend verified it',
      NO_PASSWORD,
      'developers of the space can read it',
      'Why this is secure',
      'a local tenant that simulates SAP Cloud Identity Services',
      'CN=shown',
      'The certificate of this app',
    ]) {
      expect(page).toContain(text);
    }
    expect(steps(page)).toEqual([
      expect.stringMatching(
        /^frontend to local stand-in for IAS: token fetched in (?:\d+|less than 1) ms, status 200, TLS 1\.3, our certificate\.$/,
      ),
      expect.stringMatching(
        /^frontend to router: answered 200 in (?:\d+|less than 1) ms, TLS 1\.3, token and our certificate\.$/,
      ),
      'router to backend: token, and our certificate in a header, backend: proof verified.',
    ]);
    expect(page).toMatch(/\b\d+ days left/);
    expect(page).toMatch(/expires in (59 minutes|1 hour)/);
    expect(page.match(new RegExp(body.proof.thumbprint, 'g'))?.length).toBeGreaterThanOrEqual(3);
    expect(page).not.toMatch(/never leaves/);
  });

  it('with a provided certificate', async () => {
    const { landscape } = scenario;
    const { certificate, key } = await landscape.issueCertificate({ commonName: 'own' });
    const binding = await landscape.issueBinding({ type: 'X509_PROVIDED', certificate });
    const { page } = await show(binding, backendUrl, { IAS_PRIVATE_KEY: key });
    expect(page).toContain('The private key was provided to this app');
    expect(page).not.toContain('developers of the space');
  });

  it('with a token from the cache, and a backend without TLS', async () => {
    const { landscape } = scenario;
    const backend = await scenario.startApp(BackendModule, await landscape.issueBinding({ type: 'NONE' }));
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
    const url = urlOf(await scenario.startApp(AppModule, binding, { BACKEND_URL: urlOf(backend) }));
    const failure = await request(url).get('/homepage').set('accept', 'text/html');
    expect([failure.status, failure.text]).toEqual([
      502,
      expect.stringContaining('The backend got no certificate'),
    ]);
    const open = await scenario.startApp(BackendModule, await landscape.issueBinding({ type: 'NONE' }), {
      IAS_PROOF_OF_POSSESSION: 'off',
    });
    const app = urlOf(await scenario.startApp(AppModule, binding, { BACKEND_URL: urlOf(open) }));
    await request(app).get('/homepage');
    const { text } = await request(app).get('/homepage').set('accept', 'text/html');
    expect(steps(text)).toEqual([
      expect.stringMatching(
        /token from the cache, fetched (?:just now|\d+ seconds? ago) in (?:\d+|less than 1) ms, status 200, TLS 1\.3, our certificate/,
      ),
      expect.stringMatching(
        /^frontend to backend: answered 200 in (?:\d+|less than 1) ms, plain HTTP, token without certificate, /,
      ),
    ]);
    expect(text).not.toContain('router to backend');
  });

  it('with the proof switched off at the backend', async () => {
    const binding = await scenario.landscape.issueBinding({ type: 'X509_GENERATED' });
    const { page, body } = await show(binding, openBackendUrl);
    expect(body.proof).toMatchObject({ matches: true, verified: 'unchecked' });
    expect(page).toContain('The backend did not check whose token this is.');
    expect(page).toContain('anyone with a stolen token can use it');
    expect(steps(page)[2]).toBe('router to backend: token, backend: proof not checked.');
    expect(page).not.toMatch(/and proved who|The backend verified|Why this is secure|useless without/);
  });

  it('with a client secret, and the proof switched off', async () => {
    const { page, body } = await show(
      await scenario.landscape.issueBinding({ type: 'SECRET' }),
      openBackendUrl,
    );
    expect(body.proof).toMatchObject({ cnf: null, verified: 'unchecked' });
    expect(page).toContain('The backend found no cnf: the tenant binds no token');
    expect(page).not.toContain('verdict good');
  });

  it('with a client secret', async () => {
    const binding = await scenario.landscape.issueBinding({ type: 'SECRET' });
    const { page, body } = await show(binding, backendUrl);
    expect(body.proof).toEqual({ cnf: null, thumbprint: null, matches: false, verified: 'unbound' });
    expect(page).toContain('a client secret, which is a password');
    expect(steps(page)).toEqual([
      expect.stringMatching(/fetched in (?:\d+|less than 1) ms, status 200, TLS 1\.3, client secret\.$/),
      expect.stringMatching(/TLS 1\.3, token, no certificate\.$/),
      'router to backend: token, backend: token is not bound.',
    ]);
    expect(page).not.toContain('private key</th>');
    expect(page).toContain('The token is not bound to a certificate: anyone who has it can use it.');
    expect(page).not.toContain('belong to our certificate');
    expect(page).not.toMatch(
      /and proved who|There is no password|mutual TLS and called|The certificate of this app/,
    );
  });
});

describe('the page does not believe a backend that contradicts itself or our token', () => {
  const servers: Server[] = [];
  afterAll(() => servers.forEach((server) => server.close()));

  /** A backend that answers what `change` makes of the claims in the token. @returns its URL */
  async function startLiar(
    change: (claims: Record<string, unknown>) => object,
    status = 200,
  ): Promise<string> {
    const server = createServer((incoming, response) => {
      const [, payload = ''] = (incoming.headers.authorization ?? '').split('.');
      const { iss, aud, cnf } = JSON.parse(Buffer.from(payload, 'base64url').toString());
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(change({ issuer: iss, aud, cnf, proof: 'verified' })));
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const behindRouter = async (...liar: Parameters<typeof startLiar>) =>
    scenario.landscape.router.map(`liar-${servers.length}.cert.localhost`, await startLiar(...liar));

  async function showToOwner(backend: string) {
    return show(await scenario.landscape.issueBinding({ type: 'X509_GENERATED' }), backend);
  }

  it.each<[string, (claims: Record<string, unknown>) => object, string]>([
    ['omits cnf', (claims) => ({ ...claims, cnf: undefined }), 'contains no cnf'],
    ['omits cnf, and says so', (claims) => ({ ...claims, cnf: null, proof: 'unbound' }), 'our token has one'],
    ['changes cnf', (claims) => ({ ...claims, cnf: { 'x5t#S256': 'x' } }), 'names a cnf that differs'],
    ['calls a bound token unbound', (claims) => ({ ...claims, proof: 'unbound' }), 'although it names a cnf'],
  ])('that %s', async (_, change, reason) => {
    const { page } = await showToOwner(await behindRouter(change));
    expect(page).toContain(reason);
    // what the tenant did is in the token, whatever the backend says
    expect(page).toContain('The tenant wrote the thumbprint of our certificate into the token (cnf)');
    expect(page).not.toMatch(
      /verdict good|and proved its identity|The backend verified it|Why this is secure/,
    );
    expect(steps(page)[2]).toBe('router to backend: token, backend: answer proves nothing.');
  });

  it('that verified a certificate which nobody presented', async () => {
    const { page } = await showToOwner(await startLiar((claims) => claims));
    expect(page).toContain('this app called it without TLS and presented none');
    expect(page).not.toMatch(/verdict good|The backend verified it/);
  });

  it('and shows the status of its answer', async () => {
    const { page } = await showToOwner(await behindRouter((claims) => claims, 203));
    expect(steps(page)[1]).toMatch(/answered 203 in/);
  });

  it('and does not say that a router asked for our certificate, if the backend did not see it', async () => {
    const { page } = await showToOwner(await behindRouter((claims) => ({ ...claims, proof: undefined })));
    expect(steps(page)[1]).toMatch(/token, certificate if requested\.$/);
    expect(page).toContain('the backend may not have done so');
  });
});

describe('an unknown address', () => {
  it('is a page for browsers and problem details for everybody else', async () => {
    const binding = await scenario.landscape.issueBinding({ type: 'X509_GENERATED' });
    const url = urlOf(await scenario.startApp(AppModule, binding, { BACKEND_URL: backendUrl }));
    const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const page = await request(url).get('/nowhere').set('accept', browser);
    expect(page.status).toBe(404);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.text).toContain(page.headers['x-correlation-id']);
    expect(page.text).toContain('This app has no page at this address');
    expect(page.text).toMatch(/404 · <a href="[^"]+errors\.md#codes-of-the-apps-[^"]*">not_found<\/a>/);
    for (const accept of ['*/*', 'application/json', 'application/problem+json']) {
      const problem = await request(url).get('/nowhere').set('accept', accept);
      expect(problem.status).toBe(404);
      expect(problem.headers['content-type']).toContain('application/problem+json');
      expect(problem.headers['vary']).toBe('Accept');
      expect(problem.body).toEqual({
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        code: 'not_found',
      });
    }
  });
});
