import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { skipWithoutSignals } from '../../../test/helper/process-tree.js';

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
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const exit = once(child, 'close').then(([code]) => code as number | null);
    const started = { child, output: () => text, exit };
    running.push(started);
    return started;
  };
  const ready = async (landscape: Running, lines = 1) => {
    while (landscape.output().split('\n').length <= lines) {
      await once(landscape.child.stdout ?? landscape.child, 'data');
    }
  };
  const readJson = async (path: string) =>
    JSON.parse(await readFile(join(root, path), 'utf8')) as Record<string, unknown>;

  const contents = async () =>
    Promise.all(
      [
        '.landscape/landscape.json',
        '.landscape/ca.pem',
        '.landscape/service-key.json',
        'apps/backend/default-env.json',
        'apps/frontend/default-env.json',
      ].map((path) => readFile(join(root, path), 'utf8')),
    );

  it('stops when the shell in which npm runs it exits', async (context) => {
    skipWithoutSignals(context);
    const line = `"${process.execPath}" "${join(bundle, 'main.js')}"`;
    await writeFile(join(root, 'package.json'), JSON.stringify({ scripts: { landscape: line } }));
    const npm = spawn('npm', ['run', 'landscape'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    npm.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await expect.poll(() => text, { timeout: 15_000 }).toContain('Landscape ready');
    npm.kill('SIGTERM');
    // The stream closes only when the landscape has exited.
    await once(npm.stdout, 'close');
  });

  it('writes its files for apps and tools, and exits with code 0 on SIGTERM', async (context) => {
    skipWithoutSignals(context);
    const landscape = run({ BACKEND_PORT: '4001' });
    expect(await once(landscape.child, 'message')).toEqual(['ready', undefined]);

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
    const control = {
      LANDSCAPE_ADMIN_URL: urls['admin'],
      LANDSCAPE_ADMIN_TOKEN_FILE: join(root, '.landscape', 'admin-token'),
    };
    expect(backend).toEqual({
      ...control,
      IAS_CA_FILE: caFile,
      VCAP_SERVICES_FILE_PATH: join(root, '.landscape', 'bindings', 'backend.json'),
    });
    expect(await readJson('.landscape/bindings/backend.json')).toMatchObject({
      identity: [{ credentials: { 'credential-type': 'NONE', url: urls['ias'] } }],
    });
    expect(await readJson('apps/frontend/default-env.json')).toEqual({
      ...control,
      IAS_CA_FILE: caFile,
      BACKEND_URL: `https://backend.cert.localhost:${new URL(String(urls['router'])).port}`,
      VCAP_SERVICES_FILE_PATH: join(root, '.landscape', 'bindings', 'frontend.json'),
    });
    expect(await readJson('.landscape/bindings/frontend.json')).toMatchObject({
      identity: [{ credentials: { 'credential-type': 'X509_GENERATED' } }],
    });

    landscape.child.kill('SIGTERM');
    expect(await landscape.exit).toBe(0);
    expect(landscape.output().trim().split('\n')).toHaveLength(1);
  });

  it('removes its secrets even if more signals arrive while it stops', async (context) => {
    skipWithoutSignals(context);
    const landscape = run();
    await ready(landscape);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGINT', 'SIGTERM'] as const) {
      landscape.child.kill(signal);
      await delay(1);
    }
    expect(await landscape.exit).toBe(0);
    expect((await readdir(join(root, '.landscape'))).sort()).toEqual(['bindings', 'ca.pem']);
    expect(await readdir(join(root, '.landscape', 'bindings'))).toEqual([]);
  });

  it('makes keys readable by their owner only, and leaves no temporary file', async (context) => {
    skipWithoutSignals(context);
    const landscape = run();
    await ready(landscape);
    const modeOf = async (path: string) => (await stat(join(root, path))).mode & 0o777;
    expect(await modeOf('.landscape/service-key.json')).toBe(0o600);
    expect(await modeOf('apps/frontend/default-env.json')).toBe(0o600);
    expect(await modeOf('.landscape/admin-token')).toBe(0o600);
    expect(await modeOf('.landscape/bindings/frontend.json')).toBe(0o600);
    expect((await readdir(join(root, '.landscape'))).sort()).toEqual([
      'admin-token',
      'bindings',
      'ca.pem',
      'landscape.json',
      'service-key.json',
      'written.json',
    ]);
    landscape.child.kill('SIGINT');
    expect(await landscape.exit).toBe(0);
  });

  it('removes its secrets when the terminal closes, and when the reader of its output has gone', async (context) => {
    skipWithoutSignals(context);
    const landscape = run();
    landscape.child.stdout?.destroy();
    landscape.child.stderr?.destroy();
    await once(landscape.child, 'message');
    landscape.child.kill('SIGHUP');
    expect(await once(landscape.child, 'exit')).toEqual([0, null]);
    const left = await readdir(root, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(['ca.pem']);
  });

  it('removes only files that still have its content', async (context) => {
    skipWithoutSignals(context);
    const landscape = run();
    await ready(landscape);
    const edited = '{"BACKEND_URL":"http://localhost:4001"}';
    for (const path of ['.landscape/landscape.json', 'apps/backend/default-env.json']) {
      await writeFile(join(root, path), edited);
    }
    landscape.child.kill('SIGTERM');
    await landscape.exit;
    expect(await readFile(join(root, '.landscape/landscape.json'), 'utf8')).toBe(edited);
    expect(await readdir(join(root, 'apps/backend'))).toEqual(['default-env.json']);
    expect(await readdir(join(root, 'apps/frontend'))).toEqual([]);
  });

  it('starts again after it was killed', async (context) => {
    skipWithoutSignals(context);
    const killed = run();
    await ready(killed);
    killed.child.kill('SIGKILL');
    await killed.exit;
    const port = new URL(String((await readJson('.landscape/landscape.json'))['ias'])).port;
    const landscape = run({ LANDSCAPE_IAS_PORT: port });
    await ready(landscape);
    expect(landscape.output()).toMatch(/^Landscape ready/);
    landscape.child.kill('SIGTERM');
    expect(await landscape.exit).toBe(0);
    expect(await readdir(join(root, 'apps'), { recursive: true })).toEqual(['backend', 'frontend']);
  });

  it('does not start where another landscape runs, whose files stay', async () => {
    const first = run();
    await ready(first);
    const before = await contents();
    const second = run();
    expect(await second.exit).toBe(1);
    expect(second.output()).toBe(
      `A landscape already runs in ${root}: stop it, or start this one in another folder.\n`,
    );
    expect(await contents()).toEqual(before);
  });

  it('rotates the binding of an app through the admin endpoint', async () => {
    const landscape = run({ LANDSCAPE_ADMIN_TOKEN: 'a-token-of-the-test' });
    await ready(landscape);
    const admin = String((await readJson('.landscape/landscape.json'))['admin']);
    const before = JSON.stringify(await readJson('.landscape/bindings/frontend.json'));
    const rotation = await fetch(`${admin}/rotations`, { method: 'POST', body: '{"binding":"frontend"}' });
    expect(rotation.status).toBe(201);
    expect(await rotation.text()).not.toContain('PRIVATE KEY');
    expect(JSON.stringify(await readJson('.landscape/bindings/frontend.json'))).not.toBe(before);
    expect(await readFile(join(root, '.landscape/admin-token'), 'utf8')).toBe('a-token-of-the-test');
    const token = await fetch(`${admin}/tokens`, {
      method: 'POST',
      headers: { authorization: 'Bearer a-token-of-the-test' },
      body: '{"binding":"frontend"}',
    });
    expect(await token.json()).toMatchObject({ token_type: 'Bearer' });
  });

  it('leaves nothing secret behind when it cannot write its files', async () => {
    await rm(join(root, 'apps/frontend'), { recursive: true });
    const landscape = run();
    expect(await landscape.exit).toBe(1);
    const left = await readdir(join(root, '.landscape'), { recursive: true });
    expect(left.sort()).toEqual(['bindings', 'ca.pem']);
  });

  it('names a port that is in use, and keeps the files of the landscape that may use it', async () => {
    const first = run();
    await ready(first);
    const before = await contents();
    const { port } = new URL(String((await readJson('.landscape/landscape.json'))['router']));
    const second = run({ LANDSCAPE_ROUTER_PORT: port });
    expect(await second.exit).toBe(1);
    expect(second.output()).toBe(
      `Port ${port} is already in use: stop the program that uses it, or set LANDSCAPE_ROUTER_PORT to another port.\n`,
    );
    expect(await contents()).toEqual(before);
  });

  it('renames an environment file that it did not write, and names the backup', async () => {
    const foreign = [
      '{"VCAP_SERVICES":{"identity":[{"credentials":{"url":"https://my.accounts.ondemand.com"}}]}}',
      'not even JSON',
    ];
    for (const content of foreign) {
      await writeFile(join(root, 'apps/frontend/default-env.json'), content);
      const landscape = run();
      await ready(landscape, 2);
      landscape.child.kill('SIGTERM');
      await landscape.exit;
    }
    expect(await readFile(join(root, 'apps/frontend/default-env.backup.json'), 'utf8')).toBe(foreign[0]);
    expect(await readFile(join(root, 'apps/frontend/default-env.backup-2.json'), 'utf8')).toBe(foreign[1]);
    expect(running[0]?.output().split('\n', 1)).toEqual([
      'Renamed apps/frontend/default-env.json, which no landscape wrote, to apps/frontend/default-env.backup.json',
    ]);
    expect(await readdir(join(root, 'apps', 'backend'))).toEqual([]);
  });

  it('names an invalid variable', async () => {
    const landscape = run({ LANDSCAPE_ADMIN_PORT: 'x' });
    expect(await landscape.exit).toBe(1);
    expect(landscape.output()).toBe('LANDSCAPE_ADMIN_PORT must be a port between 0 and 65535.\n');
  });

  it('names the directory in which it must be started', async () => {
    await rm(join(root, 'apps'), { recursive: true });
    const landscape = run();
    expect(await landscape.exit).toBe(1);
    expect(landscape.output()).toMatch(
      /^The landscape cannot write its files .*default-env\.json\.[\w-]+\.tmp'\)\.\n$/,
    );
  });
});
