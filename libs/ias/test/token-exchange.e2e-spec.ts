import type { Tenant } from '@nest-ias/landscape';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { decodeJwt } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { RedactedToken } from '../src/core/redacted.js';
import { IasAuthGuard, IasTokenProvider, RawToken } from '../src/index.js';
import type { TokenRequestError } from '../src/index.js';
import { startGuardedApp } from './guarded-app.js';
import { useOutbound } from './outbound-hooks.js';
import { sendRaw } from './raw-request.js';

const outbound = useOutbound();
let tokens: IasTokenProvider;

beforeEach(async () => {
  tokens = (await outbound.startModule()).get(IasTokenProvider);
});

const user = { id: 'jo', email: 'jo@example.com' };
/** What `@RawToken()` injects. */
const userToken = async (claims = {}, tenant = outbound.landscape.tenant) =>
  new RedactedToken(
    await tenant.issueToken({ application: outbound.landscape.application, user, claims }),
    tenant.url,
  );

describe('exchangeToken', () => {
  it('fetches a token of the user, bound to the certificate of the app, as a JWT and without a refresh token', async () => {
    const token = await tokens.exchangeToken(await userToken());
    expect(decodeJwt(token.value)).toMatchObject({
      sap_id_type: 'user',
      cnf: { 'x5t#S256': token.certificateThumbprint },
    });
    expect(Object.fromEntries(outbound.landscape.tenant.requests[0]?.form ?? [])).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: '[redacted]',
      token_format: 'jwt',
      refresh_expiry: '0',
      app_tid: outbound.landscape.application.appTid,
    });
  });

  it('sends one request for the same user token, and another one for another user token', async () => {
    const [one, two] = [await userToken(), await userToken()];
    const first = await tokens.exchangeToken(one);
    expect(await tokens.exchangeToken(one)).toBe(first);
    expect(await tokens.exchangeToken(two)).not.toBe(first);
    expect(outbound.landscape.tenant.counters.token).toBe(2);
  });

  it('returns a token that expires with the user token and is not refreshed', async () => {
    const exp = Math.floor(outbound.now / 1_000) + 600;
    const assertion = await userToken({ exp });
    const token = await tokens.exchangeToken(assertion);
    expect(token.expiresAt).toBe(exp * 1_000);
    outbound.forward(590);
    expect(await tokens.exchangeToken(assertion)).toBe(token);
    expect(outbound.landscape.tenant.counters.token).toBe(1);
  });

  it('fails without consequences for other requests if the tenant does not accept the user token', async () => {
    const expired = await userToken({ exp: Math.floor(outbound.now / 1_000) - 60 });
    await expect(tokens.exchangeToken(expired)).rejects.toMatchObject({ code: 'assertion_rejected' });
    await expect(tokens.getToken()).resolves.toBeDefined();
  });

  it('sends the request to the tenant that issued the token, regardless of its claims, and with its app_tid', async () => {
    const subscriber = await outbound.landscape.addTenant();
    subscriber.subscribeTo(outbound.landscape.application);
    const token = await tokens.exchangeToken(await userToken({}, subscriber));
    expect(decodeJwt(token.value)).toMatchObject({ iss: subscriber.url, app_tid: subscriber.appTid });
    expect(subscriber.counters.token).toBe(1);
    const disguised = await userToken({ iss: 'https://evil.localhost' });
    await expect(tokens.exchangeToken(disguised)).rejects.toMatchObject({ code: 'assertion_rejected' });
    expect(outbound.landscape.tenant.counters.token).toBe(1);
  });
});

describe('a failing tenant', () => {
  it('does not affect requests to other tenants by its circuit or cool-down', async () => {
    const [failing, stranger] = [await outbound.landscape.addTenant(), await outbound.landscape.addTenant()];
    failing.subscribeTo(outbound.landscape.application);
    failing.faults.add({ endpoint: 'token', kind: 'status', status: 500 });
    const codes = [];
    // three calls with up to four requests each open the circuit; a tenant that does not know the client rejects it once
    for (const tenant of [failing, failing, failing, failing, stranger, stranger]) {
      const error: unknown = await tokens
        .exchangeToken(await userToken({}, tenant))
        .catch((failure: unknown) => failure);
      codes.push((error as TokenRequestError).code);
    }
    expect(codes.slice(3)).toEqual(['token_endpoint_circuit_open', 'client_rejected', 'client_cooling_down']);
    await expect(tokens.getToken()).resolves.toBeDefined();
    await expect(tokens.exchangeToken(await userToken())).resolves.toBeDefined();
  });
});

describe('exchangeToken behind the guard', () => {
  @Controller('exchange')
  class ExchangeController {
    constructor(private readonly tokens: IasTokenProvider) {}

    @Get()
    async exchange(@RawToken() token: RedactedToken): Promise<unknown> {
      return decodeJwt((await this.tokens.exchangeToken(token)).value);
    }
  }

  @Module({
    controllers: [ExchangeController],
    providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
  })
  class ExchangeModule {}

  it('serves only users of tenants that the resolver accepts', async () => {
    const [subscriber, stranger] = [
      await outbound.landscape.addTenant(),
      await outbound.landscape.addTenant(),
    ];
    for (const tenant of [subscriber, stranger]) tenant.subscribeTo(outbound.landscape.application);
    const app = await startGuardedApp({
      clock: () => outbound.now,
      ias: {
        outbound: true,
        credentials: await outbound.bind(),
        caFile: outbound.caFile,
        issuerResolver: (issuer) => issuer === subscriber.url,
      },
      module: ExchangeModule,
    });
    const exchange = async (tenant: Tenant) => {
      const token = (await userToken({}, tenant)).reveal();
      const answer = await sendRaw(`${app.url}/exchange`, [['authorization', `Bearer ${token}`]]);
      return [answer.status, JSON.parse(answer.body) as unknown] as const;
    };
    expect(await exchange(outbound.landscape.tenant)).toMatchObject([
      200,
      { iss: outbound.landscape.tenant.url },
    ]);
    expect(await exchange(subscriber)).toMatchObject([200, { iss: subscriber.url, sap_id_type: 'user' }]);
    expect(await exchange(stranger)).toMatchObject([401, { code: 'token_issuer_untrusted' }]);
    expect(stranger.requests).toEqual([]);
    await app.close();
  });
});
