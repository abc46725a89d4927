import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mountBinding } from '@nest-ias/landscape';
import type { IdentityCredentials, Landscape } from '@nest-ias/landscape';
import { HttpService } from '@nestjs/axios';
import { Controller, Get, Logger, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { TestingModule } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { SecretScanner } from '../../../test/helper/secret-scanner.js';
import { IasHttpModule } from '../src/axios/index.js';
import { BindingRenewal } from '../src/binding/binding-renewal.js';
import {
  CertificateHealthIndicator,
  IasAuthGuard,
  IasError,
  IasEvents,
  IasTokenProvider,
  IdentityBindings,
  RawToken,
} from '../src/index.js';
import type { IasModuleOptions, RedactedToken } from '../src/index.js';
import { CollectingLogger } from './collecting-logger.js';
import { EVENT_NAMES } from './event-names.js';
import { startGuardedApp } from './guarded-app.js';
import { Outbound } from './outbound.js';
import { RecordedTelemetry } from './recorded-telemetry.js';
import { sendRaw } from './raw-request.js';

const scanner = new SecretScanner();
const logger = new CollectingLogger();
const telemetry = new RecordedTelemetry();
const events: object[] = [];
const errors: Error[] = [];

let outbound: Outbound;
let landscape: Landscape;
/** Answers calls of the outbound client. */
let answer: RequestListener;
let target: Server;

beforeAll(async () => {
  telemetry.start();
  outbound = await Outbound.start({
    clientKey: 'RSA-2048',
    grantTypes: ['client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
  });
  ({ landscape } = outbound);
  target = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => target.once('listening', resolve));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  telemetry.stop();
  target.close();
  await outbound.stop();
});

@Module({
  imports: [
    IasHttpModule.registerAsync({
      useFactory: () => ({ baseURL: `http://127.0.0.1:${(target.address() as AddressInfo).port}` }),
    }),
  ],
  exports: [IasHttpModule],
})
class CallingModule {}

async function start(options: IasModuleOptions): Promise<TestingModule> {
  const module = await outbound.startModule(options, [CallingModule]);
  Logger.overrideLogger(logger);
  for (const name of EVENT_NAMES) module.get(IasEvents).on(name, (event) => events.push({ name, ...event }));
  await module.init();
  return module;
}

/** What it failed with; the tokens it got are the scanner's to know. */
async function attempt(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'success';
  } catch (error) {
    errors.push(error as Error);
    return error instanceof IasError ? error.code : 'unexpected';
  }
}

async function getToken(module: TestingModule): Promise<string> {
  const token = module.get(IasTokenProvider).getToken();
  token.then(({ value }) => scanner.addToken(value)).catch(() => undefined);
  return attempt(token);
}

const call = async (module: TestingModule, listener: RequestListener): Promise<string> => {
  answer = (request, response) => {
    scanner.addToken(String(request.headers.authorization).slice('Bearer '.length));
    listener(request, response);
  };
  return attempt(firstValueFrom(module.get(HttpService, { strict: false }).get('/endpoint')));
};

async function bind(type: 'X509_GENERATED' | 'SECRET' = 'X509_GENERATED'): Promise<IdentityCredentials> {
  const credentials = await landscape.issueBinding(
    type === 'SECRET' ? { type } : { type, appIdentifier: 'outbound' },
  );
  scanner.addCredentials(credentials);
  return credentials;
}

async function failAtTheTokenEndpoint(credentials: IdentityCredentials): Promise<string[]> {
  const { faults } = landscape.tenant;
  const codes: string[] = [];
  const leak = JSON.stringify({
    access_token: await landscape.tenant.issueToken(),
    token_type: 'mac',
    expires_in: 1,
    clientsecret: 'client_secret=leak',
  });
  for (const fault of [
    { kind: 'reset' },
    { kind: 'status', status: 500 },
    { kind: 'throttle', retryAfter: 3_600 },
    { kind: 'malformed' },
    { kind: 'malformed', body: leak },
    { kind: 'oversized', bytes: 100_000 },
    { kind: 'redirect', location: 'https://elsewhere.localhost/oauth2/token' },
  ] as const) {
    const module = await start({ credentials });
    faults.add({ endpoint: 'token', ...fault });
    codes.push(await getToken(module));
    faults.clear();
  }
  return codes;
}

async function rotate(): Promise<string[]> {
  const root = outbound.file('bindings');
  for (const name of ['VCAP_SERVICES', 'VCAP_SERVICES_FILE_PATH']) vi.stubEnv(name, undefined);
  vi.stubEnv('SERVICE_BINDING_ROOT', root);
  await mountBinding(root, await bind());
  const module = await start({ credentials: undefined });
  const outcomes = [await getToken(module)];
  const good = await bind();
  const { key } = (await bind()) as { key?: string };
  for (const next of [{ ...good, key }, { ...good, key: 'x' }, good]) {
    await mountBinding(root, next as IdentityCredentials);
    for (const _ of [1, 2]) module.get(BindingRenewal).check();
    outcomes.push(module.get(IdentityBindings).refusedChange ?? 'renewed', await getToken(module));
    expect(scanner.findIn(module.get(CertificateHealthIndicator).check())).toEqual([]);
  }
  return outcomes;
}

@Controller('exchange')
class ExchangeController {
  constructor(private readonly tokens: IasTokenProvider) {}

  @Get()
  async exchange(@RawToken() token: RedactedToken): Promise<string> {
    const exchanged = this.tokens.exchangeToken(token);
    exchanged.then(({ value }) => scanner.addToken(value)).catch(() => undefined);
    new Logger('App').log({ token, got: await exchanged });
    return 'done';
  }
}

@Module({
  controllers: [ExchangeController],
  providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
})
class ExchangeModule {}

async function exchangeBehindTheGuard(): Promise<number[]> {
  const ias = { outbound: true, credentials: await bind(), caFile: outbound.caFile };
  const app = await startGuardedApp({ ias, module: ExchangeModule, logger, clock: () => outbound.now });
  const userToken = (claims = {}) => landscape.tenant.issueToken({ user: { id: 'jo' }, claims });
  const seconds = outbound.now / 1_000;
  const valid = await userToken();
  const headers = [
    valid,
    await userToken({ exp: seconds - 600 }),
    await userToken({ iss: 'https://evil.localhost' }),
    `${valid.slice(0, -8)}AAAAAAAA`,
    `${valid} ${valid}`,
    await userToken({ cnf: { 'x5t#S256': 'A'.repeat(43) } }),
    `${valid}\u00ff`,
  ].map((token) => ['authorization', `Bearer ${token}`] as const);
  const statuses: number[] = [];
  for (const header of [...headers, ['authorization', `Basic ${valid}`] as const]) {
    scanner.addToken(header[1].slice('Bearer '.length).split(' ')[0] ?? '');
    const { status, body, headers } = await sendRaw(`${app.url}/exchange`, [header]);
    expect(scanner.findIn([body, headers])).toEqual([]);
    statuses.push(status);
  }
  // the exchange fails, then the verdict on a caller that has not been here yet
  for (const [endpoint, claims] of [
    ['token', {}],
    ['jwks', { azp: 'another' }],
  ] as const) {
    landscape.tenant.faults.add({ endpoint, kind: 'malformed', body: valid });
    const token = await userToken(claims);
    scanner.addToken(token);
    statuses.push((await sendRaw(`${app.url}/exchange`, [['authorization', `Bearer ${token}`]])).status);
    landscape.tenant.faults.clear();
  }
  await app.close();
  return statuses;
}

// Everything the library can do wrong, in one go: what it says about it is scanned at the end.
it('no log line, error, event or metric contains a token, a key or a secret', async () => {
  const x509 = await bind();
  const secret = await bind('SECRET');
  const x509Key = String((x509 as { key?: string }).key);
  const module = await start({ credentials: x509 });

  expect(await getToken(module)).toBe('success');
  const rejects: RequestListener = (_, response) =>
    response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
  const echoes =
    (status: number): RequestListener =>
    ({ headers }, response) =>
      response.writeHead(status, { 'x-echo': headers.authorization }).end(headers.authorization);
  const calls: string[] = [];
  for (const listener of [echoes(200), rejects, echoes(401), echoes(500), echoes(302)]) {
    calls.push(await call(module, listener));
  }
  calls.push(await call(module, (_, response) => response.destroy()));
  calls.push(
    await attempt(module.get(HttpService, { strict: false }).axiosRef.get('https://elsewhere.localhost/')),
  );
  expect(calls).toEqual([
    'success',
    'downstream_rejected',
    'downstream_rejected',
    'downstream_failed',
    'downstream_failed',
    'downstream_unreachable',
    'downstream_forbidden_target',
  ]);

  expect(await failAtTheTokenEndpoint(x509)).toEqual([
    'token_endpoint_unreachable',
    'token_endpoint_unavailable',
    'token_endpoint_overloaded',
    'token_response_malformed',
    'token_type_unsupported',
    'token_response_too_large',
    'token_endpoint_redirected',
  ]);
  expect(await getToken(await start({ credentials: secret }))).toBe('success');
  const wrong = { ...secret, clientsecret: 'wrong-secret-wrong-secret' };
  scanner.addCredentials(wrong);
  const refused = await start({ credentials: wrong });
  expect([await getToken(refused), await getToken(refused)]).toEqual([
    'client_rejected',
    'client_cooling_down',
  ]);
  const revoked = await bind();
  landscape.tenant.revokeCertificate(String((revoked as { certificate?: string }).certificate));
  expect(await getToken(await start({ credentials: revoked }))).toBe('client_rejected');
  for (const broken of [
    { ...x509, key: (revoked as { key?: string }).key },
    { ...x509, key: 'nonsense' },
    { ...x509, domains: 5 },
    { ...x509, url: 'http://localhost' },
    JSON.stringify(x509),
  ]) {
    expect(await attempt(start({ credentials: broken }))).toMatch(/^binding_/);
  }
  // a key where its path should be
  for (const option of ['privateKeyFile', 'certificateFile', 'caFile']) {
    const mistaken = start({ credentials: x509, [option]: x509Key });
    expect(await attempt(mistaken)).toBe('configuration_invalid');
  }
  expect(await rotate()).toEqual([
    'success',
    'binding_certificate_invalid',
    'success',
    'binding_certificate_invalid',
    'success',
    'renewed',
    'success',
  ]);
  expect(await exchangeBehindTheGuard()).toEqual([200, 401, 401, 401, 400, 401, 401, 401, 500, 503]);
  outbound.forward(29.5 * 86_400);
  await start({ credentials: x509 });

  expect(events.map((event) => (event as { name: string }).name)).toEqual(
    expect.arrayContaining([
      'token-request.failed',
      'token.invalidated',
      'binding.refused',
      'cooldown.started',
    ]),
  );
  expect(logger.lines.length).toBeGreaterThan(10);
  expect(errors.length).toBeGreaterThan(20);
  for (const error of errors) expect([error.message, scanner.findIn(error)]).toEqual([error.message, []]);
  for (const line of logger.lines) expect([line, scanner.find(line)]).toEqual([line, []]);
  expect(scanner.findIn(events)).toEqual([]);
  const told = telemetry.spans().map(({ name, attributes, events, status, resource }) => ({
    name,
    attributes,
    events,
    status,
    resource: resource.attributes,
  }));
  expect(told.length).toBeGreaterThan(10);
  expect(scanner.findIn(told)).toEqual([]);
  expect(scanner.findIn(await telemetry.metrics())).toEqual([]);
  for (const part of [IasTokenProvider, IdentityBindings, IasEvents, IasAuthGuard]) {
    expect([part.name, scanner.findIn(module.get<unknown>(part))]).toEqual([part.name, []]);
  }
}, 60_000);
