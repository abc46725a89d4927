import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { Controller, Get, Logger, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp, readServerSettings, RuntimeModule, serve } from '../src/index.js';

type Line = Readonly<Record<string, unknown>>;

const ENVIRONMENT = {
  VCAP_APPLICATION: JSON.stringify({
    application_id: '7f8a5b21-7d1c-4a3f-8a35-0a2c3c2c0d11',
    application_name: 'backendclicer',
    instance_index: 0,
    organization_id: 'o-1',
    organization_name: 'org',
    space_id: 's-1',
    space_name: 'dev',
    application_uris: ['backend.example.com'],
  }),
  CF_INSTANCE_IP: '10.0.0.1',
};
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const HEADERS = {
  'x-vcap-request-id': '01234567-89ab-4def-8123-456789abcdef',
  'x-correlationid': 'order-4711',
  'x-forwarded-for': '10.0.0.2',
  traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
};
const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln';

@Controller()
class EndpointController {
  readonly #logger = new Logger('Endpoint');

  @Get('endpoint')
  answer(): object {
    this.#logger.log('in a request');
    return {};
  }
}

@Module({ imports: [RuntimeModule], controllers: [EndpointController] })
class EndpointModule {}

const written: string[] = [];
let app: NestFastifyApplication;
let ours: Line[];
let theirs: Line[];

const parse = (lines: string) =>
  lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

/** What SAP's package writes, in a process of its own. */
async function runSapLogger(): Promise<Line[]> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('sap-logger.mjs', import.meta.url))], {
    env: ENVIRONMENT,
  });
  const output = text(child.stdout);
  const [url] = (await once(child.stderr, 'data')) as [Buffer];
  await fetch(`${url.toString()}/endpoint`, { headers: { ...HEADERS, connection: 'close' } });
  return parse(await output);
}

async function runOurs(): Promise<Line[]> {
  const logger = new Logger('Component');
  logger.log('a message');
  logger.warn({ event: 'an event', code: 'broken', attempts: 5, parties: { caller: 'c' } });
  logger.error('failed', new Error('the reason'));
  logger.debug('details');
  const { port } = app.getHttpServer().address() as AddressInfo;
  await fetch(`http://127.0.0.1:${port}/endpoint?secret=x`, { headers: HEADERS });
  await vi.waitFor(() => expect(written.join('')).toContain('"request"'));
  return parse(written.join(''));
}

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  }
  app = await createApp(EndpointModule);
  await serve(app, readServerSettings({ ...ENVIRONMENT, ACCESS_LOG: 'on', LOG_LEVEL: 'debug' }, 0));
  written.length = 0;
  theirs = await runSapLogger();
  ours = await runOurs();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await app.close();
});

const VOLATILE: Readonly<Record<string, (value: unknown) => unknown>> = {
  written_at: (value) => new Date(String(value)).toJSON() === value,
  request_received_at: (value) => new Date(String(value)).toJSON() === value,
  response_sent_at: (value) => new Date(String(value)).toJSON() === value,
  // nanoseconds
  written_ts: (value) => Math.abs(Number(value) / 1e6 - Date.now()) < 60_000 && typeof value,
  response_time_ms: (value) => Number.isInteger(value) && Number(value) >= 0,
  logger: (value) => typeof value,
  stacktrace: (value) => [Array.isArray(value), (value as string[])[0]],
};

/** Replaces what differs between two runs by its format, and omits what SAP's package redacts. */
const formatOf = (line: Line | undefined) =>
  Object.fromEntries(
    Object.entries(line ?? {})
      .filter(([, value]) => value !== 'redacted')
      .map(([name, value]) => [name, VOLATILE[name]?.(value) ?? value]),
  );

describe('on Cloud Foundry', () => {
  it.each([
    ['a message', 0, []],
    ['an event with fields', 1, []],
    ['an error', 2, []],
    ['details', 3, []],
    ['a message in a request', 4, ['w3c_traceparent', 'trace_id']],
    ['a request', 5, ['w3c_traceparent', 'trace_id']],
  ])("writes %s as SAP's package does", (_, index, added) => {
    const expected = formatOf(theirs[index]);
    expect(Object.keys(expected).length).toBeGreaterThan(10);
    expect(formatOf(ours[index])).toMatchObject(expected);
    const names = Object.keys(ours[index] ?? {}).filter((name) => !(name in (theirs[index] ?? {})));
    expect(names).toEqual(added);
  });

  it('leads to the trace of the request', () => {
    for (const line of ours.slice(4)) {
      expect(line).toMatchObject({ w3c_traceparent: HEADERS.traceparent, trace_id: TRACE });
    }
  });

  it.each([
    ['traceparent', '00-short-b7ad6b7169203331-01'],
    ['traceparent', `${HEADERS.traceparent}, ${HEADERS.traceparent}`],
    ['x-vcap-request-id', 'not an ID'],
  ])('ignores the header %s: %s', async (header, value) => {
    written.length = 0;
    const { port } = app.getHttpServer().address() as AddressInfo;
    await fetch(`http://127.0.0.1:${port}/endpoint`, { headers: { [header]: value } });
    await vi.waitFor(() => expect(written.join('')).toContain('"request"'));
    expect(written.join('')).not.toMatch(/traceparent|trace_id|request_id/);
  });

  it('numbers lines of the same millisecond in order', () => {
    const timestamps = ours.map((line) => Number(line['written_ts']));
    expect(timestamps).toEqual([...new Set(timestamps)].toSorted((a, b) => a - b));
  });

  it('writes no secret, however deep it is', () => {
    written.length = 0;
    const logger = new Logger('Component');
    logger.log(`got ${TOKEN}`);
    logger.warn({
      event: 'refused',
      header: `Bearer ${TOKEN}`,
      nested: { body: '{"client_secret":"s3cr3t"}' },
    });
    logger.error('failed', new Error(`refused ${TOKEN}`));
    logger.error(Object.assign(new Error('failed'), { config: { data: 'client_secret=s3cr3t' } }));
    expect(written.length).toBe(4);
    expect(written.join('')).not.toMatch(/eyJ|s3cr3t/);
  });

  it("does not let a field of an event replace one of the format's", () => {
    written.length = 0;
    new Logger('Component').log({ event: 'odd', type: 'request', level: 'none', component_name: 'other' });
    expect(parse(written.join(''))).toEqual([
      expect.objectContaining({ msg: 'odd', type: 'log', level: 'info', component_name: 'backendclicer' }),
    ]);
  });

  it.each(['{}', 'null', '[]', 'no JSON', '{"application_name":{}}'])(
    'accepts VCAP_APPLICATION with little in it: %s',
    (application) => {
      const settings = readServerSettings({ VCAP_APPLICATION: application }, 0);
      expect(settings.application).toEqual({ component_type: 'application', layer: '[NODEJS]' });
    },
  );

  it('writes text with LOG_FORMAT=text', () => {
    expect(readServerSettings({ ...ENVIRONMENT, LOG_FORMAT: 'text' }, 0).jsonLogs).toBe(false);
  });
});
