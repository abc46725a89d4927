import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecordedTelemetry } from '../../test/recorded-telemetry.js';
import { LOADED_TELEMETRY } from './telemetry.js';
import type { Operation, Telemetry } from './telemetry.js';

const recorded = new RecordedTelemetry();
let now = 0;
let telemetry: Telemetry;

beforeAll(async () => {
  recorded.start();
  telemetry = await LOADED_TELEMETRY.useFactory({ monotonic: () => now });
});
afterAll(() => recorded.stop());

/** Records an operation that takes 2 s and fails with the error, if there is one. */
async function record(operation: Partial<Operation>, error?: Error) {
  const all = {
    name: 'ias.keys.fetch',
    server: 'https://tenant.example',
    errorTypeOf: () => undefined,
    ...operation,
  } as const;
  const work = async () => {
    now += 2_000;
    if (error) throw error;
  };
  await Promise.allSettled([telemetry.observe(all, work)]);
  const [span] = recorded.spans().slice(-1);
  const metrics = (await recorded.metrics()).at(-1)?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
  const [point] =
    metrics.find(({ descriptor }) => descriptor.name === `${all.name}.duration`)?.dataPoints.slice(-1) ?? [];
  return { span, point };
}

describe('an operation', () => {
  it.each([
    ['https://tenant.example', 'tenant.example', 443],
    ['https://tenant.example:8443', 'tenant.example', 8443],
    ['https://[::1]:8443', '::1', 8443],
  ])('to %s has the address and port of the server', async (server, address, port) => {
    const { span, point } = await record({ server });
    const attributes = { 'server.address': address, 'server.port': port };
    expect([span?.attributes, point?.attributes]).toEqual([attributes, attributes]);
  });

  it('has its duration in seconds', async () => {
    const { point } = await record({ name: 'ias.verdict.fetch' });
    expect(point?.value).toMatchObject({ count: 1, sum: 2 });
  });

  it.each([
    ['its type', 'keys_unavailable', 'keys_unavailable'],
    ['a common type if it is unexpected', undefined, '_OTHER'],
  ])('that fails has %s in span and histogram, and no message', async (_, type, expected) => {
    const { span, point } = await record({ errorTypeOf: () => type }, new Error('secret'));
    expect([span?.attributes['error.type'], point?.attributes['error.type']]).toEqual([expected, expected]);
    expect([span?.status, span?.events]).toEqual([{ code: SpanStatusCode.ERROR }, []]);
  });
});
