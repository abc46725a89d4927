import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { get } from 'node:https';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Landscape, startLandscape } from '../index.js';

const run = promisify(execFile);

async function statusByHttps(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

describe('trust', () => {
  let landscape: Landscape;
  let url: string;

  beforeEach(async () => {
    landscape = await startLandscape();
    url = `${landscape.tenant.url}/oauth2/certs`;
  });
  afterEach(async () => landscape.stop());

  it('applies to fetch and node:https until it is restored', async () => {
    const untrusted = { code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' };
    await expect(statusByHttps(url)).rejects.toMatchObject(untrusted);
    const restore = landscape.trust();
    expect(await statusByHttps(url)).toBe(200);
    expect((await fetch(url, { headers: { connection: 'close' } })).status).toBe(200);
    restore();
    await expect(statusByHttps(url)).rejects.toMatchObject(untrusted);
  });

  it('extends to tenants that are added later', async () => {
    landscape.trust();
    const later = await landscape.addTenant();
    expect(await statusByHttps(`${later.url}/oauth2/certs`)).toBe(200);
  });

  it('applies to one landscape only, and ends for each of them separately', async () => {
    const other = await startLandscape();
    landscape.trust();
    other.trust();
    await other.stop();
    expect(await statusByHttps(url)).toBe(200);
  });

  it('stays until every caller has restored it', async () => {
    const [first, second] = [landscape.trust(), landscape.trust()];
    first();
    first();
    expect(await statusByHttps(url)).toBe(200);
    second();
    await expect(statusByHttps(url)).rejects.toThrow('certificate');
  });

  it('keeps the existing authorities, and adds no other', async () => {
    const { getCACertificates = () => [...tls.rootCertificates] } = tls as Partial<{
      getCACertificates: (type: 'default') => string[];
    }>;
    const before = getCACertificates('default');
    const other = await startLandscape();
    const restore = landscape.trust();
    expect(getCACertificates('default')).toEqual(expect.arrayContaining(before.slice(0, 20)));
    expect(getCACertificates('default').length).toBeGreaterThanOrEqual(before.length);
    await expect(statusByHttps(`${other.tenant.url}/oauth2/certs`)).rejects.toThrow('certificate');
    restore();
    expect(new Set(getCACertificates('default'))).toEqual(new Set(before));
    await other.stop();
  });

  it('restores node:tls', async () => {
    const before = tls.createSecureContext;
    const restore = landscape.trust();
    landscape.trust();
    restore();
    restore();
    await landscape.stop();
    expect(tls.createSecureContext).toBe(before);
  });

  it('extends to other processes through a file that stop removes', async () => {
    const path = await landscape.caFile();
    expect(await landscape.caFile()).toBe(path);
    const script = `fetch(${JSON.stringify(url)}).then((answer) => console.log(answer.status))`;
    const { stdout } = await run(process.execPath, ['-e', script], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: path },
    });
    expect(stdout.trim()).toBe('200');
    await landscape.stop();
    expect(existsSync(path)).toBe(false);
  });
});
