import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IasTokenProvider } from '../src/index.js';
import { Outbound } from './outbound.js';
import { RecordedTelemetry } from './recorded-telemetry.js';

const telemetry = new RecordedTelemetry();
let outbound: Outbound;

beforeAll(async () => {
  telemetry.start();
  outbound = await Outbound.start();
});
afterAll(async () => {
  telemetry.stop();
  await outbound.stop();
});

it('reports token requests, cache lookups and the days left of a certificate, and no token', async () => {
  const module = await outbound.startModule();
  await module.init();
  const tokens = module.get(IasTokenProvider);
  const token = await tokens.getToken();
  await tokens.getToken();
  outbound.landscape.tenant.faults.add({ endpoint: 'token', kind: 'malformed', times: 1 });
  tokens.invalidate(token);
  await expect(tokens.getToken()).rejects.toMatchObject({ code: 'token_response_malformed' });

  const told = ({ name, attributes }: ReadableSpan) => [
    name,
    attributes['ias.trigger'],
    attributes['ias.outcome'],
  ];
  expect(telemetry.spans().map(told)).toEqual([
    ['ias.token.request', 'caller', 'success'],
    ['ias.token.request', 'caller', 'token_response_malformed'],
  ]);
  const metricsTold = (await telemetry.metrics()).flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap((scope) => scope.metrics),
  );
  const values = Object.fromEntries(
    metricsTold.map(({ descriptor, dataPoints }) => [
      descriptor.name,
      dataPoints.map(({ attributes, value }) => [attributes['ias.cache.result'], value]),
    ]),
  );
  expect(values['ias.token.lookups']).toEqual([
    ['miss', 2],
    ['hit', 1],
  ]);
  expect(values['ias.certificate.days_left']?.[0]?.[1]).toBeCloseTo(30, 0);
  expect(values['ias.token.request.duration']).toHaveLength(2);
  expect(JSON.stringify([metricsTold, telemetry.spans().map(({ attributes }) => attributes)])).not.toContain(
    'eyJ',
  );
});
