import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { CollectingLogger } from './collecting-logger.js';

type Xssec = typeof import('@sap/xssec');
type Debug = typeof import('debug');

const require = createRequire(import.meta.url);
const debug = require('debug') as Debug;
const xssec = require('@sap/xssec') as Xssec;
const folder = mkdtempSync(join(tmpdir(), 'nest-ias-debug-'));
const SECRET_LOGGERS = ['xssec', 'xsenv', 'cf-services'];

// as the variable does when the process starts
beforeAll(() => debug.enable('*'));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.doUnmock('@sap/xssec');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** xssec hands out the token with its errors where its logger is enabled. */
function printsTokens({ errors }: Xssec): boolean {
  const error: { jwt?: string } = new errors.TokenValidationError({ jwt: 'token' });
  return error.jwt !== undefined;
}

/** Another copy of xssec, at `path`, with copies of what it depends on. */
function copyXssec(path: string): Xssec {
  const root = mkdtempSync(join(folder, 'copy-'));
  const copy = (name: string, target: string): void =>
    cpSync(join(process.cwd(), 'node_modules', name), join(root, target), { recursive: true });
  for (const name of ['debug', 'ms', 'jwt-decode']) copy(name, join('node_modules', name));
  copy('@sap/xssec', path);
  return require(join(root, path)) as Xssec;
}

/** Starts the module in an app that has loaded what it likes before. */
async function startModule(): Promise<CollectingLogger> {
  const { IasModule } = await import('../src/index.js');
  const logger = new CollectingLogger();
  const credentials = { clientid: 'c', url: 'https://t.example', domains: ['t.example'] };
  const module = await Test.createTestingModule({
    imports: [IasModule.forRoot({ credentials: { ...credentials, 'credential-type': 'NONE' } })],
  })
    .setLogger(logger)
    .compile();
  await module.close();
  return logger;
}

it('the import silences xssec and xsenv that were loaded before, and nothing else', async () => {
  expect(printsTokens(xssec)).toBe(true);
  const environment = { ...process.env };
  await import('../src/index.js');
  expect(process.env).toEqual(environment);
  expect(printsTokens(xssec)).toBe(false);
  expect([...SECRET_LOGGERS, 'express', 'xssec-of-another'].filter((name) => debug(name).enabled)).toEqual([
    'express',
    'xssec-of-another',
  ]);
});

it('they stay silent if the app enables them', async () => {
  await import('../src/index.js');
  debug.enable('xssec,xsenv,cf-services,-express');
  expect([...SECRET_LOGGERS, 'express'].filter((name) => debug(name).enabled)).toEqual([]);
  expect(printsTokens(xssec)).toBe(false);
  debug.enable('*');
});

it('a deployed app starts with DEBUG=* and without a warning', async () => {
  vi.stubEnv('VCAP_APPLICATION', '{}');
  const { lines } = await startModule();
  expect(lines.join('\n')).not.toContain('DEBUG');
});

it("the module silences the app's own copy of xssec, with a copy of debug of its own", async () => {
  const copy = copyXssec('node_modules/@sap/xssec');
  expect(printsTokens(copy)).toBe(true);
  await startModule();
  expect(printsTokens(copy)).toBe(false);
});

it('if a logger cannot be silenced, a deployed app does not start, and others warn', async () => {
  // as `npm link` does it
  const linked = copyXssec('linked');
  vi.resetModules();
  vi.doMock('@sap/xssec', () => ({ ...linked, default: linked }));
  const { lines } = await startModule();
  expect(lines.join('\n')).toContain('unset DEBUG');
  expect(printsTokens(linked)).toBe(true);

  vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.0.0.1');
  await expect(startModule()).rejects.toMatchObject({
    code: 'configuration_invalid',
    message: expect.stringContaining('unset DEBUG'),
  });
  vi.stubEnv('DEBUG', undefined);
  await startModule();
});
