import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { exitOnUncaughtErrors } from './last-words.js';

const lines: string[] = [];
const exit = vi.fn<(code: number) => never>();

function hostOf(jsonLogs: boolean): EventEmitter {
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
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
  it('is logged as one JSON line on Cloud Foundry and ends the process with 1', () => {
    hostOf(true).emit(event, Object.assign(new Error('no heap'), { code: 'ENOMEM' }));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines.join(''))).toMatchObject({
      level: 'fatal',
      context: 'backend',
      message: 'no heap',
      code: 'ENOMEM',
      error: { stack: expect.stringContaining('last-words.spec') },
    });
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
  });

  it('is logged without the token in it, and without what hangs on the error', () => {
    const error = Object.assign(new Error('refused eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.'), {
      request: { clientsecret: 'very secret' },
    });
    hostOf(true).emit(event, error);
    expect(lines.join('')).not.toMatch(/eyJ|very secret/);
  });

  it('is readable elsewhere, be it no error at all', () => {
    hostOf(false).emit(event, 'a string');
    expect(lines.join('')).toMatch(/FATAL.*\[backend\].*uncaught: a string/);
  });
});
