import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BindingError, ConfigurationError } from 'nest-ias';
import { exitOnUncaughtErrors, logStartFailure, logWarnings } from './fatal-errors.js';

const lines: string[] = [];
const exit = vi.fn<(code: number) => never>();

function hostOf(jsonLogs: boolean): EventEmitter {
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const host = Object.assign(new EventEmitter(), { exit });
  exitOnUncaughtErrors('backend', { jsonLogs, colors: false }, host as never);
  return host;
}

afterEach(() => {
  vi.restoreAllMocks();
  exit.mockReset();
  lines.length = 0;
});

describe.each(['uncaughtException', 'unhandledRejection'])('%s', (event) => {
  it('is logged as one JSON line in a deployed app, and the process exits with code 1', () => {
    hostOf(true).emit(event, Object.assign(new Error('no heap'), { code: 'ENOMEM' }));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines.join(''))).toMatchObject({
      level: 'fatal',
      context: 'backend',
      message: 'no heap',
      code: 'ENOMEM',
      error: { stack: expect.stringContaining('fatal-errors.spec') },
    });
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
  });

  it('is logged without tokens and without other properties of the error', () => {
    const error = Object.assign(new Error('refused eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.'), {
      request: { clientsecret: 'very secret' },
    });
    hostOf(true).emit(event, error);
    expect(lines.join('')).not.toMatch(/eyJ|very secret/);
  });

  it('is logged as text elsewhere, even if it is not an Error', () => {
    hostOf(false).emit(event, 'a string');
    expect(lines.join('')).toMatch(/FATAL.*\[backend\].*uncaught: a string/);
  });
});

describe('a failed start', () => {
  const fail = (jsonLogs: boolean, error: unknown) => {
    hostOf(jsonLogs);
    logStartFailure('backend', { jsonLogs, colors: false }, error);
    return lines;
  };

  it.each([
    [
      new BindingError('binding_missing', 'Bind one.'),
      'binding_missing',
      'Bind one (find the cause with ias doctor, see https://',
    ],
    [Object.assign(new Error('taken'), { code: 'EADDRINUSE', port: 80 }), 'EADDRINUSE', 'port 80 is in use'],
    [new Error('who knows'), 'start_failed', 'who knows'],
    ['text', 'start_failed', 'text'],
  ])('is logged as one event in a deployed app: %s', (error, code, sentence) => {
    const [line = '', ...others] = fail(true, error);
    expect(others).toEqual([]);
    expect(JSON.parse(line)).toMatchObject({ level: 'fatal', context: 'backend', code });
    expect((JSON.parse(line) as { message: string }).message).toContain(`backend cannot start: `);
    expect((JSON.parse(line) as { message: string }).message).toContain(sentence);
  });

  it('is printed as one sentence elsewhere', () => {
    expect(fail(false, new ConfigurationError('Correct it.'))).toEqual([
      'backend cannot start: Correct it.\n',
    ]);
  });
});

describe('a warning of Node.js', () => {
  it('is logged as one event in a deployed app, and not printed', () => {
    const host = hostOf(true);
    const print = vi.fn<(warning: Error) => void>();
    host.on('warning', print);
    logWarnings('backend', { jsonLogs: true, colors: false }, host as never);
    host.emit('warning', Object.assign(new Error('is old'), { name: 'DeprecationWarning', code: 'DEP0001' }));
    host.emit('warning', Object.assign(new Error('too many'), { name: 'MaxListenersExceededWarning' }));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ level: 'warn', message: 'DeprecationWarning: is old', code: 'DEP0001' }),
      expect.objectContaining({ message: 'MaxListenersExceededWarning: too many', code: 'node_warning' }),
    ]);
    expect(print).not.toHaveBeenCalled();
  });

  it('is printed by Node.js elsewhere', () => {
    const host = hostOf(false);
    const print = vi.fn<(warning: Error) => void>();
    host.on('warning', print);
    logWarnings('backend', { jsonLogs: false, colors: false }, host as never);
    host.emit('warning', new Error('is old'));
    expect(print).toHaveBeenCalledOnce();
    expect(lines).toEqual([]);
  });
});
