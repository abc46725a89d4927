import { mountBinding } from '@nest-ias/landscape';
import type { IdentityCredentials, Landscape } from '@nest-ias/landscape';
import { Logger } from '@nestjs/common';
import type { TestingModule } from '@nestjs/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BindingRenewal } from '../src/binding/binding-renewal.js';
import { IasEvents, IasTokenProvider } from '../src/index.js';
import type { IasEventName, IasModuleOptions } from '../src/index.js';
import { EVENT_NAMES } from './event-names.js';
import { Outbound } from './outbound.js';

let outbound: Outbound;
let landscape: Landscape;
let tenant: string;

beforeAll(async () => {
  outbound = await Outbound.start();
  ({ landscape } = outbound);
  tenant = landscape.tenant.url;
});
afterAll(() => outbound.stop());
beforeEach(() => {
  landscape.tenant.reset();
  outbound.now = Date.now();
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  landscape.tenant.faults.clear();
  await outbound.closeModules();
});

interface Recorded {
  readonly module: TestingModule;
  readonly tokens: IasTokenProvider;
  readonly events: [IasEventName, object][];
}

async function startRecording(options: IasModuleOptions = {}): Promise<Recorded> {
  const module = await outbound.startModule(options);
  const events: Recorded['events'] = [];
  for (const name of EVENT_NAMES) module.get(IasEvents).on(name, (event) => events.push([name, event]));
  return { module, tokens: module.get(IasTokenProvider), events };
}

const request = (trigger: 'caller' | 'refresh') => ({ tenant, grantType: 'client_credentials', trigger });

describe('events', () => {
  it('report token requests, not cache hits', async () => {
    const { tokens, events } = await startRecording();
    const token = await tokens.getToken();
    await tokens.getToken();
    expect(events).toEqual([
      ['token-request.started', request('caller')],
      [
        'token-request.succeeded',
        { ...request('caller'), durationMs: expect.any(Number), expiresAt: token.expiresAt },
      ],
    ]);
  });

  it('report a background refresh that fails', async () => {
    const { tokens, events } = await startRecording();
    await tokens.getToken();
    landscape.tenant.faults.add({ endpoint: 'token', kind: 'malformed', times: 1 });
    outbound.forward(3_100);
    await tokens.getToken();
    await expect.poll(() => events).toHaveLength(4);
    expect(events.slice(2)).toEqual([
      ['token-request.started', request('refresh')],
      [
        'token-request.failed',
        { ...request('refresh'), durationMs: expect.any(Number), code: 'token_response_malformed' },
      ],
    ]);
  });

  it('report an invalidated token once', async () => {
    const { tokens, events } = await startRecording();
    const token = await tokens.getToken();
    tokens.invalidate(token);
    tokens.invalidate(token);
    const { certificateThumbprint } = token;
    expect(events.slice(2)).toEqual([['token.invalidated', { certificateThumbprint }]]);
  });

  it('report that a circuit opens and closes', async () => {
    const { tokens, events } = await startRecording();
    landscape.tenant.faults.add({ endpoint: 'token', kind: 'status', status: 500 });
    for (const _ of [1, 2, 3]) await tokens.getToken().catch(() => undefined);
    landscape.tenant.faults.clear();
    outbound.forward(5);
    await tokens.getToken();
    const circuits = events.filter(([name]) => name.startsWith('circuit'));
    expect(circuits).toEqual([
      ['circuit.opened', { tenant }],
      ['circuit.closed', { tenant }],
    ]);
  });

  it('report the start and the end of the cool-down of a rejected client', async () => {
    const credentials = await outbound.bind();
    landscape.tenant.revokeCertificate(String(credentials['certificate']));
    const { tokens, events } = await startRecording({ credentials, serviceName: 'clicreIas' });
    const until = outbound.now + 900_000;
    for (const _ of [1, 2]) await tokens.getToken().catch(() => undefined);
    outbound.forward(900);
    await tokens.getToken().catch(() => undefined);
    const coolDowns = events.filter(([name]) => name.startsWith('cooldown'));
    expect(coolDowns).toEqual([
      ['cooldown.started', { tenant, binding: 'clicreIas', until }],
      ['cooldown.ended', { tenant, binding: 'clicreIas' }],
      ['cooldown.started', { tenant, binding: 'clicreIas', until: until + 900_000 }],
    ]);
  });

  it('report a certificate that expires soon', async () => {
    const credentials = await landscape.issueBinding({ type: 'X509_GENERATED', validityDays: 1 });
    const { module, events } = await startRecording({ credentials });
    await module.init();
    expect(events).toEqual([
      [
        'certificate.expiring',
        {
          binding: 'options',
          certificateThumbprint: expect.stringMatching(/^[\w-]{43}$/),
          certificateExpiresAt: expect.any(Number),
        },
      ],
    ]);
  });

  it('report rejected and renewed bindings', async () => {
    const root = outbound.file('events');
    for (const name of ['VCAP_SERVICES', 'VCAP_SERVICES_FILE_PATH']) vi.stubEnv(name, undefined);
    vi.stubEnv('SERVICE_BINDING_ROOT', root);
    const bind = async () => (await outbound.bind()) as unknown as IdentityCredentials;
    await mountBinding(root, await bind());
    const { module, events } = await startRecording({ credentials: undefined });
    vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    const settle = () => [1, 2, 3].forEach(() => module.get(BindingRenewal).check());
    const good = await bind();
    await mountBinding(root, { ...good, key: (await bind())['key' as never] });
    settle();
    await mountBinding(root, good);
    settle();
    expect(events).toEqual([
      ['binding.refused', { code: 'binding_certificate_invalid' }],
      [
        'binding.renewed',
        {
          bindings: [
            {
              binding: 'clicreIas',
              certificateThumbprint: expect.stringMatching(/^[\w-]{43}$/),
              certificateExpiresAt: expect.any(Number),
            },
          ],
        },
      ],
    ]);
  });

  it('survive listeners that throw, reject or change the event, and log the name of the error only', async () => {
    const errors = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    const { module, tokens, events } = await startRecording();
    const emitter = module.get(IasEvents);
    emitter.on('token-request.started', () => {
      throw new TypeError('secret');
    });
    emitter.on('token-request.succeeded', () => Promise.reject(new RangeError('secret')));
    emitter.on('token-request.started', (event) => Object.assign(event, { tenant: 'other' }));
    await expect(tokens.getToken()).resolves.toBeDefined();
    await expect.poll(() => errors.mock.calls.length).toBe(3);
    expect(errors.mock.calls.flat()).toEqual([
      'A listener to token-request.started failed with TypeError.',
      'A listener to token-request.started failed with TypeError.',
      'A listener to token-request.succeeded failed with RangeError.',
    ]);
    expect(events[0]).toEqual(['token-request.started', request('caller')]);
  });

  it('stop when the listener unsubscribes', async () => {
    const { module, tokens } = await startRecording();
    const listener = vi.fn<() => void>();
    module.get(IasEvents).on('token-request.started', listener)();
    await tokens.getToken();
    expect(listener).not.toHaveBeenCalled();
  });
});
