import { generateKeyPairSync } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import type { JWK } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PLATFORMS, startGuardedApp } from './guarded-app.js';
import type { GuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

const MINUTE = 60_000;

describe.each(PLATFORMS)('keys and verdicts of the tenant on %s', (platform) => {
  let trusted: TrustedLandscape;
  let app: GuardedApp;
  let ahead: number;

  beforeEach(async () => {
    ahead = 0;
    trusted = await startTrustedLandscape();
    app = await startGuardedApp({ platform, ias: trusted.ias, clock: () => Date.now() + ahead });
  });

  afterEach(async () => {
    await app.close();
    await trusted.stop();
  });

  const call = async (token: string) => {
    const { status, headers, body } = await sendRaw(`${app.url}/endpoint`, [
      ['authorization', `Bearer ${token}`],
    ]);
    return { status, retryAfter: headers['retry-after'], code: (JSON.parse(body) as { code?: string }).code };
  };

  it('fetches keys and a verdict once for a hundred concurrent callers', async () => {
    const { tenant } = trusted.landscape;
    const tokens = await Promise.all(Array.from({ length: 100 }, () => tenant.issueToken()));
    const answers = await Promise.all(tokens.map(call));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(tenant.counters).toMatchObject({ discovery: 1, jwks: 2, token: 0 });
  });

  it('accepts tokens of a new signing key at once', async () => {
    const { tenant } = trusted.landscape;
    expect((await call(await tenant.issueToken())).status).toBe(200);
    await tenant.rotateSigningKey({ keepOld: true });
    expect((await call(await tenant.issueToken())).status).toBe(200);
  });

  it('stops accepting a removed key within ten minutes, also for verified tokens', async () => {
    const { tenant } = trusted.landscape;
    const token = await tenant.issueToken();
    expect((await call(token)).status).toBe(200);
    await tenant.rotateSigningKey({ keepOld: false });
    ahead = 10 * MINUTE;
    expect(await call(token)).toMatchObject({ status: 401, code: 'token_key_unknown' });
  });

  it('ignores a published key of an unknown type', async () => {
    const { tenant } = trusted.landscape;
    tenant.publishJwk({ kty: 'AKP', kid: 'post-quantum', alg: 'ML-DSA-65', pub: 'AQAB' });
    expect((await call(await tenant.issueToken())).status).toBe(200);
  });

  it('finds the key among more than a hundred, and among those with the same kid', async () => {
    const { tenant } = trusted.landscape;
    const token = await tenant.issueToken();
    const kid = decodeProtectedHeader(token).kid;
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    for (let index = 0; index < 300; index += 1) tenant.publishJwk({ ...ec, kid: `other-${index}` });
    tenant.publishJwk({ ...ec, kid } as JWK);
    expect((await call(token)).status).toBe(200);
  });

  it.each([
    ['is broken', { kind: 'status', status: 500 }],
    ['throttles', { kind: 'throttle' }],
    ['breaks connections', { kind: 'reset' }],
    ['talks nonsense', { kind: 'malformed' }],
    ['redirects', { kind: 'redirect', location: 'https://evil.localhost/' }],
    ['talks too much', { kind: 'oversized', bytes: 2_000_000 }],
  ] as const)('answers 503 while the tenant %s, and heals with the next request', async (_, fault) => {
    const { tenant } = trusted.landscape;
    const token = await tenant.issueToken();
    tenant.faults.add({ endpoint: 'jwks', ...fault });
    tenant.faults.add({ endpoint: 'discovery', ...fault, times: 1 });
    expect(await call(token)).toEqual({ status: 503, retryAfter: '2', code: 'keys_unavailable' });
    expect(await call(token)).toEqual({ status: 503, retryAfter: '2', code: 'keys_unavailable' });
    tenant.faults.clear();
    expect((await call(token)).status).toBe(200);
  });

  it.each([
    ['does not exist', '/nowhere'],
    ['answers with other JSON', '/.well-known/openid-configuration'],
  ])('reads the configuration of the tenant again if its "jwks_uri" %s', async (_, path) => {
    const { tenant } = trusted.landscape;
    const token = await tenant.issueToken();
    const body = JSON.stringify({ jwks_uri: `${tenant.url}${path}` });
    tenant.faults.add({ endpoint: 'discovery', kind: 'malformed', body, times: 1 });
    expect(await call(token)).toMatchObject({ status: 503, code: 'keys_unavailable' });
    expect((await call(token)).status).toBe(200);
  });

  it.each([400, 404, 500])('reads it again if the tenant answers a fetch of keys with %i', async (status) => {
    const { tenant } = trusted.landscape;
    const token = await tenant.issueToken();
    tenant.faults.add({ endpoint: 'jwks', kind: 'status', status, times: 1 });
    expect(await call(token)).toMatchObject({ status: 503, code: 'keys_unavailable' });
    expect((await call(token)).status).toBe(200);
    expect(tenant.counters.discovery).toBe(2);
  });

  it.each([
    ['reads it again if the tenant answers the question for a verdict with 404', 404, 503, 2],
    ['does not read it again if the tenant refuses a token', 400, 401, 1],
  ])('%s', async (_, status, answer, discoveries) => {
    const { tenant } = trusted.landscape;
    expect((await call(await tenant.issueToken())).status).toBe(200);
    tenant.faults.add({ endpoint: 'jwks', kind: 'status', status, times: 1 });
    expect((await call(await tenant.issueToken({ claims: { azp: 'refused' } }))).status).toBe(answer);
    expect((await call(await tenant.issueToken({ claims: { azp: undefined } }))).status).toBe(200);
    expect(tenant.counters.discovery).toBe(discoveries);
  });

  it('answers 503 if only the verdict is missing', async () => {
    const { tenant } = trusted.landscape;
    const token = await tenant.issueToken();
    expect((await call(await tenant.issueToken({ claims: { azp: undefined } }))).status).toBe(200);
    tenant.faults.add({ endpoint: 'jwks', kind: 'status', status: 503, times: 1 });
    expect(await call(token)).toMatchObject({ status: 503, code: 'verdict_unavailable' });
    expect((await call(token)).status).toBe(200);
  });

  it('accepts known callers during an outage, up to the tolerance', async () => {
    const { tenant } = trusted.landscape;
    const token = await tenant.issueToken({ claims: { exp: Math.floor(Date.now() / 1_000) + 7_200 } });
    expect((await call(token)).status).toBe(200);
    tenant.faults.add({ endpoint: 'jwks', kind: 'reset' });
    tenant.faults.add({ endpoint: 'discovery', kind: 'reset' });
    for (const minutes of [10, 20, 59]) {
      ahead = minutes * MINUTE;
      expect((await call(token)).status).toBe(200);
    }
    ahead = 61 * MINUTE;
    expect((await call(token)).status).toBe(503);
  });
});
