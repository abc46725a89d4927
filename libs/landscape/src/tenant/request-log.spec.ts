import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../test/https-client.js';
import { type Landscape, startLandscape } from '../index.js';
import { RequestLog } from './request-log.js';

const SECRET = 'eyJhbGciOiJSUzI1NiJ9.c2VjcmV0.c2lnbmF0dXJl';

describe('the request log', () => {
  let landscape: Landscape;
  beforeAll(async () => {
    landscape = await startLandscape();
  });
  afterAll(async () => landscape.stop());

  const logged = () => inspect(landscape.tenant.requests.at(-1), { depth: null, maxStringLength: null });
  const post = async (body: string | URLSearchParams, headers: Record<string, string> = {}) =>
    send(`${landscape.tenant.url}/oauth2/token`, { landscape, body, headers });

  it('shows requested resources', async () => {
    await post(new URLSearchParams({ grant_type: 'client_credentials', client_id: 'me', resource: 'urn:x' }));
    expect(Object.fromEntries(landscape.tenant.requests.at(-1)?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      client_id: 'me',
      resource: 'urn:x',
    });
  });

  it.each([
    'assertion',
    'client_assertion',
    'client_secret',
    'Client_Secret',
    'password',
    'refresh_token',
    'subject_token',
    'actor_token',
    'access_token',
    'token',
    'code',
    'code_verifier',
  ])('shows the name of the parameter %s, but not its value', async (name) => {
    await post(new URLSearchParams({ grant_type: 'client_credentials', [name]: SECRET }));
    expect(logged()).not.toContain(SECRET);
    expect(landscape.tenant.requests.at(-1)?.form?.get(name)).toBe('[redacted]');
  });

  it('shows no token that was sent as the name of a parameter', async () => {
    await post(new URLSearchParams({ grant_type: 'client_credentials', [SECRET]: '' }));
    expect(logged()).not.toContain(SECRET);
  });

  it.each([
    ['application/json', JSON.stringify({ client_secret: SECRET })],
    ['multipart/form-data; boundary=x', `--x\r\n\r\n${SECRET}\r\n--x--`],
    ['text/plain', SECRET],
  ])('logs nothing of a body of type %s', async (type, body) => {
    expect((await post(body, { 'content-type': type })).status).toBe(400);
    expect(logged()).not.toContain(SECRET);
    expect(landscape.tenant.requests.at(-1)?.form).toBeUndefined();
  });

  it.each([
    ['authorization', `Bearer ${SECRET}`, 'Bearer [redacted]'],
    ['authorization', `${SECRET} x`, '[redacted]'],
    ['authorization', SECRET, '[redacted]'],
    ['proxy-authorization', `Basic ${SECRET}`, 'Basic [redacted]'],
    ['cookie', `session=${SECRET}`, '[redacted]'],
  ])('redacts the credentials in the header %s: %s', async (name, value, shown) => {
    await post('grant_type=client_credentials', { [name]: value });
    expect(logged()).not.toContain(SECRET);
    expect(landscape.tenant.requests.at(-1)?.headers[name]).toBe(shown);
  });

  it('keeps the last 1000 requests', () => {
    const log = new RequestLog();
    for (let index = 0; index <= 1000; index += 1) {
      log.add({ time: 0, method: 'GET', path: `/${index}`, headers: {}, form: undefined, status: 200 });
    }
    expect(log.entries).toHaveLength(1000);
    expect([log.entries[0]?.path, log.entries.at(-1)?.path]).toEqual(['/1', '/1000']);
  });
});
