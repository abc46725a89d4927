import { ConfigurationError } from 'nest-ias';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppLogger } from './app-logger.js';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln';
const lines: string[] = [];

function createLogger(jsonLogs: boolean): AppLogger {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  }
  return new AppLogger({ jsonLogs, colors: false, logLevels: ['fatal', 'error', 'warn', 'log'] });
}

afterEach(() => {
  vi.restoreAllMocks();
  lines.length = 0;
});

const events = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('AppLogger in a deployed app', () => {
  it('writes one JSON object per line, with component and level', () => {
    createLogger(true).warn('the tenant\ndoes not answer', 'Backend');
    expect(lines.join('')).toMatch(/^[^\n]+\n$/);
    expect(events()).toEqual([
      expect.objectContaining({ level: 'warn', context: 'Backend', message: 'the tenant\ndoes not answer' }),
    ]);
  });

  it('uses the name of an event as the message, and its fields as parameters', () => {
    createLogger(true).warn(
      { event: 'ias.request_rejected', code: 'token_expired', status: 401 },
      'IasSecurity',
    );
    createLogger(true).warn({ code: 'nameless' }, 'IasSecurity');
    expect(events()).toEqual([
      expect.objectContaining({
        message: 'ias.request_rejected',
        code: 'token_expired',
        params: { code: 'token_expired', status: 401 },
      }),
      expect.objectContaining({ message: 'event', params: { code: 'nameless' } }),
    ]);
  });

  it.each([
    [5, '5'],
    [undefined, 'undefined'],
    [null, 'null'],
    [[1, { two: 2 }], '[ 1, { two: 2 } ]'],
    [new Map([['a', 1]]), "Map(1) { 'a' => 1 }"],
  ])('writes any other message as text: %o', (message, text) => {
    createLogger(true).log(message, 'Backend');
    expect(events()).toEqual([expect.objectContaining({ message: text })]);
  });

  it('uses the correlation ID of an event outside of a request', () => {
    createLogger(true).log('request', { correlation_id: 'from-event' }, 'Access');
    expect(events()).toEqual([expect.objectContaining({ correlation_id: 'from-event' })]);
  });

  it.each([
    ['an error', (logger: AppLogger) => logger.error(new ConfigurationError('wrong'), 'Start')],
    ['parameters', (logger: AppLogger) => logger.error('wrong', { code: 'configuration_invalid' }, 'Start')],
    ['an event', (logger: AppLogger) => logger.error({ code: 'configuration_invalid' }, 'Start')],
  ])('writes the code of %s', (_, write) => {
    write(createLogger(true));
    expect(events()).toEqual([expect.objectContaining({ code: 'configuration_invalid', context: 'Start' })]);
  });
});

describe.each([
  ['JSON', true],
  ['text', false],
])('AppLogger as %s', (_, jsonLogs) => {
  it('writes no token, wherever it is in the message', () => {
    const logger = createLogger(jsonLogs);
    const error = new Error(`refused ${TOKEN}`);
    logger.log(`got ${TOKEN}`, 'Token');
    logger.warn({ token: TOKEN }, 'Token');
    logger.error(error, 'Token');
    logger.error('failed', error.stack, 'Token');
    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(lines.join('')).not.toContain('eyJ');
  });

  it('writes the message, code and cause of an error, but not the request in it', () => {
    const logger = createLogger(jsonLogs);
    const failed = () =>
      Object.assign(new Error('socket hang up', { cause: new Error('the reason') }), {
        code: 'ECONNRESET',
        config: { headers: { authorization: 'opaque' }, data: 'x' },
        request: { path: '/inner' },
      });
    logger.error(failed(), 'Call');
    logger.error('failed', { error: failed() }, 'Call');
    logger.error({ event: 'call_failed', error: failed() }, 'Call');
    const text = lines.join('');
    expect(text).not.toMatch(/opaque|\/inner/);
    expect(text.match(/socket hang up/g)?.length).toBeGreaterThanOrEqual(3);
    expect(text.match(/the reason/g)?.length).toBeGreaterThanOrEqual(3);
    expect(text.match(/ECONNRESET/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it('writes no token in the parameters', () => {
    createLogger(jsonLogs).warn('refused', { token: TOKEN, header: `Basic Y2xpZW50OnNlY3JldA==` }, 'Token');
    expect(lines.join('')).not.toMatch(/eyJ|Y2xpZW50/);
  });

  it('writes an event with its fields on one line', () => {
    createLogger(jsonLogs).warn(
      {
        event: 'ias.request_rejected',
        code: 'token_issuer_untrusted',
        status: 401,
        detail: 'iss is https://another-tenant.accounts.ondemand.com',
        parties: { client: '7f8a5b21-7d1c-4a3f-8a35-0a2c3c2c0d11', kids: ['one', 'two'] },
      },
      'IasSecurity',
    );
    expect(lines.join('')).toMatch(/^[^\n]*token_issuer_untrusted[^\n]*\n$/);
  });

  it("logs Nest's own start at level debug only", () => {
    createLogger(jsonLogs).log('AppModule dependencies initialized', 'InstanceLoader');
    expect(lines).toEqual([]);
  });
});

describe('AppLogger at a terminal', () => {
  it('shows the local time', () => {
    vi.useFakeTimers({ now: new Date(2026, 0, 31, 13, 45, 59) });
    createLogger(false).log('ready', 'Backend');
    vi.useRealTimers();
    expect(lines.join('')).toContain('2026-01-31 13:45:59');
  });
});
