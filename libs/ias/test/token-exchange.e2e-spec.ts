import type { Landscape } from '@nest-ias/landscape';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RedactedToken } from '../src/guard/redacted.token.js';
import { IasTokenProvider } from '../src/index.js';
import { Outbound } from './outbound.js';

let outbound: Outbound;
let landscape: Landscape;
let tokens: IasTokenProvider;

beforeAll(async () => {
  outbound = await Outbound.start({
    grantTypes: ['client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
  });
  ({ landscape } = outbound);
});
afterAll(() => outbound.stop());
beforeEach(async () => {
  landscape.tenant.reset();
  tokens = (await outbound.startModule()).get(IasTokenProvider);
});
afterEach(() => outbound.closeModules());

const user = { email: 'jo@example.com' };
const userToken = async (claims = {}) =>
  new RedactedToken(await landscape.tenant.issueToken({ user, claims } as never));
const claimsOf = (text: string) =>
  JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;

describe('exchangeToken', () => {
  it("gets a token of the user's, bound to our certificate, and asks for a JWT without a refresh token", async () => {
    const token = await tokens.exchangeToken(await userToken());
    expect(claimsOf(token.value)).toMatchObject({
      sap_id_type: 'user',
      cnf: { 'x5t#S256': token.certificateThumbprint },
    });
    expect(Object.fromEntries(landscape.tenant.requests[0]?.form ?? [])).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: '[redacted]',
      token_format: 'jwt',
      refresh_expiry: '0',
      app_tid: landscape.application.appTid,
    });
  });

  it('asks once for the same user token, and again for another', async () => {
    const [one, two] = [await userToken(), await userToken()];
    const first = await tokens.exchangeToken(one);
    expect(await tokens.exchangeToken(one)).toBe(first);
    expect(await tokens.exchangeToken(two)).not.toBe(first);
    expect(landscape.tenant.counters.token).toBe(2);
  });

  it('does not outlive the user token, and is not refreshed ahead', async () => {
    const exp = Math.floor(outbound.now / 1_000) + 600;
    const assertion = await userToken({ exp });
    const token = await tokens.exchangeToken(assertion);
    expect(token.expiresAt).toBe(exp * 1_000);
    outbound.forward(590);
    expect(await tokens.exchangeToken(assertion)).toBe(token);
    expect(landscape.tenant.counters.token).toBe(1);
  });

  it("is the caller's error where the tenant does not accept the user token", async () => {
    const expired = await userToken({ exp: Math.floor(outbound.now / 1_000) - 60 });
    await expect(tokens.exchangeToken(expired)).rejects.toMatchObject({ code: 'assertion_rejected' });
    // and no reason to leave the tenant in peace
    await expect(tokens.getToken()).resolves.toBeDefined();
  });

  it('does not send the token of a user to a tenant that is not trusted', async () => {
    const foreign = await userToken({ iss: 'https://evil.localhost' });
    await expect(tokens.exchangeToken(foreign)).rejects.toMatchObject({ code: 'assertion_rejected' });
    expect(landscape.tenant.counters.token).toBe(0);
  });
});
