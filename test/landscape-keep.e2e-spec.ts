import { type ChildProcess, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { skipWithoutSignals } from './helper/process-tree.js';

const COMMAND = resolve('dist/packages/landscape/dist/ias-landscape.cjs');

interface Running {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly error: () => string;
  readonly exit: Promise<number | null>;
}
interface Credentials {
  readonly clientid: string;
  readonly url: string;
  readonly certificate: string;
  readonly key: string;
  readonly clientsecret?: string;
}
interface Ready {
  readonly ias: string;
  readonly router: string;
  readonly admin: string;
}

describe('ias-landscape', { timeout: 60_000 }, () => {
  let folder: string;
  const running: Running[] = [];

  beforeEach(async (context) => {
    skipWithoutSignals(context);
    folder = await mkdtemp(join(await realpath(tmpdir()), 'kept-'));
  });
  afterEach(async () => {
    for (const { child, exit } of running.splice(0)) {
      child.kill('SIGKILL');
      await exit;
    }
    await rm(folder, { recursive: true });
  });

  const start = (...parameters: string[]): Running => {
    const child = spawn(process.execPath, [COMMAND, ...parameters], {
      cwd: folder,
      env: { PATH: process.env['PATH'] },
    });
    const texts = { out: '', error: '' };
    child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (texts.error += chunk.toString()));
    const exit = once(child, 'close').then(([code]) => code as number | null);
    const started = { child, out: () => texts.out, error: () => texts.error, exit };
    running.push(started);
    return started;
  };
  const ready = async (started: Running): Promise<Ready> => {
    await expect.poll(() => started.out(), { timeout: 30_000 }).toContain('\n');
    return JSON.parse(started.out()) as Ready;
  };
  const stop = async (started: Running) => {
    started.child.kill('SIGTERM');
    expect(await started.exit).toBe(0);
  };
  const configure = async (config: object) =>
    writeFile(join(folder, 'landscape.config.json'), JSON.stringify({ clientKey: 'EC', ...config }));
  const read = async (path: string) => readFile(join(folder, path), 'utf8');
  const json = async <Content>(path: string) => JSON.parse(await read(path)) as Content;

  const tokenStatus = async ({ url, certificate, key, clientid }: Credentials) => {
    const { port, hostname, host } = new URL(url);
    const sent = request({
      host: '127.0.0.1',
      port,
      servername: hostname,
      method: 'POST',
      path: '/oauth2/token',
      headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
      ca: await read('.landscape/ca.pem'),
      cert: certificate,
      key,
    });
    sent.end(new URLSearchParams({ grant_type: 'client_credentials', client_id: clientid }).toString());
    const [answer] = (await once(sent, 'response')) as [{ statusCode: number; resume: () => void }];
    answer.resume();
    return answer.statusCode;
  };
  const post = async ({ admin }: Ready, path: string, body: object) => {
    const answer = await fetch(admin + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${await read('.landscape/admin-token')}` },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(201);
    return (await answer.json()) as { credentials: Credentials };
  };

  describe('with --keep', () => {
    it('keeps authority, client IDs, bindings and ports, but no signing keys', async () => {
      await configure({
        tenants: { subscriber: { subscribesTo: ['app'] } },
        applications: { app: {}, other: {} },
        bindings: {
          app: { write: [{ form: 'service-key', path: 'app.json' }] },
          secret: {
            application: 'other',
            parameters: { type: 'SECRET' },
            write: [{ form: 'service-key', path: 'secret.json' }],
          },
        },
      });
      const seen = async (started: Ready) => ({
        ...started,
        ca: await read('.landscape/ca.pem'),
        app: await json<Credentials>('app.json'),
        secret: await json<Credentials>('secret.json'),
        tenants: ((await (await fetch(`${started.admin}/status`)).json()) as { tenants: object }).tenants,
      });
      const first = start('--json', '--keep');
      const one = await seen(await ready(first));
      const { credentials: reports } = await post(one, '/bindings', { name: 'reports' });
      const keysOfOne = await (await keySet(one.ias)).text();
      await stop(first);

      expect(first.error()).toContain('ias-landscape trust --print');
      expect((await stat(join(folder, '.landscape/kept'))).mode & 0o777).toBe(0o700);
      expect((await stat(join(folder, '.landscape/kept/landscape.json'))).mode & 0o777).toBe(0o600);
      const left = (await readdir(folder, { recursive: true })).filter((path) =>
        /key|token|bindings.+/.test(path),
      );
      expect(left).toEqual([]);

      const second = start('--json', '--keep');
      const two = await seen(await ready(second));
      expect(two).toEqual(one);
      expect(second.error()).toBe('');
      expect(await tokenStatus(two.app)).toBe(200);
      expect(await tokenStatus(reports)).toBe(200);
      expect(await (await keySet(two.ias)).text()).not.toBe(keysOfOne);
    });
    const keySet = async (ias: string) => {
      const { port } = new URL(ias);
      const sent = request({
        host: '127.0.0.1',
        port,
        servername: 'localhost',
        path: '/oauth2/certs',
        ca: await read('.landscape/ca.pem'),
      }).end();
      const [answer] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
      return { text: async () => (await answer.toArray()).join('') };
    };

    it('keeps rotated credentials, and gives a revoked binding new ones, even if it was killed', async () => {
      await configure({
        bindings: {
          rotated: { write: [{ form: 'service-key', path: 'rotated.json' }] },
          revoked: { write: [{ form: 'service-key', path: 'revoked.json' }] },
        },
      });
      const first = start('--json', '--keep');
      const one = await ready(first);
      const before = await json<Credentials>('rotated.json');
      await post(one, '/rotations', { binding: 'rotated' });
      await post(one, '/revocations', { binding: 'revoked' });
      const [rotated, revoked] = [
        await json<Credentials>('rotated.json'),
        await json<Credentials>('revoked.json'),
      ];
      expect(rotated.certificate).not.toBe(before.certificate);
      // Each change is kept at once, so that nothing is lost if the landscape is killed.
      first.child.kill('SIGKILL');
      await first.exit;
      await ready(start('--json', '--keep'));
      expect(await json('rotated.json')).toEqual(rotated);
      const fresh = await json<Credentials>('revoked.json');
      expect(fresh.certificate).not.toBe(revoked.certificate);
      expect(await tokenStatus(fresh)).toBe(200);
      expect(await tokenStatus(revoked)).toBe(401);
    });

    it('makes a new authority for new host names, and says so', async () => {
      const first = start('--json', '--keep');
      await ready(first);
      const ca = await read('.landscape/ca.pem');
      const key = await json<Credentials>('.landscape/service-key.json');
      await stop(first);
      const second = start('--json', '--keep', '--host-name', 'landscape');
      await ready(second);
      expect(second.error()).toMatch(/^The landscape made a new authority for the new host names\. /);
      expect(await read('.landscape/ca.pem')).not.toBe(ca);
      expect((await json<Credentials>('.landscape/service-key.json')).certificate).toBe(key.certificate);
    });

    it('does not start with keys that other users can read', async () => {
      await mkdir(join(folder, '.landscape/kept'), { recursive: true, mode: 0o755 });
      await writeFile(join(folder, '.landscape/kept/landscape.json'), '{}', { mode: 0o644 });
      const started = start('--keep');
      expect(await started.exit).toBe(1);
      expect(started.error()).toMatch(/^Other users can read .*kept.*: delete .*, and start again\.\n$/);
    });
  });

  it('keeps nothing without --keep', async () => {
    const first = start('--json');
    await ready(first);
    const key = await json<Credentials>('.landscape/service-key.json');
    await stop(first);
    expect(await readdir(join(folder, '.landscape'))).not.toContain('kept');
    await ready(start('--json'));
    expect((await json<Credentials>('.landscape/service-key.json')).clientid).not.toBe(key.clientid);
  });

  it('says on standard error that a binding belongs to another landscape', async () => {
    await configure({ applications: { app: { clientId: 'fixed' } } });
    const first = start('--json');
    await ready(first);
    const foreign = await json<Credentials>('.landscape/service-key.json');
    await stop(first);
    const second = start('--json');
    const { ias } = await ready(second);
    expect(await tokenStatus({ ...foreign, url: ias })).toBe(401);
    expect(await tokenStatus({ ...foreign, url: ias, clientid: 'unknown' })).toBe(401);
    const failed = '401 POST /oauth2/token: Client authentication failed: ';
    const cause = 'The binding comes from another landscape, or from an earlier start of this one.\n';
    expect(second.error()).toBe(
      `${failed}another authority issued the certificate of client fixed. ${cause}` +
        `${failed}this tenant does not know client unknown. ${cause}`,
    );
  });

  it('ends when the npm that started it ends', async () => {
    // As npm does: a shell that does not pass signals on.
    const shell = spawn('sh', ['-c', `"${process.execPath}" "${COMMAND}" & wait`], {
      cwd: folder,
      env: { PATH: process.env['PATH'], npm_lifecycle_event: 'landscape' },
    });
    const announced = () => existsSync(join(folder, '.landscape/landscape.json'));
    await expect.poll(announced, { timeout: 30_000 }).toBe(true);
    shell.kill('SIGKILL');
    await expect.poll(announced, { timeout: 10_000 }).toBe(false);
  });

  it('leaves a folder for mounted secrets that existed before, and refuses one with foreign files', async () => {
    await configure({ bindings: { app: { write: [{ form: 'mounted-secret', path: 'secrets' }] } } });
    const mounted = join(folder, 'secrets/identity/clicreIas');
    await mkdir(mounted, { recursive: true });
    const first = start('--json');
    await ready(first);
    expect(await readdir(mounted)).toContain('clientid');
    // What a killed landscape leaves is not foreign.
    first.child.kill('SIGKILL');
    await first.exit;
    const second = start('--json');
    await ready(second);
    await stop(second);
    expect(await readdir(mounted)).toEqual([]);
    await writeFile(join(mounted, 'url'), 'https://mine.accounts.ondemand.com');
    const third = start();
    expect(await third.exit).toBe(1);
    expect(third.error()).toMatch(/clicreIas contains files that no landscape wrote: move them away/);
    expect(await readdir(mounted)).toEqual(['url']);
  });

  it('says whether a landscape runs in this folder', async () => {
    const health = async () => {
      const started = start('health');
      return { code: await started.exit, error: started.error(), out: started.out() };
    };
    expect(await health()).toMatchObject({ code: 1, error: `No landscape runs in ${folder}.\n` });
    const landscape = start('--json', '--host-name', 'landscape', '--tenant-host', 'landscape');
    const { ias } = await ready(landscape);
    expect(await health()).toMatchObject({ code: 0, out: `The landscape runs: IAS ${ias}\n` });
    landscape.child.kill('SIGKILL');
    await landscape.exit;
    expect(await health()).toMatchObject({
      code: 1,
      error: expect.stringMatching(/^The landscape does not answer /),
    });
  });

  describe('trust', () => {
    const run = async (...parameters: string[]) => {
      const started = start('trust', ...parameters);
      return { code: await started.exit, ...started };
    };

    it('says how clients trust the kept authority, and how to undo it', async () => {
      await stop(await ready(start('--json', '--keep')).then(() => running.at(-1) as Running));
      const printed = await run('--print');
      expect(printed.code).toBe(0);
      const ca = join(folder, '.landscape/ca.pem');
      const until = new Date(new X509Certificate(await read('.landscape/ca.pem')).validTo).toISOString();
      expect(printed.out()).toContain(`valid until ${until.slice(0, 10)}`);
      for (const text of [`NODE_EXTRA_CA_CERTS='${ca}'`, `--cacert '${ca}'`, 'truststore.jks', 'certutil']) {
        expect(printed.out()).toContain(text);
      }
      expect(await readdir(join(folder, '.landscape'))).toContain('truststore.jks');
      const removed = await run('--remove');
      expect(removed.code).toBe(0);
      expect(removed.out()).toContain('unset NODE_EXTRA_CA_CERTS');
      expect(removed.out()).toContain('certutil -d sql:$HOME/.pki/nssdb -D');
      expect(removed.out()).toContain("rm -r '.landscape/kept'");
      expect(await readdir(join(folder, '.landscape'))).not.toContain('truststore.jks');
    });

    it('needs an authority, and to know what to do', async () => {
      const none = await run('--print');
      expect(none.code).toBe(1);
      expect(none.error()).toMatch(/^There is no .*ca\.pem: start "ias-landscape --keep" in .* first\.\n$/);
      const unclear = await run();
      expect(unclear.code).toBe(1);
      expect(unclear.error()).toBe('Choose what to do: ias-landscape trust --print, or --remove.\n');
    });
  });
});
