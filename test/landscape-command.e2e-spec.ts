import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Credentials, type LandscapeProcess, LandscapeWorkplace } from './helper/landscape-process.js';

const run = promisify(execFile);
const TIMEOUT_MS = 120_000;

describe('ias-landscape, installed from the packed tarball', { timeout: TIMEOUT_MS }, () => {
  let installed: string;
  const workplace = new LandscapeWorkplace(() => [join(installed, 'node_modules/.bin/ias-landscape')]);

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

  const ready = async (started: LandscapeProcess) => {
    await workplace.ready(started);
    expect(started.error()).toBe('');
  };

  it('needs no configuration, issues tokens, and leaves no secret behind after Ctrl-C', async () => {
    const started = workplace.start();
    await ready(started);
    expect(started.out()).toMatch(
      /^Landscape ready: IAS https:\/\/localhost:\d+, router https:\S+, admin http:\S+\n$/,
    );
    const environment = await workplace.json<Record<string, string>>('default-env.json');
    const { identity } = JSON.parse(await readFile(environment['VCAP_SERVICES_FILE_PATH'] ?? '', 'utf8')) as {
      identity: [{ credentials: Credentials }];
    };
    expect(await workplace.tokenStatus(identity[0].credentials)).toBe(200);
    expect(await workplace.tokenStatus(await workplace.json('.landscape/service-key.json'))).toBe(200);
    started.child.kill('SIGINT');
    expect(await started.exit).toBe(0);
    const left = (await readdir(workplace.folder, { recursive: true })).sort();
    expect(left).toEqual(['.landscape', '.landscape/bindings', '.landscape/ca.pem']);
  });

  it('leaves no secret behind when its terminal closes, even if nothing reads its output', async () => {
    const started = workplace.start();
    started.child.stdout?.destroy();
    await expect
      .poll(async () => readdir(join(workplace.folder, '.landscape')).catch(() => []), { timeout: 30_000 })
      .toContain('landscape.json');
    started.child.kill('SIGHUP');
    expect(await started.exit).toBe(0);
    const left = (await readdir(workplace.folder, { recursive: true })).sort();
    expect(left).toEqual(['.landscape', '.landscape/bindings', '.landscape/ca.pem']);
  });

  it('does not keep a process alive that did not stop its landscape', async () => {
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
    await workplace.configure({
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
    const started = workplace.start('--json');
    await ready(started);
    const { routes, ias, admin } = JSON.parse(started.out()) as Record<string, string> & { routes: object };
    expect(ias).toMatch(/^https:\/\/my\.accounts\.localhost:\d+$/);
    expect((await workplace.json<Record<string, string>>('shop.json'))['O']).toBe(
      `${Object.values(routes).join()}/x`,
    );
    const key = await workplace.json<Credentials>('out/key.json');
    expect(key).toMatchObject({ clientid: 'orders-client', url: ias });
    expect(key.domains[0]).toBe(`accounts.localhost:${new URL(ias ?? '').port}`);
    expect(await workplace.tokenStatus(key)).toBe(200);
    expect(await workplace.json('out/vcap.json')).toMatchObject({
      identity: [{ name: 'orders-ias', credentials: key }],
    });
    expect(await workplace.json('out/secret.json')).toMatchObject({
      kind: 'Secret',
      metadata: { name: 'orders-ias' },
      stringData: { clientid: 'orders-client', key: key.key, type: 'identity' },
    });
    expect(await readFile(join(workplace.folder, 'out/mounted/identity/orders-ias/key'), 'utf8')).toBe(
      key.key,
    );
    for (const file of ['key', 'vcap', 'secret'])
      expect((await stat(join(workplace.folder, `out/${file}.json`))).mode & 0o777).toBe(0o600);

    await fetch(`${admin}/rotations`, { method: 'POST', body: '{"binding":"orders"}' });
    expect((await workplace.json<Credentials>('out/key.json')).key).not.toBe(key.key);

    started.child.kill('SIGTERM');
    expect(await started.exit).toBe(0);
    const left = await readdir(join(workplace.folder, 'out'), { recursive: true });
    expect(left.sort()).toEqual(['mounted', 'mounted/identity']);
  });

  it('protects the admin endpoint off loopback', async () => {
    const started = workplace.start('--json', '--admin-host', '0.0.0.0', '--host-name', 'landscape');
    await ready(started);
    // Apps do not start with an admin endpoint off loopback.
    expect(Object.keys(await workplace.json('default-env.json'))).toEqual([
      'VCAP_SERVICES_FILE_PATH',
      'IAS_CA_FILE',
    ]);
    const { admin = '' } = JSON.parse(started.out()) as Record<string, string>;
    expect(admin).toMatch(/^https:\/\/landscape:\d+$/);
    const token = await readFile(join(workplace.folder, '.landscape/admin-token'), 'utf8');
    const statusOf = async (headers: Record<string, string>) =>
      (await workplace.send(admin, { path: '/status', headers })).status;
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
      await workplace.configure(config);
      const started = workplace.start();
      expect(await started.exit).toBe(1);
      expect(started.error()).toMatch(message);
      expect(started.error().trim().split('\n')).toHaveLength(1);
      expect(started.out()).toBe('');
      const left = (await readdir(workplace.folder, { recursive: true })).filter((path) =>
        /key|token|bindings.+/.test(path),
      );
      expect(left).toEqual([]);
    },
  );

  it('says that a port is in use, and rejects unknown options', async () => {
    const first = workplace.start('--json');
    await ready(first);
    const port = new URL((JSON.parse(first.out()) as { router: string }).router).port;
    await mkdir(join(workplace.folder, 'other'));
    const second = workplace.start('--router-port', port);
    expect(await second.exit).toBe(1);
    expect(second.error()).toBe(
      `Port ${port} is already in use: stop the program that uses it, or set --router-port to another port.\n`,
    );
    const third = workplace.start('--prot', '1');
    expect(await third.exit).toBe(1);
    expect(third.error()).toContain("unknown option '--prot'");
  });
});
