import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requestToken, send, sendPlain } from '../../test/https-client.js';
import { type IdentityCredentials, type Landscape, startLandscape } from '../index.js';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';

const SECRET_OPERATIONS = ['POST /bindings', 'POST /tokens'];

describe('admin operations', () => {
  let landscape: Landscape;
  beforeAll(async () => {
    landscape = await startLandscape({ adminToken: 'the-token-of-this-test' });
  });
  beforeEach(() => landscape.tenant.reset());
  afterAll(async () => landscape.stop());

  const call = async (operation: string, body?: unknown, headers: Record<string, string> = {}) => {
    const [method = '', path = ''] = operation.split(' ');
    return sendPlain(`${landscape.admin.url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
  const authorized = async (operation: string, body?: unknown) =>
    call(operation, body, { authorization: `Bearer ${landscape.admin.token}` });
  const issue = async (body: object = {}) => {
    const answer = await authorized('POST /bindings', body);
    expect(answer.status).toBe(201);
    return answer.json() as { name: string; credentials: IdentityCredentials };
  };
  const statusOf = async (credentials: IdentityCredentials) =>
    (await requestToken(landscape, credentials)).status;
  const thumbprintOf = (credentials: IdentityCredentials) =>
    certificateThumbprint(new X509Certificate(credentials.certificate ?? ''));

  it.each(SECRET_OPERATIONS)('%s needs the token', async (operation) => {
    for (const authorization of [undefined, 'Bearer wrong', 'Basic the-token-of-this-test', 'Bearer']) {
      const answer = await call(operation, {}, authorization === undefined ? {} : { authorization });
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect(answer.text).not.toContain('the-token-of-this-test');
    }
    expect((await call(operation, {}, { authorization: 'bearer the-token-of-this-test' })).status).toBe(201);
  });

  it('issues bindings that get tokens', async () => {
    const { credentials } = await issue({ parameters: { type: 'SECRET' } });
    const basic = Buffer.from(`${credentials.clientid}:${credentials.clientsecret}`).toString('base64');
    const answer = await send(`${credentials.url}/oauth2/token`, {
      landscape,
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    expect(answer.status).toBe(200);
    expect(await statusOf((await issue({ name: 'reports' })).credentials)).toBe(200);
    const again = await authorized('POST /bindings', { name: 'reports' });
    expect([again.status, again.json()['error']]).toEqual([400, expect.stringContaining('reports')]);
  });

  it.each([
    { application: 'nobody' },
    { name: '../x' },
    { parameters: { type: 'X509_GENERATED', validityDays: 31 } },
    { parameters: { type: 'OTHER' } },
    { files: ['/etc/passwd'] },
  ])('rejects the binding %o', async (body) => {
    expect((await authorized('POST /bindings', body)).status).toBe(400);
  });

  it('rotates a binding: new and previous credentials work, older ones do not', async () => {
    const { name, credentials } = await issue();
    const rotate = async () =>
      (await authorized('POST /rotations', { binding: name })).json()['credentials'] as IdentityCredentials;
    const second = await rotate();
    expect([await statusOf(credentials), await statusOf(second)]).toEqual([200, 200]);
    const third = await rotate();
    expect([await statusOf(credentials), await statusOf(second), await statusOf(third)]).toEqual([
      401, 200, 200,
    ]);
    const subjects = [credentials, second].map(
      (issued) => new X509Certificate(issued.certificate ?? '').subject,
    );
    expect(subjects[0]).toBe(subjects[1]);
  });

  it('returns rotated credentials only to those who have the token, and not if they were written to a file', async () => {
    const { name } = await issue();
    expect((await call('POST /rotations', { binding: name })).status).toBe(401);
    const written: IdentityCredentials[] = [];
    await landscape.addBinding(
      'published',
      { type: 'X509_GENERATED' },
      {
        publish: async (credentials) => void written.push(credentials),
      },
    );
    const answer = await call('POST /rotations', { binding: 'published' });
    expect(answer.json()).toEqual({
      binding: 'published',
      certificate_expires_at: expect.stringMatching(/Z$/),
      thumbprint: thumbprintOf(written[1] as IdentityCredentials),
    });
    expect(written).toHaveLength(2);
  });

  it('keeps the credentials of a binding whose files cannot be written', async () => {
    let fails = false;
    await landscape.addBinding(
      'unwritable',
      { type: 'X509_GENERATED' },
      {
        publish: async () => {
          const error = new Error('EACCES: secret detail') as NodeJS.ErrnoException;
          if (fails) throw Object.assign(error, { code: 'EACCES', syscall: 'open', path: '/read-only' });
        },
      },
    );
    const expiry = (await call('GET /status')).json()['bindings'];
    fails = true;
    const answer = await call('POST /rotations', { binding: 'unwritable' });
    expect([answer.status, answer.json()['error']]).toEqual([
      500,
      'Internal error of the landscape (EACCES: open /read-only).',
    ]);
    expect((await call('GET /status')).json()['bindings']).toEqual(expiry);
  });

  it.each(['NONE', 'unknown'])('rejects the rotation of a binding that is %s', async (kind) => {
    const name = kind === 'NONE' ? (await issue({ parameters: { type: 'NONE' } })).name : 'unknown';
    expect((await authorized('POST /rotations', { binding: name })).status).toBe(400);
  });

  it('rotates the signing key of a tenant', async () => {
    const before = await landscape.tenant.issueToken();
    const { kid } = (await call('POST /rotations', { signingKey: { keepOld: false } })).json();
    expect(decodeProtectedHeader(await landscape.tenant.issueToken()).kid).toBe(kid);
    expect(decodeProtectedHeader(before).kid).not.toBe(kid);
  });

  it('revokes certificates', async () => {
    const [byName, byThumbprint] = [await issue(), await issue()];
    const answer = await call('POST /revocations', { binding: byName.name });
    expect([answer.status, answer.json()]).toEqual([201, { thumbprint: thumbprintOf(byName.credentials) }]);
    await call('POST /revocations', { certificate: thumbprintOf(byThumbprint.credentials) });
    expect([await statusOf(byName.credentials), await statusOf(byThumbprint.credentials)]).toEqual([
      401, 401,
    ]);
    expect((await call('POST /revocations', { certificate: 'x' })).status).toBe(400);
  });

  it.each(['/rotations', '/revocations'])('says what %s needs', async (path) => {
    const needed = {
      '/rotations': '{"signingKey": {"keepOld", "algorithm"',
      '/revocations': '{"certificate": PEM',
    };
    for (const body of [{}, { binding: 'a', certificate: 'b', signingKey: {} }, { bindings: 'a' }]) {
      const answer = await authorized(`POST ${path}`, body);
      expect([answer.status, answer.json()['error']]).toEqual([
        400,
        expect.stringMatching(/^body: must be \{"binding": name\}, or /),
      ]);
      expect(answer.text).toContain(JSON.stringify(needed[path as keyof typeof needed]).slice(1, -1));
    }
  });

  it('routes host names to apps', async () => {
    const app = createServer((_, response) => response.end('from the app')).listen(0, '127.0.0.1');
    await once(app, 'listening');
    const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
    const added = await call('POST /routes', { host: 'reports.cert.localhost', url });
    expect(added.status).toBe(201);
    expect((await send(String(added.json()['url']), { landscape })).text).toBe('from the app');
    expect((await call('GET /status')).json()['routes']).toContain('reports.cert.localhost');
    app.close();
    for (const body of [
      { host: 'reports.localhost' },
      { host: 'reports.example.com', url },
      { host: 'x.localhost', url: 'https://elsewhere/path' },
    ]) {
      expect((await call('POST /routes', body)).status).toBe(400);
    }
  });

  it('mints tokens of applications, users and subscribers', async () => {
    const { name, credentials } = await issue();
    const subscriber = await landscape.addTenant();
    subscriber.subscribeTo(landscape.application);
    const mint = async (path: string, body: object) =>
      decodeJwt(String((await authorized(`POST ${path}`, body)).json()['access_token']));
    expect(await mint('/tokens', { binding: name })).toMatchObject({
      sub: credentials.clientid,
      cnf: { 'x5t#S256': thumbprintOf(credentials) },
    });
    expect(
      await mint(`/tokens?tenant=${subscriber.appTid}`, { user: { id: 'P1', email: 'a@b.c' } }),
    ).toMatchObject({
      iss: subscriber.url,
      app_tid: subscriber.appTid,
      user_uuid: 'P1',
      email: 'a@b.c',
    });
    const wrong = await mint('/tokens', { claims: { aud: 'another', jti: null } });
    expect([wrong.aud, wrong.jti]).toEqual(['another', undefined]);
    expect((await authorized('POST /tokens', { key: 'unknown' })).status).toBe(400);
  });

  it('takes IAS down and up', async () => {
    const { credentials } = await issue();
    await call('POST /faults', { endpoint: 'connection', kind: 'down' });
    await expect(requestToken(landscape, credentials)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await call('DELETE /faults');
    expect(await statusOf(credentials)).toBe(200);
  });
});
