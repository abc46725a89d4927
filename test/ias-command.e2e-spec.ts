import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startLandscape } from '@nest-ias/landscape';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PACKAGE = join(ROOT, 'dist/packages/cli');
const TIMEOUT_MS = 180_000;

interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program without the environment of the test runner. */
async function run(
  program: string,
  parameters: readonly string[],
  cwd: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const { PATH, HOME } = process.env;
  const npm = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^npm_config_/i.test(name)));
  try {
    const options = { cwd, env: { PATH, HOME, ...npm, ...more } };
    return { exitCode: 0, ...(await promisify(execFile)(program, parameters, options)) };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
    return { exitCode: code ?? -1, stdout, stderr };
  }
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ias-command-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** What every form of the command must do in an empty folder: exit codes, and what it writes. */
async function tryOut(
  program: string,
  parameters: readonly string[],
  cwd: string,
  environment = {},
): Promise<object> {
  const key = {
    clientid: 'the-client',
    url: 'https://t.accounts.ondemand.com',
    domains: ['accounts.ondemand.com'],
  };
  await writeFile(join(folder, 'key.json'), JSON.stringify(key));
  const ias = (...more: string[]) => run(program, [...parameters, ...more], cwd, environment);
  const binding = ['--from', join(folder, 'key.json')];
  await writeFile(join(folder, 'token.txt'), 'nonsense');
  const [explained, inspected, diagnosed, verified, unbound, unknown] = [
    await ias('explain', 'client_rejected'),
    await ias('inspect', ...binding),
    await ias('doctor', '--offline', ...binding),
    await ias('verify', join(folder, 'token.txt'), ...binding),
    await ias('inspect'),
    await ias('nonsense'),
  ];
  return {
    exitCodes: [explained, inspected, diagnosed, verified, unbound, unknown].map(({ exitCode }) => exitCode),
    explained: explained.stdout.split('\n')[0],
    inspected: inspected.stdout.includes('the-client'),
    diagnosed: diagnosed.stdout.includes('Nothing is broken'),
    verified: verified.stdout.split('\n')[0],
    unbound: /\((binding_\w+)\)/.exec(unbound.stderr)?.[1],
  };
}

const WORKS = {
  exitCodes: [0, 0, 0, 2, 2, 3],
  explained: 'client_rejected',
  inspected: true,
  diagnosed: true,
  verified: 'The guard rejects the token: token_malformed',
  unbound: 'binding_missing',
};

describe('ias', { timeout: TIMEOUT_MS }, () => {
  it('runs in the repository with npm run -s ias --', async () => {
    // Takes precedence over the default-env.json that a landscape of this repository writes.
    const SERVICE_BINDING_ROOT = await mkdtemp(join(folder, 'no-binding-'));
    expect(await tryOut('npm', ['run', '-s', 'ias', '--'], ROOT, { SERVICE_BINDING_ROOT })).toEqual(WORKS);
  });

  it('runs from the installed tarball in an empty folder', async () => {
    const app = join(folder, 'installed');
    const { stdout: tarball } = await run('npm', ['pack', '--pack-destination', folder], PACKAGE);
    await writeFile(join(folder, 'package.json'), '{"private":true}');
    const file = join(folder, tarball.trim());
    const installed = await run(
      'npm',
      ['install', '--prefix', app, '--no-audit', '--no-fund', '--prefer-offline', file],
      folder,
    );
    expect(installed).toMatchObject({ exitCode: 0 });
    expect(await tryOut(join(app, 'node_modules/.bin/ias'), [], folder)).toEqual(WORKS);
  });

  it('starts the landscape from its installed tarball, and stops it', async () => {
    const app = join(folder, 'with-landscape');
    const pack = async (name: string) =>
      (
        await run('npm', ['pack', '--pack-destination', folder], join(ROOT, 'dist/packages', name))
      ).stdout.trim();
    const tarballs = [await pack('cli'), await pack('landscape')].map((name) => join(folder, name));
    const install = ['install', '--prefix', app, '--no-audit', '--no-fund', '--prefer-offline', ...tarballs];
    expect(await run('npm', install, folder)).toMatchObject({ exitCode: 0 });
    const where = await mkdtemp(join(folder, 'empty-'));
    const { PATH } = process.env;
    const command = spawn(join(app, 'node_modules/.bin/ias'), ['landscape'], { cwd: where, env: { PATH } });
    const ended = new Promise<number | null>((resolve) => command.once('close', resolve));
    await vi.waitUntil(() => existsSync(join(where, '.landscape/landscape.json')), { timeout: 60_000 });
    const key = ['--from', join(where, '.landscape/service-key.json')];
    const trust = { PATH, IAS_CA_FILE: join(where, '.landscape/ca.pem') };
    const doctor = ['doctor', ...key];
    await promisify(execFile)(join(app, 'node_modules/.bin/ias'), doctor, { cwd: where, env: trust });
    command.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('runs as a single file, without anything installed', async () => {
    expect(await run('npm', ['run', '-s', 'build:cli'], ROOT)).toMatchObject({ exitCode: 0 });
    const staged = await mkdtemp(join(folder, 'staged-'));
    await cp(join(ROOT, 'dist/cli'), staged, { recursive: true });
    expect(await readdir(staged)).toEqual(['ias.mjs']);
    expect(await tryOut(process.execPath, [join(staged, 'ias.mjs')], folder)).toEqual(WORKS);
  });

  it('runs as a task of an app does: staged, with its environment, within 256 MB', async () => {
    const landscape = await startLandscape();
    try {
      const staged = await mkdtemp(join(folder, 'task-'));
      await cp(join(ROOT, 'dist/cli/ias.mjs'), join(staged, 'ias.mjs'));
      const memory = join(folder, 'memory.mjs');
      await writeFile(
        memory,
        'process.on("exit", () => process.stderr.write(String(process.resourceUsage().maxRSS)));',
      );
      const credentials = await landscape.issueBinding({ type: 'X509_GENERATED' });
      const environment = {
        PATH: process.env['PATH'],
        VCAP_SERVICES: JSON.stringify({ identity: [{ name: 'ias', label: 'identity', credentials }] }),
        VCAP_APPLICATION: JSON.stringify({ application_name: 'frontend' }),
        MEMORY_LIMIT: '256m',
        IAS_CA_FILE: await landscape.caFile(),
      };
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        ['--import', memory, 'ias.mjs', 'doctor', '--strict'],
        { cwd: staged, env: environment },
      );
      expect(stdout).toContain('"ias" from the environment');
      expect(stdout).toContain('Nothing is broken, 0 warnings');
      expect(Number(stderr)).toBeLessThan(256 * 1024);
    } finally {
      await landscape.stop();
    }
  });

  it('contains only code of this repository, and needs published packages only', async () => {
    const dist = join(PACKAGE, 'dist');
    const maps = (await readdir(dist)).filter((name) => name.endsWith('.map'));
    expect(maps.length).toBeGreaterThan(0);
    for (const map of maps) expect(await readFile(join(dist, map), 'utf8')).not.toContain('node_modules/');
    const { dependencies } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(dependencies).filter((name) => name.includes('nest-ias'))).toEqual([]);
  });

  it('loads neither Nest nor @sap/* nor zod to start, to explain and to inspect', async () => {
    const dist = join(PACKAGE, 'dist');
    const chunks = await readdir(dist);
    /** The packages that a file and its static imports load. */
    const packagesOf = async (file: string, seen = new Set<string>()): Promise<Set<string>> => {
      const packages = new Set<string>();
      if (seen.has(file)) return packages;
      seen.add(file);
      const text = await readFile(join(dist, file), 'utf8');
      for (const [, from = ''] of text.matchAll(/^import (?:[^'"]* from )?["']([^"']+)["']/gm)) {
        if (from.startsWith('./'))
          for (const name of await packagesOf(from.slice(2), seen)) packages.add(name);
        else if (!from.startsWith('node:')) packages.add(from);
      }
      return packages;
    };
    const chunkOf = (start: string) =>
      chunks.find((name) => name.startsWith(start) && name.endsWith('.mjs')) ?? '';
    expect([...(await packagesOf('main.mjs'))]).toEqual(['commander']);
    // Chunks import what they share with main.mjs from there; that file is loaded already.
    for (const name of ['explain-command-', 'inspect-command-', 'completion-script-', 'landscape-command-'])
      expect([name, ...(await packagesOf(chunkOf(name), new Set(['main.mjs'])))]).toEqual([name]);
    for (const name of ['doctor-command-', 'token-command-', 'curl-command-', 'rotate-command-'])
      expect([...(await packagesOf(chunkOf(name)))].filter((loaded) => /@nestjs|@sap/.test(loaded))).toEqual(
        [],
      );
  });
});
