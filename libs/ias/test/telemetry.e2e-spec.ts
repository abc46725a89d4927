import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IasTokenProvider } from '../src/index.js';
import { startGuardedApp } from './guarded-app.js';
import { Outbound } from './outbound.js';
import { RecordedTelemetry } from './recorded-telemetry.js';
import { startTrustedLandscape } from './trusting-landscape.js';

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

it('records token requests, look-ups and the days until a certificate expires, but no token', async () => {
  const module = await outbound.startModule();
  await module.init();
  const tokens = module.get(IasTokenProvider);
  const token = await tokens.getToken();
  await tokens.getToken();
  outbound.landscape.tenant.faults.add({ endpoint: 'token', kind: 'malformed', times: 1 });
  tokens.invalidate(token);
  await expect(tokens.getToken()).rejects.toMatchObject({ code: 'token_response_malformed' });

  const told = ({ name, attributes, status }: ReadableSpan) => [name, attributes['error.type'], status.code];
  expect(telemetry.spans().map(told)).toEqual([
    ['ias.token.request', undefined, SpanStatusCode.UNSET],
    ['ias.token.request', 'token_response_malformed', SpanStatusCode.ERROR],
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
  expect(Number(values['ias.certificate.time_to_expiry']?.[0]?.[1]) / 86_400).toBeCloseTo(30, 0);
  expect(values['ias.token.request.duration']).toHaveLength(2);
  expect(JSON.stringify([metricsTold, telemetry.spans().map(({ attributes }) => attributes)])).not.toContain(
    'eyJ',
  );
});

it('records failed fetches of keys and verdicts by the code of the rejection', async () => {
  const trusted = await startTrustedLandscape();
  const { tenant } = trusted.landscape;
  const app = await startGuardedApp({ ias: trusted.ias });
  const call = async () => {
    const authorization = `Bearer ${await tenant.issueToken()}`;
    return (await fetch(`${app.url}/endpoint`, { headers: { authorization } })).status;
  };
  const before = telemetry.spans().length;
  tenant.faults.add({ endpoint: 'jwks', kind: 'status', status: 503, times: 1 });
  expect(await call()).toBe(503);
  // now the keys arrive, and the verdict does not
  tenant.faults.add({ endpoint: 'jwks', kind: 'latency', milliseconds: 0, times: 1 });
  tenant.faults.add({ endpoint: 'jwks', kind: 'status', status: 503, times: 1 });
  expect(await call()).toBe(503);
  await app.close();
  await trusted.stop();
  const told = telemetry.spans().slice(before);
  expect(told.map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
    ['ias.keys.fetch', 'keys_unavailable'],
    ['ias.keys.fetch', undefined],
    ['ias.verdict.fetch', 'verdict_unavailable'],
  ]);
});
