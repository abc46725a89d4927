import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Credentials, type LandscapeAddresses, LandscapeWorkplace } from './helper/landscape-process.js';
import { skipWithoutSignals } from './helper/process-tree.js';

const COMMAND = resolve('dist/packages/landscape/dist/ias-landscape.cjs');

describe('ias-landscape', { timeout: 60_000 }, () => {
  const workplace = new LandscapeWorkplace(() => [process.execPath, COMMAND]);
  beforeEach((context) => skipWithoutSignals(context));

  const post = async ({ admin }: LandscapeAddresses, path: string, body: object) => {
    const answer = await fetch(admin + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${await workplace.read('.landscape/admin-token')}` },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(201);
    return (await answer.json()) as { credentials: Credentials };
  };

  describe('with --keep', () => {
    it('keeps authority, client IDs, bindings and ports, but no signing keys', async () => {
      await workplace.configure({
        clientKey: 'EC',
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
      const seen = async (started: LandscapeAddresses) => ({
        ...started,
        ca: await workplace.read('.landscape/ca.pem'),
        app: await workplace.json<Credentials>('app.json'),
        secret: await workplace.json<Credentials>('secret.json'),
        tenants: ((await (await fetch(`${started.admin}/status`)).json()) as { tenants: object }).tenants,
      });
      const first = workplace.start('--json', '--keep');
      const one = await seen(await workplace.addresses(first));
      const { credentials: reports } = await post(one, '/bindings', { name: 'reports' });
      const keysOfOne = await keySet(one.ias);
      await workplace.stop(first);

      expect(first.error()).toContain('ias-landscape trust --print');
      expect((await stat(join(workplace.folder, '.landscape/kept'))).mode & 0o777).toBe(0o700);
      expect((await stat(join(workplace.folder, '.landscape/kept/landscape.json'))).mode & 0o777).toBe(0o600);
      const left = (await readdir(workplace.folder, { recursive: true })).filter((path) =>
        /key|token|bindings.+/.test(path),
      );
      expect(left).toEqual([]);

      const second = workplace.start('--json', '--keep');
      const two = await seen(await workplace.addresses(second));
      expect(two).toEqual(one);
      expect(second.error()).toBe('');
      expect(await workplace.tokenStatus(two.app)).toBe(200);
      expect(await workplace.tokenStatus(reports)).toBe(200);
      expect(await keySet(two.ias)).not.toBe(keysOfOne);
    });
    const keySet = async (ias: string) => (await workplace.send(ias, { path: '/oauth2/certs' })).body;

    it('keeps rotated credentials, and gives a revoked binding new ones, even if it was killed', async () => {
      await workplace.configure({
        clientKey: 'EC',
        bindings: {
          rotated: { write: [{ form: 'service-key', path: 'rotated.json' }] },
          revoked: { write: [{ form: 'service-key', path: 'revoked.json' }] },
        },
      });
      const first = workplace.start('--json', '--keep');
      const one = await workplace.addresses(first);
      const before = await workplace.json<Credentials>('rotated.json');
      await post(one, '/rotations', { binding: 'rotated' });
      await post(one, '/revocations', { binding: 'revoked' });
      const [rotated, revoked] = [
        await workplace.json<Credentials>('rotated.json'),
        await workplace.json<Credentials>('revoked.json'),
      ];
      expect(rotated.certificate).not.toBe(before.certificate);
      // Each change is kept at once, so that nothing is lost if the landscape is killed.
      first.child.kill('SIGKILL');
      await first.exit;
      await workplace.addresses(workplace.start('--json', '--keep'));
      expect(await workplace.json('rotated.json')).toEqual(rotated);
      const fresh = await workplace.json<Credentials>('revoked.json');
      expect(fresh.certificate).not.toBe(revoked.certificate);
      expect(await workplace.tokenStatus(fresh)).toBe(200);
      expect(await workplace.tokenStatus(revoked)).toBe(401);
    });

    it('makes a new authority for new host names, and says so', async () => {
      const first = workplace.start('--json', '--keep');
      await workplace.addresses(first);
      const ca = await workplace.read('.landscape/ca.pem');
      const key = await workplace.json<Credentials>('.landscape/service-key.json');
      await workplace.stop(first);
      const second = workplace.start('--json', '--keep', '--host-name', 'landscape');
      await workplace.addresses(second);
      expect(second.error()).toMatch(/^The landscape made a new authority for the new host names\. /);
      expect(await workplace.read('.landscape/ca.pem')).not.toBe(ca);
      expect((await workplace.json<Credentials>('.landscape/service-key.json')).certificate).toBe(
        key.certificate,
      );
    });

    it('does not start with keys that other users can read', async () => {
      await mkdir(join(workplace.folder, '.landscape/kept'), { recursive: true, mode: 0o755 });
      await writeFile(join(workplace.folder, '.landscape/kept/landscape.json'), '{}', { mode: 0o644 });
      const started = workplace.start('--keep');
      expect(await started.exit).toBe(1);
      expect(started.error()).toMatch(/^Other users can read .*kept.*: delete .*, and start again\.\n$/);
    });
  });

  it('keeps nothing without --keep', async () => {
    const first = workplace.start('--json');
    await workplace.addresses(first);
    const key = await workplace.json<Credentials>('.landscape/service-key.json');
    await workplace.stop(first);
    expect(await readdir(join(workplace.folder, '.landscape'))).not.toContain('kept');
    await workplace.addresses(workplace.start('--json'));
    expect((await workplace.json<Credentials>('.landscape/service-key.json')).clientid).not.toBe(
      key.clientid,
    );
  });

  it('says on standard error that a binding belongs to another landscape', async () => {
    await workplace.configure({ clientKey: 'EC', applications: { app: { clientId: 'fixed' } } });
    const first = workplace.start('--json');
    await workplace.addresses(first);
    const foreign = await workplace.json<Credentials>('.landscape/service-key.json');
    await workplace.stop(first);
    const second = workplace.start('--json');
    const { ias } = await workplace.addresses(second);
    expect(await workplace.tokenStatus({ ...foreign, url: ias })).toBe(401);
    expect(await workplace.tokenStatus({ ...foreign, url: ias, clientid: 'unknown' })).toBe(401);
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
      cwd: workplace.folder,
      env: { PATH: process.env['PATH'], npm_lifecycle_event: 'landscape' },
    });
    const announced = () => existsSync(join(workplace.folder, '.landscape/landscape.json'));
    await expect.poll(announced, { timeout: 30_000 }).toBe(true);
    shell.kill('SIGKILL');
    await expect.poll(announced, { timeout: 10_000 }).toBe(false);
  });

  it('leaves a folder for mounted secrets that existed before, and refuses one with foreign files', async () => {
    await workplace.configure({
      clientKey: 'EC',
      bindings: { app: { write: [{ form: 'mounted-secret', path: 'secrets' }] } },
    });
    const mounted = join(workplace.folder, 'secrets/identity/clicreIas');
    await mkdir(mounted, { recursive: true });
    const first = workplace.start('--json');
    await workplace.addresses(first);
    expect(await readdir(mounted)).toContain('clientid');
    // What a killed landscape leaves is not foreign.
    first.child.kill('SIGKILL');
    await first.exit;
    const second = workplace.start('--json');
    await workplace.addresses(second);
    await workplace.stop(second);
    expect(await readdir(mounted)).toEqual([]);
    await writeFile(join(mounted, 'url'), 'https://mine.accounts.ondemand.com');
    const third = workplace.start();
    expect(await third.exit).toBe(1);
    expect(third.error()).toMatch(/clicreIas contains files that no landscape wrote: move them away/);
    expect(await readdir(mounted)).toEqual(['url']);
  });

  it('says whether a landscape runs in this folder', async () => {
    const health = async () => {
      const started = workplace.start('health');
      return { code: await started.exit, error: started.error(), out: started.out() };
    };
    expect(await health()).toMatchObject({ code: 1, error: `No landscape runs in ${workplace.folder}.\n` });
    const landscape = workplace.start('--json', '--host-name', 'landscape', '--tenant-host', 'landscape');
    const { ias } = await workplace.addresses(landscape);
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
      const started = workplace.start('trust', ...parameters);
      return { code: await started.exit, ...started };
    };

    it('says how clients trust the kept authority, and how to undo it', async () => {
      const kept = workplace.start('--json', '--keep');
      await workplace.ready(kept);
      await workplace.stop(kept);
      const printed = await run('--print');
      expect(printed.code).toBe(0);
      const ca = join(workplace.folder, '.landscape/ca.pem');
      const until = new Date(
        new X509Certificate(await workplace.read('.landscape/ca.pem')).validTo,
      ).toISOString();
      expect(printed.out()).toContain(`valid until ${until.slice(0, 10)}`);
      for (const text of [`NODE_EXTRA_CA_CERTS='${ca}'`, `--cacert '${ca}'`, 'truststore.jks', 'certutil']) {
        expect(printed.out()).toContain(text);
      }
      expect(await readdir(join(workplace.folder, '.landscape'))).toContain('truststore.jks');
      const removed = await run('--remove');
      expect(removed.code).toBe(0);
      expect(removed.out()).toContain('unset NODE_EXTRA_CA_CERTS');
      expect(removed.out()).toContain('certutil -d sql:$HOME/.pki/nssdb -D');
      expect(removed.out()).toContain("rm -r '.landscape/kept'");
      expect(await readdir(join(workplace.folder, '.landscape'))).not.toContain('truststore.jks');
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
