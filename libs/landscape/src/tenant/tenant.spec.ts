import { generateKeyPairSync } from 'node:crypto';
import { connect } from 'node:tls';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requestToken, send } from '../../test/https-client.js';
import { type Landscape, startLandscape } from '../index.js';

describe('tenant', () => {
  let landscape: Landscape;

  beforeAll(async () => {
    landscape = await startLandscape({ clientId: 'client', appTid: 'zone' });
  });
  beforeEach(() => landscape.tenant.reset());
  afterAll(async () => landscape.stop());

  const publishedKeys = async () =>
    (await send(`${landscape.tenant.url}/oauth2/certs`, { landscape })).json() as unknown as JSONWebKeySet;

  it('publishes the metadata of RFC 8414 and RFC 8705', async () => {
    const url = `${landscape.tenant.url}/.well-known/openid-configuration`;
    const answer = await send(url, { landscape });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      issuer: landscape.tenant.url,
      token_endpoint: `${landscape.tenant.url}/oauth2/token`,
      jwks_uri: `${landscape.tenant.url}/oauth2/certs`,
      grant_types_supported: expect.arrayContaining(['client_credentials']),
      token_endpoint_auth_methods_supported: expect.arrayContaining([
        'tls_client_auth',
        'client_secret_basic',
      ]),
      tls_client_certificate_bound_access_tokens: true,
    });
  });

  it('publishes public keys only', async () => {
    const { keys } = await publishedKeys();
    expect(keys).toEqual([
      { kty: 'RSA', e: 'AQAB', n: expect.any(String), kid: expect.any(String), alg: 'RS256', use: 'sig' },
    ]);
  });

  it.each([
    ['nothing', {}, 200],
    ['its application', { 'x-client_id': 'client', 'x-app_tid': 'zone', 'x-azp': 'client' }, 200],
    ['the tenant of the authorized party', { 'x-azp': 'client', 'x-azp_app_tid': 'zone' }, 200],
    ['a foreign client', { 'x-client_id': 'other' }, 400],
    ['a foreign tenant', { 'x-client_id': 'client', 'x-app_tid': 'other' }, 400],
    ['a foreign authorized party', { 'x-client_id': 'client', 'x-azp': 'other' }, 400],
    ['a foreign tenant of the party', { 'x-azp': 'client', 'x-azp_app_tid': 'other' }, 400],
    ['a tenant without a client', { 'x-app_tid': 'zone' }, 400],
  ])('answers a key request with %s as if it validated the token', async (_, headers, status) => {
    const answer = await send(`${landscape.tenant.url}/oauth2/certs`, { landscape, headers });
    expect(answer.status).toBe(status);
    expect('keys' in answer.json()).toBe(status === 200);
  });

  it('mints valid tokens, and tokens that are invalid in exactly one way', async () => {
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
    const bound = decodeJwt(await landscape.tenant.issueToken({ certificate: binding.certificate ?? '' }));
    const issued = decodeJwt(String((await requestToken(landscape, binding)).json()['access_token']));
    expect(bound['cnf']).toEqual(issued['cnf']);

    const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const keys = createLocalJWKSet(await publishedKeys());
    const forged = await landscape.tenant.issueToken({ key: foreign });
    await expect(jwtVerify(await landscape.tenant.issueToken(), keys)).resolves.toBeDefined();
    await expect(jwtVerify(forged, keys)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });

    const odd = await landscape.tenant.issueToken({
      claims: { aud: 'x', app_tid: undefined },
      header: { alg: 'none' },
    });
    expect(decodeJwt(odd)).toMatchObject({ aud: 'x', sub: 'client' });
    expect(decodeJwt(odd)).not.toHaveProperty('app_tid');
    expect(decodeProtectedHeader(odd).alg).toBe('none');
  });

  it('keeps a bounded log of its requests, and clears it on reset', async () => {
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
    await requestToken(landscape, binding);
    await send(`${landscape.tenant.url}/nowhere`, { landscape });
    expect(landscape.tenant.requests).toMatchObject([
      { method: 'POST', path: '/oauth2/token', status: 200, clientCertificateThumbprint: expect.any(String) },
      { method: 'GET', path: '/nowhere', status: 404 },
    ]);
    expect(landscape.tenant.requests[0]?.form?.get('client_id')).toBe('client');
    expect(landscape.tenant.counters).toMatchObject({ token: 1, jwks: 0, discovery: 0, handshakes: 2 });
    landscape.tenant.reset();
    expect(landscape.tenant.requests).toEqual([]);
    expect(landscape.tenant.counters).toMatchObject({ token: 0, handshakes: 0 });
  });

  it('survives clients that do not send HTTP, abort a body or never finish a handshake', async () => {
    const port = Number(new URL(landscape.tenant.url).port);
    const open = async (text: string) =>
      new Promise<void>((resolve) => {
        const socket = connect(
          { port, host: '127.0.0.1', ca: landscape.ca.pem, servername: 'localhost' },
          () => {
            socket.write(text);
            setTimeout(() => socket.destroy(), 20);
          },
        );
        socket.once('close', () => resolve()).on('error', () => undefined);
      });
    await open('\u0000\u0001 nonsense\r\n\r\n');
    await open('POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ngrant_type=');
    await open('GET //[ HTTP/1.1\r\nHost: x\r\n\r\n');
    expect((await publishedKeys()).keys).toHaveLength(1);
  });
});
