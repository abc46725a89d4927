import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requestToken, sendPlain } from '../../test/https-client.js';
import { type Landscape, startLandscape } from '../index.js';

describe('admin endpoint', () => {
  let landscape: Landscape;

  beforeAll(async () => {
    landscape = await startLandscape();
  });
  beforeEach(() => landscape.tenant.reset());
  afterAll(async () => landscape.stop());

  const admin = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
    sendPlain(`${landscape.admin.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });

  it('returns URLs and counters', async () => {
    const answer = await admin('GET', '/status');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      ias: landscape.tenant.url,
      router: landscape.router.url,
      counters: {
        token: 0,
        jwks: 0,
        discovery: 0,
        handshakes: 0,
        resumedSessions: 0,
        connections: expect.objectContaining({ token: { handshakes: 0, resumedSessions: 0 } }),
      },
      lockedClients: [],
      tenants: [{ ias: landscape.tenant.url, appTid: landscape.tenant.appTid }],
      applications: [{ clientId: landscape.application.clientId, providedApis: [] }],
      bindings: [],
      routes: [],
    });
  });

  it('controls every tenant by its app_tid', async () => {
    const { appTid, url, faults } = await landscape.addTenant();
    const fault = JSON.stringify({ endpoint: 'jwks', kind: 'reset' });
    expect((await admin('POST', `/faults?tenant=${appTid}`, fault)).status).toBe(201);
    expect([landscape.tenant.faults.list(), faults.list()]).toEqual([[], [JSON.parse(fault)]]);
    expect((await admin('GET', `/status?tenant=${appTid}`)).json()).toMatchObject({ ias: url });
    expect((await admin('DELETE', `/faults?tenant=${appTid}`)).json()).toEqual([]);
  });

  it.each(['tenant=nobody', 'tenant=', 'tenent=x', 'tenant', 'tenant=x&tenant=y'])(
    'answers 404 for ?%s',
    async (query) => {
      const answer = await admin('POST', `/faults?${query}`, '{"endpoint":"token","kind":"reset"}');
      expect(answer.status).toBe(404);
      expect(landscape.tenant.faults.list()).toEqual([]);
    },
  );

  it('adds, lists and clears faults', async () => {
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
    const fault = { endpoint: 'token', kind: 'throttle', retryAfter: 3, times: 2 };
    const added = await admin('POST', '/faults', JSON.stringify(fault));
    expect([added.status, added.json()]).toEqual([201, [fault]]);
    expect((await requestToken(landscape, binding)).status).toBe(429);
    expect((await admin('GET', '/faults')).json()).toEqual([{ ...fault, times: 1 }]);
    expect((await admin('DELETE', '/faults')).json()).toEqual([]);
    expect((await requestToken(landscape, binding)).status).toBe(200);
  });

  it.each([
    ['invalid JSON', '{', 'The body is not valid JSON.'],
    ['null', 'null', 'body: '],
    ['an unknown kind', '{"endpoint":"token","kind":"plague"}', 'kind: '],
    [
      'an unknown endpoint',
      '{"endpoint":"x","kind":"reset"}',
      'endpoint: must be "token", "jwks" or "discovery" for this kind; ' +
        'the endpoints are "token", "jwks", "discovery" and "connection"',
    ],
    [
      'an endpoint that the kind does not have',
      '{"endpoint":"token","kind":"down"}',
      'endpoint: must be "connection" for this kind; ' +
        'the endpoints are "token", "jwks", "discovery" and "connection"',
    ],
    ['an unknown property', '{"endpoint":"token","kind":"reset","time":1}', 'body: '],
    ['a number out of range', '{"endpoint":"token","kind":"status","status":200}', 'status: '],
  ])('rejects %s and names the error', async (_, body, error) => {
    const answer = await admin('POST', '/faults', body);
    expect(answer.status).toBe(400);
    expect(answer.json()['error']).toContain(error);
  });

  it('rejects a body that exceeds the limit', async () => {
    expect((await admin('POST', '/faults', `"${'x'.repeat(300_000)}"`)).status).toBe(413);
  });

  it.each([
    ['a foreign Host', { host: 'evil.example' }],
    ['an Origin', { origin: 'https://evil.example' }],
    ['the Origin of a sandboxed page', { origin: 'null' }],
    ['another site as its cause', { 'sec-fetch-site': 'cross-site' }],
    ['another origin of this machine as its cause', { 'sec-fetch-site': 'same-site' }],
  ])('rejects a request with %s', async (_, headers) => {
    expect((await admin('GET', '/status', undefined, headers)).status).toBe(403);
    expect((await admin('POST', '/faults', '{"endpoint":"token","kind":"reset"}', headers)).status).toBe(403);
    expect(landscape.tenant.faults.list()).toEqual([]);
  });

  it('lists the endpoints for an unknown path', async () => {
    const answer = await admin('PUT', '/faults');
    expect([answer.status, answer.json()['error']]).toEqual([404, expect.stringContaining('PUT /limits')]);
  });

  it('listens on loopback only', () => {
    expect(new URL(landscape.admin.url).hostname).toBe('127.0.0.1');
  });

  it('uses TLS for a name that only starts like a loopback address', async () => {
    // Resolvers read 127.1 as 127.0.0.1, so this name is one on which a test can listen.
    const exposed = await startLandscape({ adminHost: '127.1' });
    expect(exposed.admin.url).toMatch(/^https:/);
    await exposed.stop();
  });
});
