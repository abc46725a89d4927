import { Agent } from 'node:https';
import { X509Certificate } from 'node:crypto';
import { documentationUrl } from 'nest-ias';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BACKEND_CERT_HOST,
  BACKEND_HOST,
  InProcessApps,
  urlOf,
} from '../../../test/helper/in-process-apps.js';
import { AppModule } from '../src/app.module.js';

interface ClientCredentials {
  readonly certificate: string;
  readonly key: string;
}

let scenario: InProcessApps;
let direct: string;
let certUrl: string;
let plainUrl: string;
let caller: ClientCredentials;
let stranger: ClientCredentials;
let boundToken: string;

beforeAll(async () => {
  scenario = await InProcessApps.start();
  const { landscape } = scenario;
  const backend = await scenario.startApp(AppModule, await landscape.issueBinding({ type: 'NONE' }));
  direct = urlOf(backend);
  certUrl = landscape.router.map(BACKEND_CERT_HOST, direct);
  plainUrl = landscape.router.map(BACKEND_HOST, direct);
  caller = (await landscape.issueBinding({ type: 'X509_GENERATED' })) as unknown as ClientCredentials;
  stranger = (await landscape.issueBinding({ type: 'X509_GENERATED' })) as unknown as ClientCredentials;
  boundToken = await landscape.tenant.issueToken({ certificate: caller.certificate });
});
afterAll(() => scenario.stop());

/** Calls the backend through the router, with or without a client certificate. */
function call(url: string, token: string, client?: ClientCredentials, scheme = 'Bearer') {
  const agent = new Agent({
    ca: scenario.landscape.ca.pem,
    ...(client && { cert: client.certificate, key: client.key }),
    lookup: (_name, options, done) =>
      options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
  });
  return request(url).get('/endpoint').agent(agent).set('authorization', `${scheme} ${token}`);
}

describe('GET /endpoint', () => {
  it('returns claims of the token', async () => {
    const { landscape } = scenario;
    const { status, body, headers } = await call(certUrl, boundToken, caller);
    expect(status).toBe(200);
    expect(body).toEqual({
      subject: landscape.application.clientId,
      zone_uuid: landscape.application.appTid,
      issuer: landscape.tenant.url,
      aud: landscape.application.clientId,
      cnf: { 'x5t#S256': thumbprintOf(caller.certificate) },
      proof: 'verified',
    });
    expect(headers['cache-control']).toBe('no-store');
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it('rejects a body before it validates the token', async () => {
    const { status, body } = await request(direct).get('/endpoint').send({ a: 1 });
    expect(status).toBe(413);
    expect(body).toEqual({
      type: documentationUrl('body_not_accepted'),
      title: 'Payload Too Large',
      status: 413,
      code: 'body_not_accepted',
    });
  });

  it.each(['bearer', 'BEARER', 'bEaReR'])(
    'accepts the scheme in upper and lower case: %s',
    async (scheme) => {
      expect((await call(certUrl, boundToken, caller, scheme)).status).toBe(200);
    },
  );

  it('challenges a caller without credentials, without an error code', async () => {
    const answer = await request(direct).get('/endpoint');
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status: 401, code: expect.stringMatching(/^[a-z_]+$/) });
  });

  it('challenges another scheme without an error code', async () => {
    const answer = await call(certUrl, boundToken, caller, 'Basic');
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it.each([
    ['replayed without the certificate, on the host with certificates', () => call(certUrl, boundToken)],
    ['replayed without the certificate, on the plain host', () => call(plainUrl, boundToken, caller)],
    ['replayed with another certificate', () => call(certUrl, boundToken, stranger)],
    ['garbage', () => call(certUrl, 'garbage', caller)],
    ['with a broken signature', () => call(certUrl, `${boundToken.slice(0, -6)}AAAAAA`, caller)],
  ])('rejects a token %s', async (_, send) => {
    const answer = await send();
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
    expect(answer.body).toMatchObject({ status: 401, code: expect.stringMatching(/^[a-z_]+$/) });
    expect(JSON.stringify(answer.body)).not.toContain(boundToken.split('.')[1]);
  });

  it('ignores a certificate header that the caller sent', async () => {
    const forged = new X509Certificate(caller.certificate).raw.toString('base64');
    const viaPlainHost = await call(plainUrl, boundToken).set('x-forwarded-client-cert', forged);
    const viaCertHost = await call(certUrl, boundToken).set('x-forwarded-client-cert', forged);
    expect([viaPlainHost.status, viaCertHost.status]).toEqual([401, 401]);
  });

  it('accepts a token that is not bound to a certificate (policy if-bound)', async () => {
    const token = await scenario.landscape.tenant.issueToken();
    expect(await call(certUrl, token)).toMatchObject({ status: 200, body: { proof: 'unbound' } });
  });

  it('rejects a malformed header with 400', async () => {
    const answer = await call(certUrl, `${boundToken} ${boundToken}`, caller);
    expect(answer.status).toBe(400);
    expect(answer.headers['www-authenticate']).toContain('error="invalid_request"');
  });

  it('returns 404 as problem details', async () => {
    const answer = await request(direct).get('/nothing').set('authorization', `Bearer ${boundToken}`);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ type: 'about:blank', title: 'Not Found', status: 404, code: 'not_found' });
  });
});

describe('policy required', () => {
  it('rejects a token that is not bound to a certificate', async () => {
    const { landscape } = scenario;
    const binding = await landscape.issueBinding({ type: 'NONE' });
    const strict = await scenario.startApp(AppModule, binding, { IAS_PROOF_OF_POSSESSION: 'required' });
    const url = landscape.router.map('strict.cert.localhost', urlOf(strict));
    expect((await call(url, await landscape.tenant.issueToken(), caller)).status).toBe(401);
    expect((await call(url, boundToken, caller)).status).toBe(200);
  });
});

describe('policy off', () => {
  it('accepts a token without its certificate, and says that it checked nothing', async () => {
    const { landscape } = scenario;
    const binding = await landscape.issueBinding({ type: 'NONE' });
    const open = await scenario.startApp(AppModule, binding, { IAS_PROOF_OF_POSSESSION: 'off' });
    const url = landscape.router.map('open.cert.localhost', urlOf(open));
    for (const client of [undefined, caller, stranger]) {
      expect(await call(url, boundToken, client)).toMatchObject({
        status: 200,
        body: { proof: 'unchecked' },
      });
    }
  });
});

describe('keys of the tenant', () => {
  it('returns 503 while they are unreachable, and recovers', async () => {
    const other = await InProcessApps.start();
    const { landscape } = other;
    const app = await other.startApp(AppModule, await landscape.issueBinding({ type: 'NONE' }));
    const token = await landscape.tenant.issueToken();
    const ask = () => request(urlOf(app)).get('/endpoint').set('authorization', `Bearer ${token}`);
    landscape.tenant.faults.add({ endpoint: 'jwks', kind: 'status', status: 503 });
    const answer = await ask();
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);

    landscape.tenant.faults.clear();
    const patience = { timeout: Number(answer.headers['retry-after']) * 1_000 };
    await expect.poll(async () => (await ask()).status, patience).toBe(200);
    await other.stop();
  });
});

describe('health', () => {
  it.each(['/health/live', '/health/ready'])('%s needs no token and calls no other system', async (path) => {
    const { landscape } = scenario;
    landscape.tenant.reset();
    const answer = await request(direct).get(path);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'up' });
    expect(landscape.tenant.requests).toEqual([]);
  });
});

function thumbprintOf(certificatePem: string): string {
  const { fingerprint256 } = new X509Certificate(certificatePem);
  return Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
}
