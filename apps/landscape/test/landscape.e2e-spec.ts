import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}

describe('landscape app', () => {
  let bundle: string;
  let root: string;
  const running: Running[] = [];

  beforeAll(async () => {
    bundle = await mkdtemp(join(await realpath(tmpdir()), 'landscape-bundle-'));
    await build({
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      resolve: { tsconfigPaths: true },
      build: { ssr: 'apps/landscape/src/main.ts', outDir: bundle },
    });
    await writeFile(join(bundle, 'package.json'), '{"type":"module"}');
  });
  afterAll(async () => rm(bundle, { recursive: true }));

  beforeEach(async () => {
    root = await mkdtemp(join(await realpath(tmpdir()), 'landscape-root-'));
    await mkdir(join(root, 'apps', 'backend'), { recursive: true });
    await mkdir(join(root, 'apps', 'frontend'), { recursive: true });
  });
  afterEach(async () => {
    for (const { child, exit } of running.splice(0)) {
      child.kill('SIGKILL');
      await exit;
    }
    await rm(root, { recursive: true });
  });

  const run = (environment: Record<string, string> = {}): Running => {
    const child = spawn(process.execPath, [join(bundle, 'main.js')], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...environment },
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const exit = once(child, 'close').then(([code]) => code as number | null);
    const started = { child, output: () => text, exit };
    running.push(started);
    return started;
  };
  const ready = async (landscape: Running) => {
    while (!landscape.output().includes('\n')) await once(landscape.child.stdout ?? landscape.child, 'data');
  };
  const readJson = async (path: string) =>
    JSON.parse(await readFile(join(root, path), 'utf8')) as Record<string, unknown>;

  it('tells the apps and tools where it is, and ends with code 0 on SIGTERM', async () => {
    const landscape = run({ BACKEND_PORT: '4001' });
    await ready(landscape);

    const urls = await readJson('.landscape/landscape.json');
    expect(urls).toEqual({
      ias: expect.stringMatching(/^https:\/\/localhost:\d+$/),
      router: expect.stringMatching(/^https:\/\/localhost:\d+$/),
      admin: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
    const key = await readJson('.landscape/service-key.json');
    expect(key).toMatchObject({ url: urls['ias'], 'credential-type': 'X509_GENERATED' });
    expect(key['key']).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);

    const caFile = join(root, '.landscape', 'ca.pem');
    const backend = await readJson('apps/backend/default-env.json');
    expect(backend).toMatchObject({
      IAS_CA_FILE: caFile,
      VCAP_SERVICES: { identity: [{ credentials: { 'credential-type': 'NONE', url: urls['ias'] } }] },
    });
    expect(JSON.stringify(backend)).not.toContain('PRIVATE KEY');
    expect(await readJson('apps/frontend/default-env.json')).toMatchObject({
      IAS_CA_FILE: caFile,
      BACKEND_URL: `https://backend.cert.localhost:${new URL(String(urls['router'])).port}`,
      VCAP_SERVICES: { identity: [{ credentials: { 'credential-type': 'X509_GENERATED' } }] },
    });

    landscape.child.kill('SIGTERM');
    expect(await landscape.exit).toBe(0);
    expect(landscape.output().trim().split('\n')).toHaveLength(1);
  });

  it('keeps keys to their owner, and leaves no temporary file', async () => {
    const landscape = run();
    await ready(landscape);
    const modeOf = async (path: string) => (await stat(join(root, path))).mode & 0o777;
    expect(await modeOf('.landscape/service-key.json')).toBe(0o600);
    expect(await modeOf('apps/frontend/default-env.json')).toBe(0o600);
    expect((await readdir(join(root, '.landscape'))).sort()).toEqual([
      'ca.pem',
      'landscape.json',
      'service-key.json',
    ]);
    landscape.child.kill('SIGINT');
    expect(await landscape.exit).toBe(0);
  });

  it('says in one sentence that a port is taken, after removing what an earlier landscape left', async () => {
    const stale = join(root, 'apps', 'backend', 'default-env.json');
    await writeFile(stale, '{}');
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;
    const landscape = run({ LANDSCAPE_ROUTER_PORT: String(port) });
    expect(await landscape.exit).toBe(1);
    occupant.close();
    expect(landscape.output()).toBe(
      `Port ${port} is already in use: end what listens there, or set LANDSCAPE_ROUTER_PORT to another port.\n`,
    );
    await expect(stat(stale)).rejects.toThrow('ENOENT');
  });

  it('says in one sentence which variable is invalid', async () => {
    const landscape = run({ LANDSCAPE_ADMIN_PORT: 'x' });
    expect(await landscape.exit).toBe(1);
    expect(landscape.output()).toBe('LANDSCAPE_ADMIN_PORT must be a port between 0 and 65535.\n');
  });

  it('says where it wants to be started when it is started elsewhere', async () => {
    await rm(join(root, 'apps'), { recursive: true });
    const landscape = run();
    expect(await landscape.exit).toBe(1);
    expect(landscape.output()).toMatch(/^The landscape cannot write its files .*root of the repository\.\n$/);
  });
});
