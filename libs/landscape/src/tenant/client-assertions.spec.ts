import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeJwt, exportJWK, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { send } from '../../test/https-client.js';
import { type Landscape, startLandscape } from '../index.js';

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const CLIENT_ID = 'signing-client';

describe('private_key_jwt', () => {
  let time: number;
  let landscape: Landscape;
  let key: KeyObject;
  let jti = 0;

  const keyPair = async (kid: string): Promise<{ privateKey: KeyObject; jwk: JWK }> => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256' } };
  };

  beforeAll(async () => {
    landscape = await startLandscape({ clientId: CLIENT_ID, now: () => time });
    const { privateKey, jwk } = await keyPair('first');
    key = privateKey;
    landscape.application.trustKeys({ keys: [jwk] });
  });
  beforeEach(() => {
    time = Date.now();
  });
  afterAll(async () => landscape.stop());

  const assertion = async (
    claims: Record<string, unknown> = {},
    { privateKey = key, kid = 'first' }: { privateKey?: KeyObject | Uint8Array; kid?: string } = {},
  ) =>
    new SignJWT({
      iss: CLIENT_ID,
      sub: CLIENT_ID,
      aud: landscape.tenant.url,
      exp: Math.floor(time / 1000) + 60,
      jti: String((jti += 1)),
      ...claims,
    })
      .setProtectedHeader({ alg: privateKey instanceof Uint8Array ? 'HS256' : 'ES256', kid })
      .sign(privateKey);
  const ask = async (extra: Record<string, string>) =>
    send(`${landscape.tenant.url}/oauth2/token`, {
      landscape,
      body: new URLSearchParams({ grant_type: 'client_credentials', ...extra }),
    });
  const askWith = async (client_assertion: string, extra: Record<string, string> = {}) =>
    ask({ client_id: CLIENT_ID, client_assertion_type: TYPE, client_assertion, ...extra });
  const refusal = () => landscape.tenant.requests.at(-1)?.refusal;

  it('returns a token that is not bound to a certificate', async () => {
    const answer = await askWith(await assertion());
    expect(answer.status).toBe(200);
    const claims = decodeJwt(String(answer.json()['access_token']));
    expect(claims).toMatchObject({ sub: CLIENT_ID, azp: CLIENT_ID });
    expect(claims).not.toHaveProperty('cnf');
  });

  it('identifies the client by the assertion alone, too (RFC 7521 §4.2)', async () => {
    const client_assertion = await assertion();
    expect((await ask({ client_assertion_type: TYPE, client_assertion })).status).toBe(200);
  });

  it('accepts the token endpoint as audience, also as one of several', async () => {
    const endpoint = `${landscape.tenant.url}/oauth2/token`;
    expect((await askWith(await assertion({ aud: endpoint }))).status).toBe(200);
    expect((await askWith(await assertion({ aud: ['https://e.example', endpoint] }))).status).toBe(200);
  });

  it('accepts keys of every registered key set, and keys without kid', async () => {
    const { privateKey, jwk } = await keyPair('second');
    const { kid: _, ...nameless } = jwk;
    landscape.application.trustKeys({ keys: [nameless] });
    expect((await askWith(await assertion({}, { privateKey, kid: 'whatever' }))).status).toBe(401);
    const unnamed = await new SignJWT(decodeJwt(await assertion()))
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey);
    expect((await askWith(unnamed)).status).toBe(200);
    expect((await askWith(await assertion())).status).toBe(200);
  });

  it.each<[string, () => Promise<string>, string]>([
    ['has expired', () => assertion({ exp: 1 }), 'ERR_JWT_EXPIRED'],
    ['does not expire', () => assertion({ exp: undefined }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['is not valid yet', () => assertion({ nbf: 9e9 }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['has no jti', () => assertion({ jti: undefined }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    [
      'is for another audience',
      () => assertion({ aud: 'https://e.example' }),
      'ERR_JWT_CLAIM_VALIDATION_FAILED',
    ],
    ['has no audience', () => assertion({ aud: undefined }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['has another issuer', () => assertion({ iss: 'other' }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['has another subject', () => assertion({ sub: 'other' }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    [
      'is signed with another key',
      async () => assertion({}, await keyPair('first')),
      'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    ],
    [
      'is signed with a secret',
      () => assertion({}, { privateKey: Buffer.alloc(32) }),
      'ERR_JOSE_ALG_NOT_ALLOWED',
    ],
    ['is not a JWT', async () => 'nonsense', 'ERR_JWS_INVALID'],
  ])('is rejected when it %s', async (_, forge, detail) => {
    const answer = await askWith(await forge());
    expect(answer.status).toBe(401);
    expect(answer.json()).toEqual({
      error: 'invalid_client',
      error_description: 'Client authentication failed',
    });
    expect(refusal()).toBe(detail);
  });

  it('is rejected when it is reused before it expires', async () => {
    const once = await assertion();
    expect([(await askWith(once)).status, (await askWith(once)).status]).toEqual([200, 401]);
    expect(refusal()).toBe('assertion_replayed');
    time += 61_000;
    expect((await askWith(once)).status).toBe(401);
    expect(refusal()).toBe('ERR_JWT_EXPIRED');
    expect((await askWith(await assertion({ jti: decodeJwt(once).jti }))).status).toBe(200);
  });

  it('is rejected for an application without keys, and for an unknown application', async () => {
    const keyless = landscape.tenant.addApplication({ clientId: 'keyless' });
    const answer = await askWith(await assertion({ iss: 'keyless', sub: 'keyless' }), {
      client_id: keyless.clientId,
    });
    expect([answer.status, refusal()]).toEqual([401, 'assertion_without_trusted_key']);
    const unknown = await askWith(await assertion(), { client_id: 'nobody' });
    expect(unknown.json()).toMatchObject({ error_description: 'Client not found' });
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['an assertion without a type', { client_assertion: 'x' }, 400, 'invalid_request'],
    ['a type without an assertion', { client_assertion_type: TYPE }, 400, 'invalid_request'],
    [
      'a secret as well',
      { client_assertion: 'x', client_assertion_type: TYPE, client_secret: 'x' },
      400,
      'invalid_request',
    ],
    ['another type', { client_assertion: 'x', client_assertion_type: 'saml' }, 401, 'invalid_client'],
  ])('is rejected with %s', async (_, parameters, status, error) => {
    const answer = await ask({ client_id: CLIENT_ID, ...parameters });
    expect([answer.status, answer.json()['error']]).toEqual([status, error]);
  });

  it('needs a client ID', async () => {
    const answer = await ask({ client_assertion_type: TYPE, client_assertion: 'nonsense' });
    expect([answer.status, answer.json()['error']]).toEqual([401, 'invalid_client']);
    expect(refusal()).toBe('assertion_without_client');
  });

  it.each([
    ['no jti', { jti: undefined }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['a numeric jti', { jti: 7 }, 'assertion_without_id'],
    ['an empty jti', { jti: '' }, 'assertion_without_id'],
  ])('rejects an assertion with %s', async (_, claims, detail) => {
    const answer = await askWith(await assertion(claims));
    expect([answer.status, answer.json()['error'], refusal()]).toEqual([401, 'invalid_client', detail]);
  });

  it('rejects an assertion with a numeric client ID', async () => {
    const client_assertion = await assertion({ sub: 7 });
    const answer = await ask({ client_assertion_type: TYPE, client_assertion });
    expect([answer.status, refusal()]).toEqual([401, 'assertion_without_client']);
  });

  it('rejects a secret beside the assertion', async () => {
    const client_assertion = await assertion();
    const both = { client_assertion_type: TYPE, client_assertion, client_secret: 'x' };
    for (const extra of [both, { ...both, client_id: CLIENT_ID }]) {
      const answer = await ask(extra);
      expect([answer.status, answer.json()['error']]).toEqual([400, 'invalid_request']);
    }
  });

  it.each([
    ['a short RSA key', async () => exportJWK(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)],
    ['a key without parameters', async () => ({ kty: 'RSA', kid: 'x', alg: 'RS256' })],
    ['a key of an unknown type', async () => ({ kty: 'nonsense' })],
    ['a key of an unsupported type', async () => exportJWK(generateKeyPairSync('ed25519').publicKey)],
  ])('does not register %s', async (_, make) => {
    const jwk = await make();
    expect(() => landscape.application.trustKeys({ keys: [jwk] })).toThrow(RangeError);
  });

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])(
    'does not register a key with %s',
    async (part) => {
      const { jwk } = await keyPair('third');
      expect(() => landscape.application.trustKeys({ keys: [{ ...jwk, [part]: 'x' }] })).toThrow(
        'public keys only',
      );
    },
  );

  it('registers public keys only, and at most 20 key sets', async () => {
    const application = landscape.tenant.addApplication();
    const secret = { kty: 'oct', k: 'c2VjcmV0' };
    expect(() => application.trustKeys({ keys: [secret] })).toThrow('public keys only');
    const privateJwk = await exportJWK(key);
    expect(() => application.trustKeys({ keys: [privateJwk] })).toThrow('public keys only');
    for (let set = 0; set < 20; set += 1) application.trustKeys({ keys: [] });
    expect(() => application.trustKeys({ keys: [] })).toThrow('at most 20');
  });

  it('never logs an assertion', async () => {
    const sent = await assertion();
    await askWith(sent);
    expect(JSON.stringify([...(landscape.tenant.requests.at(-1)?.form ?? [])])).not.toContain(sent);
  });
});
