import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { ClientRequest } from 'node:http';
import { Agent, createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ServerNames } from '@nest-ias/landscape';
import { HttpService } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { IasHttpModule } from '../src/axios/index.js';
import { IasTokenProvider } from '../src/index.js';
import { CollectingLogger } from './collecting-logger.js';
import { startGuardedApp } from './guarded-app.js';
import { useOutbound } from './outbound-hooks.js';
import { sendRaw } from './raw-request.js';

const outbound = useOutbound();
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Starts a server with a trusted certificate that has the common name `localhost` and these names; returns its host. */
async function serve(names: Partial<ServerNames>): Promise<string> {
  const issued = await outbound.landscape.issueServerCertificate({ commonName: 'localhost', ...names });
  const { certificate: cert, key } = issued;
  const server = createServer({ cert, key }, (_, response) => response.writeHead(500).end());
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `localhost:${(server.address() as AddressInfo).port}`;
}

async function bindTo(host: string): Promise<Record<string, unknown>> {
  return { ...(await outbound.bind()), url: `https://${host}`, domains: [host] };
}

async function tokenFailure(host: string): Promise<unknown> {
  const module = await outbound.startModule({ credentials: await bindTo(host) });
  return module
    .get(IasTokenProvider)
    .getToken()
    .catch((error: unknown) => error);
}

async function callFailure(host: string): Promise<unknown> {
  @Module({ imports: [IasHttpModule.registerAsync({ useFactory: () => ({ baseURL: `https://${host}` }) })] })
  class CallingModule {}
  const module = await outbound.startModule({}, [CallingModule]);
  const { axiosRef } = module.get(HttpService, { strict: false });
  return axiosRef.get('/').catch((error: unknown) => error);
}

/** Log of the guard when it needs the keys of the tenant at this host. */
async function guardLog(host: string): Promise<[number, string]> {
  const logger = new CollectingLogger();
  const ias = { credentials: await bindTo(host), caFile: outbound.caFile };
  const app = await startGuardedApp({ ias, logger });
  const token = await outbound.landscape.tenant.issueToken({ claims: { iss: `https://${host}` } });
  const { status } = await sendRaw(`${app.url}/endpoint`, [['authorization', `Bearer ${token}`]]);
  await app.close();
  return [status, logger.lines.join('\n')];
}

const REFUSED = 'ERR_TLS_CERT_ALTNAME_INVALID';

describe.each<[string, Partial<ServerNames>]>([
  ['without a subjectAltName', {}],
  ['whose subjectAltName contains an address only', { ipAddresses: ['127.0.0.1'] }],
  ['whose subjectAltName names another host', { dnsNames: ['elsewhere.localhost'] }],
])('a server certificate %s is rejected, regardless of its common name', (_, names) => {
  it('by the token provider', async () => {
    expect(await tokenFailure(await serve(names))).toMatchObject({
      code: 'token_endpoint_untrusted',
      message: expect.stringContaining(REFUSED),
    });
  });

  it('by the client', async () => {
    expect(await callFailure(await serve(names))).toMatchObject({
      code: 'downstream_untrusted',
      message: expect.stringContaining(REFUSED),
    });
  });

  it('by the guard, for the keys of the tenant', async () => {
    expect(await guardLog(await serve(names))).toEqual([503, expect.stringContaining(REFUSED)]);
  });
});

it('accepts a server certificate that names the host', async () => {
  const host = await serve({ dnsNames: ['localhost'] });
  expect(await tokenFailure(host)).toMatchObject({ code: 'token_endpoint_unavailable' });
  expect(await callFailure(host)).toMatchObject({ code: 'downstream_failed', status: 500 });
  expect(await guardLog(host)).toEqual([503, expect.not.stringContaining(REFUSED)]);
});

it('every connection of the guard over TLS, those of xssec included, checks the subjectAltName', async () => {
  const requests: ClientRequest[] = [];
  const collect = (message: unknown) => requests.push((message as { request: ClientRequest }).request);
  const { tenant } = outbound.landscape;
  const app = await startGuardedApp({
    ias: { credentials: await outbound.bind(), caFile: outbound.caFile },
  });
  subscribe('http.client.request.start', collect);
  const seconds = Math.floor(Date.now() / 1_000);
  const statuses: number[] = [];
  for (const claims of [{}, { exp: seconds - 600 }, { aud: 'another' }, { azp: 'another' }]) {
    const token = await tenant.issueToken({ claims });
    statuses.push((await sendRaw(`${app.url}/endpoint`, [['authorization', `Bearer ${token}`]])).status);
  }
  unsubscribe('http.client.request.start', collect);
  await app.close();
  expect(statuses).toEqual([200, 401, 401, 401]);
  const secure = requests.filter(({ protocol }) => protocol === 'https:');
  expect(secure.length).toBeGreaterThan(0);
  for (const { agent } of secure as (ClientRequest & { agent: unknown })[]) {
    expect(agent).toBeInstanceOf(Agent);
    expect((agent as Agent).options.checkServerIdentity).toBeTypeOf('function');
  }
});
