import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mountBinding } from '@nest-ias/landscape';
import type { IdentityCredentials, Landscape } from '@nest-ias/landscape';
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BindingRenewal } from '../src/binding/binding-renewal.js';
import { IAS_CLOCK, IasModule, IasTokenProvider, IdentityBindings } from '../src/index.js';
import { Outbound } from './outbound.js';

let outbound: Outbound;
let landscape: Landscape;
let root: string;
let module: TestingModule;
let count = 0;

beforeAll(async () => {
  outbound = await Outbound.start();
  ({ landscape } = outbound);
});
afterAll(() => outbound.stop());
beforeEach(() => {
  root = outbound.file(`bindings-${count++}`);
  for (const name of ['VCAP_SERVICES', 'VCAP_SERVICES_FILE_PATH']) vi.stubEnv(name, undefined);
  vi.stubEnv('SERVICE_BINDING_ROOT', root);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await module.close();
});

const bind = async () => (await outbound.bind()) as unknown as IdentityCredentials;

async function compileModule(): Promise<IasTokenProvider> {
  module = await Test.createTestingModule({
    imports: [IasModule.forRoot({ outbound: true, caFile: outbound.caFile })],
  })
    .overrideProvider(IAS_CLOCK)
    .useValue(() => outbound.now)
    .compile();
  return module.get(IasTokenProvider);
}

async function startModule(): Promise<IasTokenProvider> {
  const tokens = await compileModule();
  await module.init();
  return tokens;
}

/** Two consecutive reads, as in two seconds. */
function settle(): void {
  for (const _ of [1, 2]) module.get(BindingRenewal).check();
}

describe('a binding that changes while the app runs', () => {
  it.each([
    ['Kubernetes, replaced through ..data', { layout: 'sapcp', symlinks: true }],
    ['files rewritten one by one', { layout: 'sapcp', symlinks: false }],
    ['servicebinding.io', { layout: 'servicebinding', symlinks: true }],
  ] as const)('%s: the next token is bound to the new certificate', async (_, form) => {
    await mountBinding(root, await bind(), form);
    const tokens = await startModule();
    const before = await tokens.getToken();

    await mountBinding(root, await bind(), form);
    settle();
    const after = await tokens.getToken();
    expect(after.certificateThumbprint).not.toBe(before.certificateThumbprint);
    expect(landscape.tenant.requests.at(-1)?.clientCertificateThumbprint).toBe(after.certificateThumbprint);
    expect(after.agent).not.toBe(before.agent);
  });

  it('VCAP_SERVICES_FILE_PATH', async () => {
    const file = outbound.file('vcap.json');
    const write = async () => writeFileSync(file, JSON.stringify(landscape.vcapServices(await bind())));
    await write();
    vi.stubEnv('VCAP_SERVICES_FILE_PATH', file);
    const tokens = await startModule();
    const before = await tokens.getToken();
    await write();
    settle();
    expect((await tokens.getToken()).certificateThumbprint).not.toBe(before.certificateThumbprint);
  });

  it('key and certificate files of an attested binding', async () => {
    const files = { key: outbound.file('own.key'), certificate: outbound.file('own.pem') };
    const issue = async () => {
      const { key, certificate, ...rest } = (await bind()) as unknown as Record<string, string>;
      writeFileSync(files.key, String(key));
      writeFileSync(files.certificate, String(certificate));
      return { ...rest, 'credential-type': 'X509_ATTESTED' };
    };
    vi.stubEnv('IAS_PRIVATE_KEY_FILE', files.key);
    vi.stubEnv('IAS_CERTIFICATE_FILE', files.certificate);
    const services = { identity: [{ name: 'a', label: 'identity', credentials: await issue() }] };
    vi.stubEnv('VCAP_SERVICES', JSON.stringify(services));
    const tokens = await startModule();
    const before = await tokens.getToken();
    await issue();
    settle();
    expect((await tokens.getToken()).certificateThumbprint).not.toBe(before.certificateThumbprint);
  });

  it('is read every second', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await mountBinding(root, await bind());
    const tokens = await startModule();
    const before = await tokens.getToken();
    await mountBinding(root, await bind());
    vi.advanceTimersByTime(2_000);
    expect((await tokens.getToken()).certificateThumbprint).not.toBe(before.certificateThumbprint);
  });

  it('is used if it changed between the start of the app and the first read', async () => {
    await mountBinding(root, await bind());
    const tokens = await compileModule();
    const before = await tokens.getToken();
    await mountBinding(root, await bind());
    await module.init();
    settle();
    expect((await tokens.getToken()).certificateThumbprint).not.toBe(before.certificateThumbprint);
  });

  it('is used once its certificate becomes valid', async () => {
    await mountBinding(root, await bind());
    const tokens = await startModule();
    const before = await tokens.getToken();
    const early = { type: 'X509_GENERATED', appIdentifier: 'outbound', startsInDays: 1 } as const;
    await mountBinding(root, await landscape.issueBinding(early));
    const errors = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    for (const _ of [1, 2, 3]) settle();
    expect(await tokens.getToken()).toBe(before);
    expect(errors).toHaveBeenCalledOnce();
    outbound.forward(86_400);
    settle();
    expect(module.get(IdentityBindings).refusedChange).toBeUndefined();
    expect(module.get(IdentityBindings).outbound.certificate?.thumbprint).not.toBe(
      before.certificateThumbprint,
    );
    outbound.now = Date.now();
  });

  it('is not used half-written', async () => {
    const first = await bind();
    const second = await bind();
    await mountBinding(root, first, { symlinks: false });
    const tokens = await startModule();
    const before = await tokens.getToken();
    const watcher = module.get(BindingRenewal);

    const write = (property: 'certificate' | 'key') =>
      writeFileSync(join(root, 'identity', 'clicreIas', property), String(second[property as never]));
    write('certificate');
    watcher.check();
    write('key');
    watcher.check();
    expect(module.get(IdentityBindings).refusedChange).toBeUndefined();
    expect(await tokens.getToken()).toBe(before);
    watcher.check();
    expect((await tokens.getToken()).certificateThumbprint).not.toBe(before.certificateThumbprint);
  });

  it.each<[string, (good: IdentityCredentials, other: IdentityCredentials) => object, string]>([
    [
      'a key that does not match',
      (good, other) => ({ ...good, key: other['key' as never] }),
      'does not match',
    ],
    ['a missing certificate', ({ ...good }) => Object.assign(good, { certificate: '' }), '"certificate"'],
    ['another client', (good) => ({ ...good, clientid: 'other' }), 'restart the app'],
    [
      'another tenant',
      (good) => ({ ...good, url: 'https://other.localhost', domains: ['localhost'] }),
      'restart the app',
    ],
  ])('is rejected if it is broken: %s', async (_, breakIt, reason) => {
    await mountBinding(root, await bind());
    const tokens = await startModule();
    const before = await tokens.getToken();

    const good = await bind();
    await mountBinding(root, breakIt(good, await bind()) as IdentityCredentials);
    const errors = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    settle();
    expect(await tokens.getToken()).toBe(before);
    expect(errors).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(reason));
    expect(module.get(IdentityBindings).refusedChange).toMatch(/^binding_/);

    await mountBinding(root, good);
    settle();
    expect(module.get(IdentityBindings).refusedChange).toBeUndefined();
    expect((await tokens.getToken()).certificateThumbprint).not.toBe(before.certificateThumbprint);
  });

  it('fails no caller, and leaves no connection and no old token behind', async () => {
    await mountBinding(root, await bind());
    const tokens = await startModule();
    const seen = new Set<string | undefined>();
    const agents = new Set<{ freeSockets: object; sockets: object }>();
    for (let round = 0; round < 5; round++) {
      const waiting = Array.from({ length: 50 }, () => tokens.getToken());
      await mountBinding(root, await bind());
      settle();
      for (const token of await Promise.all([...waiting, ...waiting.map(() => tokens.getToken())])) {
        seen.add(token.certificateThumbprint);
        agents.add(token.agent);
        expect(decodeJwt(token.value)['cnf']).toEqual({ 'x5t#S256': token.certificateThumbprint });
      }
    }
    expect(seen.size).toBe(6);
    const current = (await tokens.getToken()).agent;
    const old = [...agents].filter((agent) => agent !== current);
    const openConnections = () =>
      old.flatMap(({ freeSockets, sockets }) => Object.keys(freeSockets).concat(Object.keys(sockets)));
    await expect.poll(openConnections).toEqual([]);
  });
});
