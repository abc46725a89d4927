import * as openid from 'openid-client';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  certificateThumbprint,
  type IdentityCredentials,
  type Landscape,
  startLandscape,
} from '../src/index.js';
import { X509Certificate } from 'node:crypto';
import { type CertificateFetch, fetchWith, send } from './https-client.js';

const REDIRECT = 'https://app.localhost:4430/login/callback';

describe('a user who signs in with openid-client', () => {
  let landscape: Landscape;
  let binding: IdentityCredentials;
  let configuration: openid.Configuration;

  const fetchWithCertificate: CertificateFetch = async (url, options) =>
    fetchWith({ landscape, credentials: binding }, url, options);

  beforeAll(async () => {
    landscape = await startLandscape({
      users: [
        { id: 'u-1', email: 'jo@example.com', givenName: 'Jo', familyName: '<b>Doe', groups: ['admins'] },
        { id: 'u-2' },
      ],
    });
    binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
    configuration = await openid.discovery(
      new URL(landscape.tenant.url),
      binding.clientid,
      undefined,
      openid.TlsClientAuth(),
      { [openid.customFetch]: fetchWithCertificate },
    );
  });
  afterAll(async () => landscape.stop());

  interface Browser {
    cookie: string;
  }
  const visit = async (url: URL | string, browser: Browser, body?: URLSearchParams) => {
    const answer = await send(String(url), {
      landscape,
      headers: {
        ...(browser.cookie !== '' && { cookie: browser.cookie }),
        ...(body && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(body && { body }),
    });
    const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0];
    if (cookie !== undefined) browser.cookie = cookie;
    return answer;
  };
  /** Submits the form of the login page with the button of a user. */
  const pick = async (page: string, user: string, browser: Browser) => {
    const decoded = (text = '') => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"');
    const fields = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(
      ([, name, value]) => [decoded(name), decoded(value)],
    );
    return visit(
      `${landscape.tenant.url}/oauth2/authorize`,
      browser,
      new URLSearchParams([...fields, ['user', user]]),
    );
  };
  const request = async (verifier: string, extra: Record<string, string> = {}) =>
    openid.buildAuthorizationUrl(configuration, {
      redirect_uri: REDIRECT,
      scope: 'openid email',
      state: 'st&te',
      nonce: 'n-1',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...extra,
    });
  const signIn = async (browser: Browser, verifier: string) => {
    const page = await visit(await request(verifier), browser);
    expect(page.status).toBe(200);
    const { headers } = await pick(page.text, 'u-1', browser);
    return new URL(headers.location ?? '');
  };
  const checks = (verifier: string) => ({
    pkceCodeVerifier: verifier,
    expectedState: 'st&te',
    expectedNonce: 'n-1',
  });

  it('gets the tokens of IAS, bound to the certificate of the application', async () => {
    const verifier = openid.randomPKCECodeVerifier();
    const callback = await signIn({ cookie: '' }, verifier);
    expect(callback.origin + callback.pathname).toBe(REDIRECT);
    const tokens = await openid.authorizationCodeGrant(configuration, callback, checks(verifier));
    const user = {
      sub: 'u-1',
      user_uuid: 'u-1',
      scim_id: 'u-1',
      email: 'jo@example.com',
      given_name: 'Jo',
      family_name: '<b>Doe',
      groups: ['admins'],
    };
    expect(tokens.claims()).toMatchObject({
      ...user,
      iss: landscape.tenant.url,
      aud: binding.clientid,
      azp: binding.clientid,
      app_tid: landscape.tenant.appTid,
      sap_id_type: 'user',
      sid: expect.any(String),
      auth_time: expect.any(Number),
      at_hash: expect.any(String),
    });
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      ...user,
      aud: binding.clientid,
      sap_id_type: 'user',
      cnf: { 'x5t#S256': certificateThumbprint(new X509Certificate(binding.certificate ?? '')) },
    });
    expect(await openid.fetchUserInfo(configuration, tokens.access_token, 'u-1')).toEqual(user);

    const refreshed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
    expect(decodeJwt(refreshed.access_token)).toMatchObject(user);
    await expect(openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('signs in once, until they sign out', async () => {
    const browser = { cookie: '' };
    const verifier = openid.randomPKCECodeVerifier();
    const tokens = await openid.authorizationCodeGrant(
      configuration,
      await signIn(browser, verifier),
      checks(verifier),
    );
    const again = await visit(await request(verifier), browser);
    expect(again.headers.location).toMatch(/code=/);
    expect((await visit(await request(verifier, { prompt: 'login' }), browser)).status).toBe(200);

    const logout = openid.buildEndSessionUrl(configuration, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: 'https://app.localhost:4430/bye',
      state: 's',
    });
    expect((await visit(logout, browser)).headers.location).toBe('https://app.localhost:4430/bye?state=s');
    const none = await visit(await request(verifier, { prompt: 'none' }), browser);
    expect(none.headers.location).toMatch(/error=login_required/);
    await expect(openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const code = new URL(again.headers.location ?? '');
    await expect(openid.authorizationCodeGrant(configuration, code, checks(verifier))).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('sees a page without script that escapes what it shows', async () => {
    const { text, headers } = await visit(await request(openid.randomPKCECodeVerifier()), { cookie: '' });
    expect(text).toContain('Jo &lt;b&gt;Doe');
    expect(text).toContain('value="st&amp;te"');
    expect(text).not.toContain('<script');
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none';.*frame-ancestors 'none'.*form-action 'self' https:\/\/app\.localhost:4430$/,
    );
  });

  it('can exchange a code once, with its verifier and redirect URI, as the same client', async () => {
    const exchange = async (code: string, extra: Record<string, string>, credentials = binding) => {
      const { status, json } = await send(`${landscape.tenant.url}/oauth2/token`, {
        landscape,
        credentials,
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: credentials.clientid,
          code,
          redirect_uri: REDIRECT,
          ...extra,
        }),
      });
      return status === 200 ? 200 : json()['error'];
    };
    const verifier = openid.randomPKCECodeVerifier();
    const other = await landscape.issueBinding({ type: 'X509_GENERATED' }, landscape.tenant.addApplication());
    const code = async () => (await signIn({ cookie: '' }, verifier)).searchParams.get('code') ?? '';
    const good = { code_verifier: verifier };
    expect(await exchange(await code(), {})).toBe('invalid_grant');
    expect(await exchange(await code(), { code_verifier: 'wrong' })).toBe('invalid_grant');
    expect(await exchange(await code(), { ...good, redirect_uri: `${REDIRECT}/` })).toBe('invalid_grant');
    expect(await exchange(await code(), good, other)).toBe('invalid_grant');
    expect(await exchange('unknown', good)).toBe('invalid_grant');
    expect(await exchange('', good)).toBe('invalid_request');
    const once = await code();
    expect(await exchange(once, good)).toBe(200);
    expect(await exchange(once, good)).toBe('invalid_grant');
  });

  it.each<[string, Record<string, string>, string]>([
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a malformed challenge', { code_challenge: 'short' }, 'invalid_request'],
    ['an unknown resource', { resource: 'urn:x' }, 'invalid_target'],
    ['a foreign tenant', { app_tid: 'other' }, 'invalid_request'],
    ['another response mode', { response_mode: 'fragment' }, 'invalid_request'],
  ])('is sent back with an error for %s', async (_, extra, error) => {
    const { status, headers } = await visit(await request('v'.repeat(43), extra), { cookie: '' });
    expect(status).toBe(303);
    const target = new URL(headers.location ?? '');
    expect(target.searchParams.get('error')).toBe(error);
    expect(target.searchParams.get('state')).toBe('st&te');
  });

  it.each<[string, Record<string, string>]>([
    ['an unknown client', { client_id: 'nobody' }],
    ['a redirect to another machine', { redirect_uri: 'https://evil.example/' }],
    ['a redirect with credentials', { redirect_uri: 'https://localhost@evil.example/' }],
    ['a redirect that runs a script', { redirect_uri: 'javascript:alert(1)//localhost' }],
    ['a redirect with a fragment', { redirect_uri: `${REDIRECT}#x` }],
  ])('is not redirected by %s', async (_, extra) => {
    const { status, headers } = await visit(await request('v'.repeat(43), extra), { cookie: '' });
    expect(status).toBe(400);
    expect(headers.location).toBeUndefined();
  });

  it('can only be signed in by the page, and only as a user of the tenant', async () => {
    const browser = { cookie: '' };
    const page = (await visit(await request('v'.repeat(43)), browser)).text;
    expect((await pick(page, 'nobody', browser)).status).toBe(400);
    const forged = await send(`${landscape.tenant.url}/oauth2/authorize`, {
      landscape,
      headers: { 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({ user: 'u-1' }),
    });
    expect(forged.status).toBe(403);
  });

  it('is described by userinfo only to the holder of an access token', async () => {
    const ask = async (authorization: string | undefined, credentials?: IdentityCredentials) => {
      const answer = await send(`${landscape.tenant.url}/oauth2/userinfo`, {
        landscape,
        headers: authorization === undefined ? {} : { authorization },
        ...(credentials && { credentials }),
      });
      return answer.status;
    };
    const token = await landscape.tenant.issueToken({ user: { id: 'u-1' } });
    expect(await ask(`Bearer ${token}`)).toBe(200);
    const bound = await landscape.tenant.issueToken({
      user: { id: 'u-1' },
      certificate: binding.certificate ?? '',
    });
    expect(await ask(`Bearer ${bound}`)).toBe(401);
    expect(await ask(`Bearer ${bound}`, binding)).toBe(200);
    expect(await ask(undefined)).toBe(401);
    expect(await ask('Bearer x.y.z')).toBe(401);
    expect(await ask(`Bearer ${await landscape.tenant.issueToken()}`)).toBe(401);
    const expired = await landscape.tenant.issueToken({ user: { id: 'u-1' }, claims: { exp: 1 } });
    expect(await ask(`Bearer ${expired}`)).toBe(401);
  });

  it('finds their tenant by subdomain or app_tid', async () => {
    const ask = async (path: string) =>
      send(`${landscape.tenant.url}/sap/rest/tenantLoginInfo${path}`, { landscape });
    const bySubdomain = await ask('/localhost?iasClient=x');
    expect(bySubdomain.json()).toMatchObject({
      status: 'ACTIVE',
      authentication: 'ias',
      app_tid: landscape.tenant.appTid,
      authorization_endpoint: `${landscape.tenant.url}/oauth2/authorize`,
    });
    expect((await ask(`/?id=${landscape.tenant.appTid}`)).json()).toMatchObject({ subdomain: 'localhost' });
    expect((await ask('/other')).status).toBe(404);
    expect((await ask('')).status).toBe(404);
  });
});

it('an application with redirect URIs is redirected to those only', async () => {
  const landscape = await startLandscape({
    redirectUris: ['https://app.example/callback', 'https://other.example/login/*'],
  });
  const status = async (redirectUri: string) => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: landscape.application.clientId,
      redirect_uri: redirectUri,
    });
    return (await send(`${landscape.tenant.url}/oauth2/authorize?${query}`, { landscape })).status;
  };
  expect(await status('https://app.example/callback')).toBe(200);
  expect(await status('https://other.example/login/x')).toBe(200);
  expect(await status('https://app.example/callback2')).toBe(400);
  for (const up of ['../x', '..', '%2e%2e/x', '.%2E/x', '..\\x', '\\..\\..\\x']) {
    expect([up, await status(`https://other.example/login/${up}`)]).toEqual([up, 400]);
  }
  expect(await status('https://localhost/')).toBe(400);
  await landscape.stop();
});
