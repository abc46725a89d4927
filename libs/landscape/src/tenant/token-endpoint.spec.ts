import { Agent } from 'node:https';
import { inspect } from 'node:util';
import { createHash, X509Certificate } from 'node:crypto';
import { createRemoteJWKSet, customFetch, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requestToken, send } from '../../test/https-client.js';
import { type IdentityCredentials, type Landscape, startLandscape } from '../index.js';

const CREDENTIAL_FAILURE = { error: 'invalid_client', error_description: 'Client authentication failed' };

describe('token endpoint', () => {
  let time: number;
  let landscape: Landscape;
  let binding: IdentityCredentials;

  beforeAll(async () => {
    time = Date.now();
    landscape = await startLandscape({ now: () => time, tokenValidity: 1200 });
    binding = await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'frontend' });
  });
  beforeEach(() => {
    time = Date.now();
    landscape.tenant.reset();
  });
  afterAll(async () => landscape.stop());

  const post = async (body: URLSearchParams | string, headers = {}, credentials = binding) =>
    send(`${binding.url}/oauth2/token`, { landscape, credentials, body, headers });
  const form = (extra: Record<string, string> = {}) =>
    new URLSearchParams({ grant_type: 'client_credentials', client_id: binding.clientid, ...extra });

  it('issues a token that an independent library verifies with the published keys', async () => {
    const answer = await requestToken(landscape, binding);
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json()).toMatchObject({ token_type: 'Bearer', expires_in: 1200 });

    const keys = createRemoteJWKSet(new URL(`${binding.url}/oauth2/certs`), {
      [customFetch]: async (url: string) => new Response((await send(url, { landscape })).text),
    });
    const token = String(answer.json()['access_token']);
    const { protectedHeader } = await jwtVerify(token, keys, {
      issuer: landscape.tenant.url,
      audience: binding.clientid,
      algorithms: ['RS256'],
    });
    expect(protectedHeader.kid).toEqual(expect.any(String));
  });

  it('sets the claims of a certificate-bound client credentials token', async () => {
    const answer = await requestToken(landscape, binding);
    const { raw } = new X509Certificate(binding.certificate ?? '');
    const iat = Math.floor(time / 1000);
    expect(decodeJwt(String(answer.json()['access_token']))).toEqual({
      sub: binding.clientid,
      aud: binding.clientid,
      azp: binding.clientid,
      app_tid: binding.app_tid,
      ias_apis: [],
      sap_id_type: 'app',
      iss: landscape.tenant.url,
      iat,
      exp: iat + 1200,
      jti: expect.any(String),
      cnf: { 'x5t#S256': createHash('sha256').update(raw).digest('base64url') },
    });
  });

  it('decodes both parts of the Authorization header (RFC 6749 §2.3.1)', async () => {
    const application = landscape.tenant.addApplication({ clientId: 'a client: 100 % + more' });
    const { clientsecret = '' } = await landscape.issueBinding({ type: 'SECRET' }, application);
    const [clientId, value] = [application.clientId, clientsecret].map((part) =>
      new URLSearchParams({ part }).toString().slice('part='.length),
    );
    const authorization = `Basic ${Buffer.from(`${clientId}:${value}`).toString('base64')}`;
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    expect((await post(body, { authorization }, {} as never)).status).toBe(200);
  });

  it('rejects a client that authenticates in two ways', async () => {
    const { clientid, clientsecret = '' } = await landscape.issueBinding({ type: 'SECRET' });
    const authorization = `Basic ${Buffer.from(`${clientid}:${clientsecret}`).toString('base64')}`;
    const answer = await post(form({ client_secret: clientsecret }), { authorization });
    expect([answer.status, answer.json()['error']]).toEqual([400, 'invalid_request']);
  });

  it('issues no opaque token for client credentials', async () => {
    const answer = await post(form({ token_format: 'opaque' }));
    expect([answer.status, answer.json()['error']]).toEqual([400, 'invalid_request']);
  });

  it('accepts a client secret in the body and in the Authorization header, and issues unbound tokens', async () => {
    const secret = await landscape.issueBinding({ type: 'SECRET' });
    const value = secret.clientsecret ?? '';
    const basic = `Basic ${Buffer.from(`${secret.clientid}:${value}`).toString('base64')}`;
    const inBody = await requestToken(landscape, secret, { client_secret: value });
    const inHeader = await post('grant_type=client_credentials', {
      authorization: basic,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([inBody.status, inHeader.status]).toEqual([200, 200]);
    expect(decodeJwt(String(inBody.json()['access_token']))).not.toHaveProperty('cnf');
    expect(inspect(landscape.tenant.requests, { depth: null })).not.toContain(value);
    expect(landscape.tenant.requests[0]?.form?.get('client_secret')).toBe('[redacted]');
    expect(landscape.tenant.requests[1]?.headers.authorization).toBe('Basic [redacted]');
  });

  it('names the authentication scheme to a client that used the Authorization header', async () => {
    const authorization = `Basic ${Buffer.from(`${binding.clientid}:wrong`).toString('base64')}`;
    const answer = await post(form(), { authorization });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Basic /);
    expect(answer.json()).toEqual(CREDENTIAL_FAILURE);
  });

  describe('rejects with the codes of RFC 6749 §5.2', () => {
    const repeated = (name: string) => {
      const body = form();
      body.append(name, body.get(name) ?? 'x');
      body.append(name, 'y');
      return body;
    };

    it.each([
      ['no client_id', () => new URLSearchParams({ grant_type: 'client_credentials' }), 'invalid_request'],
      ['an empty client_id', () => form({ client_id: '' }), 'invalid_request'],
      ['no grant_type', () => new URLSearchParams({ client_id: binding.clientid }), 'invalid_request'],
      ['a repeated client_id', () => repeated('client_id'), 'invalid_request'],
      ['a repeated unknown parameter', () => repeated('foo"\u0000'), 'invalid_request'],
      ['an unsupported grant type', () => form({ grant_type: 'password' }), 'unsupported_grant_type'],
      ['a tenant it does not serve', () => form({ app_tid: 'foreign' }), 'invalid_request'],
      ['an unknown resource', () => form({ resource: 'urn:sap:identity:api:name:x' }), 'invalid_target'],
    ])('%s', async (_, body, error) => {
      const answer = await post(body());
      expect(answer.status).toBe(400);
      expect(answer.json()['error']).toBe(error);
      expect(answer.json()['error_description']).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
      expect(answer.headers['cache-control']).toBe('no-store');
    });

    it.each([
      ['another content type', { 'content-type': 'application/json' }],
      ['no content type', { 'content-type': '' }],
    ])('%s', async (_, headers) => {
      const answer = await post(form().toString(), headers);
      expect([answer.status, answer.json()['error']]).toEqual([400, 'invalid_request']);
    });

    it('parameters in the URL', async () => {
      const answer = await send(`${binding.url}/oauth2/token?client_secret=x`, {
        landscape,
        credentials: binding,
        body: form(),
      });
      expect([answer.status, answer.json()['error']]).toEqual([400, 'invalid_request']);
    });

    it('a body that exceeds the limit, and continues to serve', async () => {
      const answer = await post(form({ padding: 'x'.repeat(70_000) }));
      expect([answer.status, answer.json()['error']]).toEqual([413, 'invalid_request']);
      expect((await requestToken(landscape, binding)).status).toBe(200);
    });

    it('another method', async () => {
      const answer = await send(`${binding.url}/oauth2/token`, { landscape });
      expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST']);
    });
  });

  describe('rejects a client', () => {
    const refusalOf = async (credentials: IdentityCredentials) => {
      const answer = await requestToken(landscape, credentials);
      return {
        status: answer.status,
        body: answer.json(),
        refusal: landscape.tenant.requests.at(-1)?.refusal,
      };
    };
    const refused = (refusal: string) => ({ status: 401, body: CREDENTIAL_FAILURE, refusal });

    it('that it does not know, with the text of IAS', async () => {
      const answer = await requestToken(landscape, { ...binding, clientid: 'nobody' });
      expect(answer.status).toBe(401);
      expect(answer.json()).toEqual({ error: 'invalid_client', error_description: 'Client not found' });
    });

    it('without a certificate', async () => {
      expect(await refusalOf(await landscape.issueBinding({ type: 'NONE' }))).toEqual(
        refused('credential_missing'),
      );
    });

    it('whose certificate another authority issued', async () => {
      const other = await startLandscape();
      const strange = await other.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'frontend' });
      await other.stop();
      const { clientid, url } = binding;
      expect(await refusalOf({ ...strange, clientid, url })).toEqual(refused('certificate_untrusted'));
    });

    it('whose certificate expired', async () => {
      const brief = await landscape.issueBinding({ type: 'X509_GENERATED', validityDays: 1 });
      time += 25 * 3_600_000;
      expect(await refusalOf(brief)).toEqual(refused('certificate_outside_validity'));
    });

    it('whose certificate was revoked, immediately and without affecting others', async () => {
      const stolen = await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'frontend' });
      expect((await requestToken(landscape, stolen)).status).toBe(200);
      landscape.tenant.revokeCertificate(stolen.certificate ?? '');
      expect(await refusalOf(stolen)).toEqual(refused('certificate_revoked'));
      expect((await requestToken(landscape, binding)).status).toBe(200);
    });
  });

  it('accepts the certificate on a resumed session too, and counts handshakes', async () => {
    const agent = new Agent({ keepAlive: false, maxCachedSessions: 10 });
    for (const _ of [1, 2, 3]) {
      const answer = await send(`${binding.url}/oauth2/token`, {
        landscape,
        credentials: binding,
        body: form(),
        agent,
      });
      expect(decodeJwt(String(answer.json()['access_token']))).toHaveProperty('cnf');
    }
    await send(`${binding.url}/oauth2/certs`, { landscape });
    expect(landscape.tenant.counters).toMatchObject({ token: 3, handshakes: 4, resumedSessions: 2 });
    expect(landscape.tenant.counters.connections).toEqual({
      token: { handshakes: 3, resumedSessions: 2 },
      jwks: { handshakes: 1, resumedSessions: 0 },
      discovery: { handshakes: 0, resumedSessions: 0 },
    });
  });

  it('issues tokens to a burst of concurrent callers over keep-alive connections', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const url = `${binding.url}/oauth2/token`;
    const answers = await Promise.all(
      Array.from({ length: 200 }, async () =>
        send(url, { landscape, credentials: binding, body: form(), agent }),
      ),
    );
    agent.destroy();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map((answer) => answer.json()['access_token'])).size).toBe(200);
    expect(landscape.tenant.counters.handshakes).toBeLessThanOrEqual(8);
  });

  it('names the signing key in the header', async () => {
    const answer = await requestToken(landscape, binding);
    expect(decodeProtectedHeader(String(answer.json()['access_token']))).toEqual({
      alg: 'RS256',
      kid: expect.any(String),
    });
  });
});
