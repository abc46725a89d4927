import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const TIMEOUT_MS = 120_000;

interface Running {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly error: () => string;
  readonly exit: Promise<number | null>;
}
interface Credentials {
  readonly clientid: string;
  readonly url: string;
  readonly domains: readonly string[];
  readonly certificate: string;
  readonly key: string;
}

describe('ias-landscape, installed from the packed tarball', { timeout: TIMEOUT_MS }, () => {
  let installed: string;
  let folder: string;
  const running: Running[] = [];

  beforeAll(async () => {
    installed = await mkdtemp(join(await realpath(tmpdir()), 'ias-landscape-'));
    const { stdout } = await run('npm', ['pack', '--pack-destination', installed], {
      cwd: resolve('dist/packages/landscape'),
    });
    await writeFile(join(installed, 'package.json'), '{"private":true}');
    const options = ['--no-audit', '--no-fund', '--prefer-offline'];
    await run('npm', ['install', ...options, join(installed, stdout.trim())], { cwd: installed });
  }, TIMEOUT_MS);
  afterAll(async () => rm(installed, { recursive: true }));
  beforeEach(async () => {
    folder = await mkdtemp(join(await realpath(tmpdir()), 'empty-'));
  });
  afterEach(async () => {
    for (const { child, exit } of running.splice(0)) {
      child.kill('SIGKILL');
      await exit;
    }
    await rm(folder, { recursive: true });
  });

  const start = (...parameters: string[]): Running => {
    const command = join(installed, 'node_modules/.bin/ias-landscape');
    const child = spawn(command, parameters, { cwd: folder, env: { PATH: process.env['PATH'] } });
    const texts = { out: '', error: '' };
    child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (texts.error += chunk.toString()));
    const exit = once(child, 'close').then(([code]) => code as number | null);
    const started = { child, out: () => texts.out, error: () => texts.error, exit };
    running.push(started);
    return started;
  };
  const ready = async (started: Running) => {
    await expect.poll(() => started.out() + started.error(), { timeout: 30_000 }).toContain('\n');
    expect(started.error()).toBe('');
  };
  const configure = async (config: object) =>
    writeFile(join(folder, 'landscape.config.json'), JSON.stringify(config));
  const json = async <Content>(path: string) =>
    JSON.parse(await readFile(join(folder, path), 'utf8')) as Content;

  const tokenStatus = async ({ url, certificate, key, clientid }: Credentials) => {
    const { port, hostname } = new URL(url);
    const sent = request({
      host: '127.0.0.1',
      port,
      servername: hostname,
      method: 'POST',
      path: '/oauth2/token',
      headers: { host: new URL(url).host, 'content-type': 'application/x-www-form-urlencoded' },
      ca: await readFile(join(folder, '.landscape/ca.pem')),
      cert: certificate,
      key,
    });
    sent.end(new URLSearchParams({ grant_type: 'client_credentials', client_id: clientid }).toString());
    const [answer] = (await once(sent, 'response')) as [{ statusCode: number; resume: () => void }];
    answer.resume();
    return answer.statusCode;
  };

  it('needs no configuration, issues tokens, and leaves no secret behind after Ctrl-C', async () => {
    const started = start();
    await ready(started);
    expect(started.out()).toMatch(
      /^Landscape ready: IAS https:\/\/localhost:\d+, router https:\S+, admin http:\S+\n$/,
    );
    const environment = await json<Record<string, string>>('default-env.json');
    const { identity } = JSON.parse(await readFile(environment['VCAP_SERVICES_FILE_PATH'] ?? '', 'utf8')) as {
      identity: [{ credentials: Credentials }];
    };
    expect(await tokenStatus(identity[0].credentials)).toBe(200);
    expect(await tokenStatus(await json('.landscape/service-key.json'))).toBe(200);
    started.child.kill('SIGINT');
    expect(await started.exit).toBe(0);
    const left = (await readdir(folder, { recursive: true })).sort();
    expect(left).toEqual(['.landscape', '.landscape/bindings', '.landscape/ca.pem']);
  });

  it('leaves no secret behind when its terminal closes, even if nothing reads its output', async () => {
    const started = start();
    started.child.stdout?.destroy();
    await expect
      .poll(async () => readdir(join(folder, '.landscape')).catch(() => []), { timeout: 30_000 })
      .toContain('landscape.json');
    started.child.kill('SIGHUP');
    expect(await started.exit).toBe(0);
    const left = (await readdir(folder, { recursive: true })).sort();
    expect(left).toEqual(['.landscape', '.landscape/bindings', '.landscape/ca.pem']);
  });

  it('lets a process end that did not stop its landscape', async () => {
    const code = `
      import { startLandscape } from '@nest-ias/landscape';
      const landscape = await startLandscape();
      landscape.trust();
      await (await fetch(landscape.tenant.url + '/oauth2/certs')).json();
      console.log('done');`;
    const options = { cwd: installed, timeout: 20_000 };
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], options);
    expect(stdout).toBe('done\n');
  });

  it('starts what the configuration describes', async () => {
    await configure({
      tenantHost: 'my.accounts.localhost',
      applications: {
        shop: { dependencies: { orders: { application: 'orders', apis: ['read'] } } },
        orders: { clientId: 'orders-client', providedApis: ['read'], tokenValidity: 60 },
      },
      tenants: { subscriber: { appTid: 'subscriber-tid', subscribesTo: ['orders'] } },
      routes: { 'orders.cert.localhost': { url: ['http://localhost:1'], clientCertificate: 'istio' } },
      bindings: {
        shop: {
          write: [
            {
              form: 'default-env',
              path: 'shop.json',
              environment: { O: '${routes.orders.cert.localhost}/x' },
            },
          ],
        },
        orders: {
          application: 'orders',
          instance: 'orders-ias',
          write: [
            { form: 'service-key', path: 'out/key.json' },
            { form: 'vcap-services', path: 'out/vcap.json' },
            { form: 'kubernetes-secret', path: 'out/secret.json' },
            { form: 'mounted-secret', path: 'out/mounted' },
          ],
        },
      },
    });
    const started = start('--json');
    await ready(started);
    const { routes, ias, admin } = JSON.parse(started.out()) as Record<string, string> & { routes: object };
    expect(ias).toMatch(/^https:\/\/my\.accounts\.localhost:\d+$/);
    expect((await json<Record<string, string>>('shop.json'))['O']).toBe(`${Object.values(routes).join()}/x`);
    const key = await json<Credentials>('out/key.json');
    expect(key).toMatchObject({ clientid: 'orders-client', url: ias });
    expect(key.domains[0]).toBe(`accounts.localhost:${new URL(ias ?? '').port}`);
    expect(await tokenStatus(key)).toBe(200);
    expect(await json('out/vcap.json')).toMatchObject({
      identity: [{ name: 'orders-ias', credentials: key }],
    });
    expect(await json('out/secret.json')).toMatchObject({
      kind: 'Secret',
      metadata: { name: 'orders-ias' },
      stringData: { clientid: 'orders-client', key: key.key, type: 'identity' },
    });
    expect(await readFile(join(folder, 'out/mounted/identity/orders-ias/key'), 'utf8')).toBe(key.key);
    for (const file of ['key', 'vcap', 'secret'])
      expect((await stat(join(folder, `out/${file}.json`))).mode & 0o777).toBe(0o600);

    await fetch(`${admin}/rotations`, { method: 'POST', body: '{"binding":"orders"}' });
    expect((await json<Credentials>('out/key.json')).key).not.toBe(key.key);

    started.child.kill('SIGTERM');
    expect(await started.exit).toBe(0);
    const left = await readdir(join(folder, 'out'), { recursive: true });
    expect(left.sort()).toEqual(['mounted', 'mounted/identity']);
  });

  it('protects the admin endpoint off loopback', async () => {
    const started = start('--json', '--admin-host', '0.0.0.0', '--host-name', 'landscape');
    await ready(started);
    // Apps do not start with an admin endpoint off loopback.
    expect(Object.keys(await json('default-env.json'))).toEqual(['VCAP_SERVICES_FILE_PATH', 'IAS_CA_FILE']);
    const { admin = '' } = JSON.parse(started.out()) as Record<string, string>;
    expect(admin).toMatch(/^https:\/\/landscape:\d+$/);
    const token = await readFile(join(folder, '.landscape/admin-token'), 'utf8');
    const ca = await readFile(join(folder, '.landscape/ca.pem'));
    const statusOf = async (headers: Record<string, string>) => {
      const sent = request({
        host: '127.0.0.1',
        port: new URL(admin).port,
        servername: 'landscape',
        path: '/status',
        ca,
        headers: { host: new URL(admin).host, ...headers },
      }).end();
      const [answer] = (await once(sent, 'response')) as [{ statusCode: number; resume: () => void }];
      answer.resume();
      return answer.statusCode;
    };
    expect(await statusOf({})).toBe(401);
    expect(await statusOf({ authorization: `Bearer ${token}` })).toBe(200);
    expect(await statusOf({ authorization: `Bearer ${token}`, host: 'evil.example' })).toBe(403);
  });

  it.each<[string, object, RegExp]>([
    ['an unknown property', { port: 1 }, /^The configuration is invalid\. .*landscape\.config\.json: .*port/],
    [
      'a prototype',
      JSON.parse('{"routes":{"__proto__":"http://localhost:1"}}') as object,
      /\.json: the name "__proto__" is not allowed\.\n$/,
    ],
    ['an unknown application', { bindings: { a: { application: 'b' } } }, /names the application b/],
    [
      'an unknown route',
      {
        bindings: {
          a: { write: [{ form: 'default-env', path: 'e.json', environment: { X: '${routes.y}' } }] },
        },
      },
      /names the route y/,
    ],
    [
      'a route for a foreign name',
      { routes: { 'app.example.com': 'http://localhost:1' } },
      /"app\.example\.com" among its host names/,
    ],
    [
      'a folder that does not exist',
      { bindings: { a: { write: [{ form: 'default-env', path: 'none/e.json' }] } } },
      /cannot write its files .*ENOENT/,
    ],
  ])(
    'says in one sentence that the configuration contains %s, and leaves no secret behind',
    async (_, config, message) => {
      await configure(config);
      const started = start();
      expect(await started.exit).toBe(1);
      expect(started.error()).toMatch(message);
      expect(started.error().trim().split('\n')).toHaveLength(1);
      expect(started.out()).toBe('');
      const left = (await readdir(folder, { recursive: true })).filter((path) =>
        /key|token|bindings.+/.test(path),
      );
      expect(left).toEqual([]);
    },
  );

  it('says that a port is in use, and rejects unknown options', async () => {
    const first = start('--json');
    await ready(first);
    const port = new URL((JSON.parse(first.out()) as { router: string }).router).port;
    await mkdir(join(folder, 'other'));
    const second = start('--router-port', port);
    expect(await second.exit).toBe(1);
    expect(second.error()).toBe(
      `Port ${port} is already in use: stop the program that uses it, or set --router-port to another port.\n`,
    );
    const third = start('--prot', '1');
    expect(await third.exit).toBe(1);
    expect(third.error()).toContain("unknown option '--prot'");
  });
});
