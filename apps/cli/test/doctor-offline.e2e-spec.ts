import type { IdentityCredentials } from '@nest-ias/landscape';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CHECK_IDS } from '../src/doctor/check.js';
import { diagnose, expectFault, withStatus } from './diagnose.js';
import { runIas } from './run-ias.js';
import { useSampleBindings, vcap } from './sample-bindings.js';

const bindings = useSampleBindings();
const withoutType = (credentials: IdentityCredentials) => ({ ...credentials, 'credential-type': undefined });

afterEach(() => vi.unstubAllEnvs());

describe('ias doctor --offline', () => {
  it('infers the type of an older binding', async () => {
    const { checks } = await diagnose(withoutType(bindings.valid), ['--offline']);
    expect(checks.credentials.summary).toContain('X509_GENERATED');
  });

  it('checks what needs no network, and skips the rest', async () => {
    const result = await diagnose(bindings.valid, ['--offline']);
    expect(withStatus(result, 'ok')).toEqual(CHECK_IDS.slice(0, 8));
    expect(withStatus(result, 'skipped')).toEqual(CHECK_IDS.slice(8));
  });

  it('is for receivers if the type is NONE', async () => {
    const none = await bindings.landscape.issueBinding({ type: 'NONE' });
    const result = await diagnose(none, ['--offline']);
    expect(result.ok).toBe(true);
    expect(result.checks.credentials.summary).toContain('role receiver');
    expect(withStatus(result, 'ok')).toEqual(['node', 'environment', 'binding', 'credentials']);
  });

  it('lets receivers have several bindings', async () => {
    const result = await diagnose(vcap(['one', bindings.valid], ['two', bindings.other]), [
      '--offline',
      '--role',
      'receiver',
    ]);
    expect(result.checks.binding).toMatchObject({
      status: 'ok',
      summary: expect.stringContaining('first of 2') as string,
    });
  });

  it('skips everything after a broken binding', async () => {
    const result = await diagnose('{}', []);
    expect(withStatus(result, 'broken')).toEqual(['binding']);
    expect(withStatus(result, 'skipped')).toEqual(CHECK_IDS.slice(3));
  });

  it('reports a source without a binding as broken', async () => {
    expectFault(await diagnose('no JSON'), {
      id: 'binding',
      cause: /no binding in standard input/,
      remedy: /--from/,
      code: 'binding_unreadable',
    });
  });
});

describe('hostile text', () => {
  it('of a certificate is escaped', async () => {
    const { certificate, key } = await bindings.landscape.issueCertificate({
      commonName: 'a\u{1b}[2J\u{202e}b',
    });
    const input = JSON.stringify({ ...bindings.valid, certificate, key });
    const { stdout } = await runIas(['doctor', '--from', '-', '--offline'], { input });
    expect(stdout).toMatch(/CN=a.*2J.*b/);
    for (const hidden of ['\u{1b}', '\u{202e}']) expect(stdout).not.toContain(hidden);
  });

  it('of a host name is quoted in commands', async () => {
    const host = '$(id).invalid';
    const binding = { ...bindings.valid, url: `https://${host}`, domains: [host] };
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.example:3128');
    vi.stubEnv('NO_PROXY', '');
    vi.stubEnv('no_proxy', '');
    expect((await diagnose(binding, ['--offline'])).checks.environment.remedy).toContain(
      `export NO_PROXY='${host}'`,
    );
  });

  it('is quoted in commands and escaped on the screen', async () => {
    const hostile = vcap(['$(id)\u{1b}[31m', bindings.secret]);
    const { stdout } = await runIas(['doctor', '--from', '-', '--offline'], {
      input: JSON.stringify(hostile),
    });
    expect(stdout).toContain(String.raw`$'$(id)\x1b[31m'`);
    expect(stdout).not.toContain('\u{1b}');
  });
});
