import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestToken, send } from '../../test/https-client.js';
import { type Application, type IdentityCredentials, type Landscape, startLandscape } from '../index.js';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const PROVIDER = 'urn:sap:identity:application:provider';

describe('applications and tenants', () => {
  let landscape: Landscape;
  let consumer: IdentityCredentials;
  let provider: Application;

  beforeAll(async () => {
    landscape = await startLandscape({
      providedApis: ['orders'],
      grantTypes: ['client_credentials', JWT_BEARER],
    });
    provider = landscape.tenant.addApplication({ providedApis: ['read', 'write'], tokenValidity: 60 });
    landscape.application.dependOn(provider, { name: 'warehouse', apis: ['read'] });
    consumer = await landscape.issueBinding({ type: 'X509_GENERATED' });
  });
  afterAll(async () => landscape.stop());

  const claimsOf = async (credentials: IdentityCredentials, extra: Record<string, string> = {}) => {
    const answer = await requestToken(landscape, credentials, extra);
    return answer.status === 200 ? decodeJwt(String(answer.json()['access_token'])) : answer.json();
  };
  const jwksStatus = async (headers: Record<string, string>, url = landscape.tenant.url) =>
    (await send(`${url}/oauth2/certs`, { landscape, headers })).status;

  it.each([
    ['name', () => `${PROVIDER}:name:warehouse`],
    ['client id', () => `${PROVIDER}:clientid:${provider.clientId}`],
    ['client id and tenant', () => `${PROVIDER}:clientid:${provider.clientId}:apptid:${provider.appTid}`],
  ])('issues a token for another application, by %s of the dependency', async (_, resource) => {
    expect(await claimsOf(consumer, { resource: resource() })).toMatchObject({
      sub: consumer.clientid,
      azp: consumer.clientid,
      aud: provider.clientId,
      ias_apis: ['read'],
    });
  });

  it('issues a token with the APIs of every dependency on an application, by its client id', async () => {
    const application = landscape.tenant.addApplication();
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED' }, application);
    application.dependOn(provider, { name: 'reading', apis: ['read'] });
    application.dependOn(provider, { name: 'both', apis: ['read', 'write'] });
    expect(await claimsOf(binding, { resource: `${PROVIDER}:clientid:${provider.clientId}` })).toMatchObject({
      ias_apis: ['read', 'write'],
    });
    expect(await claimsOf(binding, { resource: `${PROVIDER}:name:reading` })).toMatchObject({
      ias_apis: ['read'],
    });
  });

  it('issues a token for an API of the same application', async () => {
    expect(await claimsOf(consumer, { resource: 'urn:sap:identity:api:name:orders' })).toMatchObject({
      aud: consumer.clientid,
      ias_apis: ['orders'],
    });
  });

  it('issues a token for several resources at once, and names every audience', async () => {
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: consumer.clientid });
    form.append('resource', `${PROVIDER}:name:warehouse`);
    form.append('resource', 'urn:sap:identity:api:name:orders');
    const answer = await send(`${consumer.url}/oauth2/token`, {
      landscape,
      credentials: consumer,
      body: form,
    });
    expect(decodeJwt(String(answer.json()['access_token']))).toMatchObject({
      aud: [provider.clientId, consumer.clientid],
      ias_apis: ['read', 'orders'],
    });
  });

  it.each([`${PROVIDER}:name:unknown`, `${PROVIDER}:clientid:unknown`, 'urn:sap:identity:api:name:no', 'x'])(
    'issues no token for the resource %s',
    async (resource) => {
      expect(await claimsOf(consumer, { resource })).toMatchObject({ error: 'invalid_target' });
    },
  );

  it('lets an application call a provider only with a dependency on it', async () => {
    const stranger = landscape.tenant.addApplication();
    const pair = (azp: string) => ({ 'x-client_id': provider.clientId, 'x-azp': azp });
    expect(await jwksStatus(pair(consumer.clientid))).toBe(200);
    expect(await jwksStatus(pair(stranger.clientId))).toBe(400);
    expect(await jwksStatus({ 'x-client_id': consumer.clientid, 'x-azp': provider.clientId })).toBe(400);
  });

  it('issues bindings for any application, and applies its token policy', async () => {
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED' }, provider);
    expect(binding.clientid).toBe(provider.clientId);
    const { iat = 0, exp = 0, sub } = await claimsOf(binding);
    expect([sub, Number(exp) - Number(iat)]).toEqual([provider.clientId, 60]);
  });

  it('rejects the credentials of another application', async () => {
    const answer = await requestToken(landscape, { ...consumer, clientid: provider.clientId });
    expect(answer.status).toBe(401);
  });

  it.each([59, 43_201, Number.NaN])('rejects a token validity of %d seconds', (tokenValidity) => {
    expect(() => landscape.tenant.addApplication({ tokenValidity })).toThrow(RangeError);
  });

  it('accepts four kinds of credentials for one application at once', async () => {
    const provided = await landscape.issueCertificate({ commonName: 'provided' });
    const attested = await landscape.issueCertificate({ commonName: 'attested' });
    const secret = await landscape.issueBinding({ type: 'SECRET' });
    const bindings = [
      consumer,
      {
        ...(await landscape.issueBinding({ type: 'X509_PROVIDED', certificate: provided.certificate })),
        ...provided,
      },
      {
        ...(await landscape.issueBinding({ type: 'X509_ATTESTED', certificate: attested.certificate })),
        ...attested,
      },
    ];
    for (const binding of bindings) expect(await claimsOf(binding)).toHaveProperty('cnf');
    expect(await claimsOf(secret, { client_secret: secret.clientsecret ?? '' })).toHaveProperty('sub');
  });

  describe('subscriber tenants', () => {
    it('have their own tokens, and the application accepts them', async () => {
      const subscriber = await landscape.addTenant({ appTid: 'subscriber' });
      subscriber.subscribeTo(landscape.application);
      const direct = await claimsOf({ ...consumer, url: subscriber.url });
      const named = await claimsOf(consumer, { app_tid: 'subscriber' });
      expect(direct).toMatchObject({ iss: subscriber.url, app_tid: 'subscriber' });
      expect(named).toMatchObject({ iss: landscape.tenant.url, app_tid: 'subscriber' });
      const headers = {
        'x-client_id': consumer.clientid,
        'x-app_tid': 'subscriber',
        'x-azp': consumer.clientid,
      };
      expect(await jwksStatus(headers, subscriber.url)).toBe(200);
      expect((await landscape.issueBinding({ type: 'NONE' })).domains).toContain(
        new URL(subscriber.url).host,
      );
    });

    it("that have not subscribed know neither the application nor the tenant's keys", async () => {
      const foreign = await landscape.addTenant();
      expect(await claimsOf({ ...consumer, url: foreign.url })).toMatchObject({ error: 'invalid_client' });
      expect(await jwksStatus({ 'x-client_id': consumer.clientid }, foreign.url)).toBe(400);
      expect(await claimsOf(consumer, { app_tid: foreign.appTid })).toMatchObject({
        error: 'invalid_request',
      });
    });
  });

  it('with a custom domain use it as issuer, and name their URL in ias_iss', async () => {
    const tenant = await landscape.addTenant({ customIssuer: 'https://login.example.com' });
    const application = tenant.addApplication();
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED' }, application);
    expect(await claimsOf(binding)).toMatchObject({ iss: 'https://login.example.com', ias_iss: tenant.url });
    expect(binding.url).toBe(tenant.url);
  });

  describe('jwt-bearer', () => {
    const user = { id: 'u-1', email: 'ada@example.com', givenName: 'Ada' };
    const exchange = async (assertion: string, extra: Record<string, string> = {}) =>
      claimsOf(consumer, { grant_type: JWT_BEARER, token_format: 'jwt', assertion, ...extra });

    it('exchanges a user token for a certificate-bound token', async () => {
      const claims = await exchange(await landscape.tenant.issueToken({ user }));
      expect(claims).toMatchObject({
        sub: 'u-1',
        user_uuid: 'u-1',
        email: 'ada@example.com',
        given_name: 'Ada',
        sap_id_type: 'user',
        azp: consumer.clientid,
        cnf: expect.anything(),
      });
    });

    it('returns an opaque token unless a JWT is requested', async () => {
      const assertion = await landscape.tenant.issueToken({ user });
      const answer = await requestToken(landscape, consumer, { grant_type: JWT_BEARER, assertion });
      expect(answer.status).toBe(200);
      expect(answer.json()['access_token']).not.toContain('.');
    });

    it.each([
      ['text', async () => 'nonsense'],
      ['a token of an application', async () => landscape.tenant.issueToken()],
      [
        'a token for another audience',
        async () => landscape.tenant.issueToken({ user, claims: { aud: 'other' } }),
      ],
      ['an expired token', async () => landscape.tenant.issueToken({ user, claims: { exp: 1 } })],
      [
        'a token of another issuer',
        async () => landscape.tenant.issueToken({ user, claims: { iss: 'https://x' } }),
      ],
      [
        'a token without expiry',
        async () => landscape.tenant.issueToken({ user, claims: { exp: undefined } }),
      ],
      ['a token without user', async () => landscape.tenant.issueToken({ user, claims: { sub: undefined } })],
      ['a numeric user', async () => landscape.tenant.issueToken({ user, claims: { sub: 7 } })],
      ['an expiry that is text', async () => landscape.tenant.issueToken({ user, claims: { exp: 'never' } })],
    ])('rejects %s as assertion', async (_, assertion) => {
      expect(await exchange(await assertion())).toMatchObject({ error: 'invalid_grant' });
    });

    it('rejects an assertion whose key is unusable', async () => {
      const other = await landscape.addTenant();
      const application = other.addApplication({ grantTypes: [JWT_BEARER] });
      const binding = await landscape.issueBinding({ type: 'X509_GENERATED' }, application);
      other.publishJwk({ kty: 'RSA', kid: 'bad' });
      const assertion = await other.issueToken({ user, application, header: { kid: 'bad' } });
      expect(await claimsOf(binding, { grant_type: JWT_BEARER, assertion })).toMatchObject({
        error: 'invalid_grant',
      });
      expect(other.requests.at(-1)?.refusal).toBe('assertion_key_unusable');
    });

    it('keeps the tenant of the user if the application serves it', async () => {
      const [subscriber, stranger] = [await landscape.addTenant(), await landscape.addTenant()];
      subscriber.subscribeTo(landscape.application);
      const appTidFor = async (appTid: unknown) => {
        const assertion = await landscape.tenant.issueToken({ user, claims: { app_tid: appTid } });
        return ((await exchange(assertion)) as { app_tid: string }).app_tid;
      };
      expect(await appTidFor(subscriber.appTid)).toBe(subscriber.appTid);
      expect(await appTidFor(stranger.appTid)).toBe(landscape.tenant.appTid);
      expect(await appTidFor(7)).toBe(landscape.tenant.appTid);
    });

    it('keeps only claims of the user that are text', async () => {
      const claims = { email: { at: 'home' }, given_name: ['Ada'], family_name: 'Lovelace' };
      const token = await exchange(await landscape.tenant.issueToken({ user, claims }));
      expect(token).toMatchObject({ sub: 'u-1', family_name: 'Lovelace' });
      expect(token).not.toHaveProperty('email');
      expect(token).not.toHaveProperty('given_name');
    });

    it('requires an assertion, and an application with this grant type', async () => {
      expect(await exchange('')).toMatchObject({ error: 'invalid_request' });
      const binding = await landscape.issueBinding({ type: 'X509_GENERATED' }, provider);
      expect(await claimsOf(binding, { grant_type: JWT_BEARER, assertion: 'x' })).toMatchObject({
        error: 'unauthorized_client',
      });
    });
  });
});
