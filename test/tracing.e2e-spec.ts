import { subscribe } from 'node:diagnostics_channel';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { Landscape } from '@nest-ias/landscape';
import { afterAll, beforeAll, expect, it } from 'vitest';
import manifest from '../libs/ias/package.json' with { type: 'json' };
import { DeployedApp } from './helper/deployed-app.js';
import { waitUntil } from './helper/wait-until.js';
import { TelemetryCollector } from './telemetry/telemetry-collector.js';
import type { ReceivedSpan } from './telemetry/telemetry-collector.js';

const GUIDE = readFileSync('docs/how-to/observability.md', 'utf8');
/** The command in the guide that starts an app: variables, `node`, an option and a file. */
const [COMMAND = ''] = /^OTEL_[^`]+ main\.js$/m.exec(GUIDE) ?? [];
const [, OPTION, INSTRUMENTATION = ''] = /node (--import) (\S+)/.exec(COMMAND) ?? [];

const apps: DeployedApp[] = [];
/** `traceparent` headers of each request that reaches a server of the landscape, by host. */
const parents: { readonly host: string; readonly values: readonly string[] }[] = [];
let collector: TelemetryCollector;
let landscape: Landscape;
let folder: string;
let sdk: NodeSDK;

beforeAll(async () => {
  collector = await TelemetryCollector.start();
  folder = mkdtempSync(join(tmpdir(), 'nest-ias-tracing-'));
  Object.assign(process.env, collector.environmentOf('landscape'));
  sdk = new NodeSDK({
    instrumentations: [
      new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url }) => url?.startsWith('/v1/') === true }),
    ],
  });
  sdk.start();
  // The landscape is the router, too: its modules import the instrumented functions of Node.js.
  createRequire(import.meta.url)('node:https');
  createRequire(import.meta.url)('node:http');
  syncBuiltinESMExports();
  const { startLandscape } = await import('@nest-ias/landscape');
  landscape = await startLandscape();
  subscribe('http.server.request.start', (message) => {
    const { rawHeaders, headers } = (message as { request: IncomingMessage }).request;
    const values = rawHeaders.filter((_, index) => rawHeaders[index - 1]?.toLowerCase() === 'traceparent');
    parents.push({ host: headers.host ?? '', values });
  });
  writeFileSync(join(folder, 'ca.pem'), landscape.ca.pem);
  const backend = await start('backend', 'NONE');
  await start('frontend', 'X509_GENERATED', {
    BACKEND_URL: landscape.router.map('backend.cert.localhost', backend.url),
  });
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.stop()));
  await sdk.shutdown();
  await landscape.stop();
  collector.stop();
  rmSync(folder, { recursive: true });
});

/** The variables of the guide's command, with the collector of this test, and settings that make it quick. */
function environmentOfGuide(service: string): Record<string, string> {
  const settings = collector.environmentOf(service);
  const own = new Map(Object.entries(settings));
  for (const name of ['OTEL_SERVICE_NAME', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_METRICS_EXPORTER'])
    own.delete(name);
  for (const [, name = '', value = ''] of COMMAND.matchAll(/(OTEL_\w+)=(\S+)/g))
    own.set(name, name === 'OTEL_METRICS_EXPORTER' ? value : (settings[name] ?? value));
  return Object.fromEntries(own);
}

async function start(
  name: string,
  type: 'NONE' | 'X509_GENERATED',
  environment: Record<string, string> = {},
): Promise<DeployedApp> {
  const app = await DeployedApp.start(name, {
    VCAP_SERVICES: JSON.stringify(landscape.vcapServices(await landscape.issueBinding({ type }))),
    IAS_CA_FILE: join(folder, 'ca.pem'),
    NODE_OPTIONS: `${OPTION}=${resolve('test/telemetry', INSTRUMENTATION)}`,
    ...environmentOfGuide(name),
    ...environment,
  });
  apps.push(app);
  return app;
}

/** The path from the root to a span, such as `frontend GET > frontend ias.token.request`. */
function pathOf(span: ReceivedSpan, spans: readonly ReceivedSpan[]): string {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  const step = `${span.service} ${span.name}${span.kind === 'internal' ? '' : ` ${span.kind}`}`;
  return parent ? `${pathOf(parent, spans)} > ${step}` : step;
}

/** A path and all paths that lead to it. */
function allSteps(path: string): string[] {
  const steps = path.split(' > ');
  return steps.map((_, index) => steps.slice(0, index + 1).join(' > '));
}

it('traces a request from the frontend through the router to the backend', async () => {
  landscape.tenant.faults.add({ endpoint: 'token', kind: 'status', status: 503, times: 1 });
  const response = await fetch(`${apps[1]?.url}/homepage`, { headers: { accept: 'application/json' } });
  expect(response.status).toBe(200);
  const isPage = ({ service, attributes }: ReceivedSpan) =>
    service === 'frontend' && JSON.stringify(attributes).includes('/homepage');
  await waitUntil('the trace is complete', () => collector.spans.some(isPage));
  const { traceId } = collector.spans.find(isPage) ?? {};
  const trace = collector.spans.filter((span) => span.traceId === traceId);
  const call = 'frontend GET server > frontend GET client > landscape GET server > landscape GET client';
  const [token, keys, verdict] = [
    'frontend GET server > frontend ias.token.request',
    `${call} > backend GET server > backend ias.keys.fetch`,
    `${call} > backend GET server > backend ias.verdict.fetch`,
  ];
  const tenantCall = (service: string, method: string) =>
    ` > ${service} ${method} client > landscape ${method} server`;
  expect(new Set(trace.map((span) => pathOf(span, trace)))).toEqual(
    new Set(
      [
        `${call} > backend GET server`,
        `${token}${tenantCall('frontend', 'POST')}`,
        `${keys}${tenantCall('backend', 'GET')}`,
        `${verdict}${tenantCall('backend', 'GET')}`,
      ].flatMap(allSteps),
    ),
  );
  const outgoing = trace.find((span) => pathOf(span, trace) === 'frontend GET server > frontend GET client');
  expect(outgoing?.scope).toContain('instrumentation-undici');
  const attempts = trace.filter((span) => pathOf(span, trace) === `${token} > frontend POST client`);
  expect(attempts.map(({ attributes }) => attributes['http.response.status_code'])).toEqual([503, 200]);
});

it('describes the spans of nest-ias by the semantic conventions, without any token', () => {
  const own = collector.spans.filter(({ scope }) => scope.startsWith('nest-ias'));
  const { hostname, port } = new URL(landscape.tenant.url);
  const server = { 'server.address': hostname, 'server.port': Number(port) };
  expect(own.map(({ scope, kind }) => [scope, kind])).toEqual(
    own.map(() => [`nest-ias ${manifest.version}`, 'internal']),
  );
  expect(Object.fromEntries(own.map(({ name, attributes }) => [name, attributes]))).toEqual({
    'ias.token.request': { ...server, 'ias.grant_type': 'client_credentials', 'ias.trigger': 'caller' },
    'ias.keys.fetch': server,
    'ias.verdict.fetch': server,
  });
  expect(collector.text).not.toContain('eyJ');
});

it('sends traceparent once with each request', () => {
  const sent = parents.filter(({ values }) => values.length > 0);
  expect(new Set(sent.map(({ host }) => host.split(':')[0]))).toEqual(
    new Set(['localhost', 'backend.cert.localhost']),
  );
  expect(sent.filter(({ values }) => values.length > 1)).toEqual([]);
});

it('exports durations in seconds, with buckets for requests to IAS', async () => {
  const own = () => collector.metrics.filter(({ scope }) => scope === `nest-ias ${manifest.version}`);
  const names = () => new Set(own().map(({ service, name, unit }) => `${service} ${name} ${unit}`));
  await waitUntil('the metrics of both apps arrive', () => names().size === 5);
  expect(names()).toEqual(
    new Set([
      'frontend ias.token.lookups {lookup}',
      'frontend ias.token.request.duration s',
      'frontend ias.certificate.time_to_expiry s',
      'backend ias.keys.fetch.duration s',
      'backend ias.verdict.fetch.duration s',
    ]),
  );
  const durations = own().filter(({ name }) => name.endsWith('.duration'));
  for (const { boundaries } of durations) {
    expect([boundaries?.[0], boundaries?.at(-1)]).toEqual([0.005, 10]);
  }
});

it('is what the documentation says', () => {
  expect(GUIDE).toContain(readFileSync('test/telemetry/tracing.mjs', 'utf8'));
});
