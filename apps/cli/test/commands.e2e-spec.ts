import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type IdentityCredentials, type Landscape, startLandscape } from '@nest-ias/landscape';
import { decodeJwt } from 'jose';
import { build } from 'tsdown';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SecretScanner } from '../../../test/helper/secret-scanner.js';
import { runIas } from './run-ias.js';

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+\n$/;

let landscape: Landscape;
let credentials: IdentityCredentials;
let caFile: string;
let folder: string;
let keyFile: string;

beforeAll(async () => {
  landscape = await startLandscape({ clientId: 'the-client' });
  credentials = await landscape.issueBinding({
    type: 'X509_GENERATED',
    appIdentifier: 'frontend',
    key: 'RSA-2048' as never,
  });
  caFile = await landscape.caFile();
  folder = await mkdtemp(join(tmpdir(), 'ias-commands-'));
  keyFile = join(folder, 'key.json');
  await writeFile(keyFile, JSON.stringify(credentials), { mode: 0o600 });
});
beforeEach(() => landscape.tenant.reset());
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  await landscape.stop();
  await rm(folder, { recursive: true });
});

const ias = (parameters: string[], options: { input?: string; isTerminal?: boolean } = {}) =>
  runIas(parameters, { environment: { IAS_CA_FILE: caFile }, ...options });

describe('ias token', () => {
  it('prints the token and nothing else', async () => {
    const { exitCode, stdout, stderr } = await ias(['token', '--from', keyFile]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(JWT);
    expect(decodeJwt(stdout)).toMatchObject({
      aud: 'the-client',
      cnf: { 'x5t#S256': expect.any(String) as string },
    });
  });

  it('refuses to print it on a terminal, before it fetches one', async () => {
    const refused = await ias(['token', '--from', keyFile], { isTerminal: true });
    expect(refused).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('--print') as string,
    });
    expect(landscape.tenant.requests).toEqual([]);
    expect((await ias(['token', '--from', keyFile, '--print'], { isTerminal: true })).stdout).toMatch(JWT);
  });

  it('is for a resource or a tenant', async () => {
    const provider = landscape.tenant.addApplication();
    landscape.application.dependOn(provider, { name: 'orders' });
    const resource = 'urn:sap:identity:application:provider:name:orders';
    const { stdout } = await ias([
      'token',
      '--from',
      keyFile,
      '--resource',
      resource,
      '--app-tid',
      landscape.tenant.appTid,
    ]);
    expect(decodeJwt(stdout).aud).toContain(provider.clientId);
  });

  it('names the code of a refusal and of a broken binding', async () => {
    const unknown = { input: JSON.stringify({ ...credentials, clientid: 'unknown' }) };
    expect(await ias(['token', '--from', '-'], unknown)).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('(client_rejected)') as string,
    });
    const broken = { input: JSON.stringify({ ...credentials, key: 'x' }) };
    expect((await ias(['token', '--from', '-'], broken)).stderr).toContain('(binding_certificate_invalid)');
    expect((await ias(['token', '--from', '-'], { input: '{}' })).stderr).toContain(
      'doctor. (binding_missing)',
    );
  });
});

describe('ias verify', () => {
  const verify = (input: string, ...options: string[]) =>
    ias(['verify', '-', '--from', keyFile, ...options], { input });
  // The guard reads the environment itself.
  beforeEach(() => vi.stubEnv('IAS_CA_FILE', caFile));

  it('accepts a token that the guard accepts', async () => {
    const token = await landscape.tenant.issueToken({ certificate: credentials.certificate ?? '' });
    const { exitCode, stdout } = await verify(token);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^The guard accepts the token\n/);
    expect(new SecretScanner().find(stdout)).toEqual([]);
  });

  it.each<[string, () => Promise<string>]>([
    ['token_expired', () => landscape.tenant.issueToken({ claims: { exp: 1_000, iat: 1 } })],
    ['token_audience_mismatch', () => landscape.tenant.issueToken({ claims: { aud: 'other' } })],
    [
      'token_issuer_untrusted',
      () => landscape.tenant.issueToken({ claims: { iss: 'https://evil.example' } }),
    ],
    ['token_key_unknown', () => landscape.tenant.issueToken({ header: { kid: 'unknown' } })],
    ['token_refused_by_tenant', () => landscape.tenant.issueToken({ claims: { azp: 'stranger' } })],
    ['token_malformed', async () => 'nonsense'],
    ['token_too_large', async () => 'a'.repeat(9_000)],
  ])('names %s', async (code, token) => {
    const { exitCode, stdout } = await verify(await token());
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(new RegExp(`^The guard rejects the token: ${code}\n`));
  });

  it('compares the token with the certificate of the caller', async () => {
    const { certificate } = await landscape.issueCertificate({ commonName: 'other' });
    const file = join(folder, 'other.pem');
    await writeFile(file, certificate);
    const token = await landscape.tenant.issueToken({ certificate: credentials.certificate ?? '' });
    expect((await verify(token, '--certificate', file)).stdout).toContain('proof_mismatch');
  });
});

describe('ias rotate', () => {
  const vcap = (name: string) => JSON.stringify({ identity: [{ name, label: 'identity', credentials }] });

  it('prints commands for Cloud Foundry', async () => {
    const { exitCode, stdout } = await ias(['rotate', 'frontend', '--from', '-'], {
      input: vcap('clicreIas'),
    });
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot('snapshots/rotate-cf.txt');
    expect(landscape.tenant.requests).toEqual([]);
  });

  it('prints commands for Kubernetes', async () => {
    const stringData = {
      ...credentials,
      domains: JSON.stringify(credentials.domains),
      label: 'identity',
      instance_name: 'clicreias',
    };
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, stringData });
    const { stdout } = await ias(['rotate', 'frontend', '--from', '-'], { input });
    await expect(stdout).toMatchFileSnapshot('snapshots/rotate-kubernetes.txt');
  });

  it('quotes names, in commands that a shell accepts', async () => {
    const { stdout } = await ias(['rotate', '$(id)', '--from', '-'], { input: vcap('a\u{1b};b') });
    expect(stdout).toContain("cf app '$(id)'");
    expect(stdout).not.toContain('\u{1b}');
    await expect(promisify(execFile)('bash', ['-n', '-c', stdout])).resolves.toMatchObject({ stderr: '' });
  });

  it.each([
    ['X509_PROVIDED', /2\. Let your authority issue.*-c provided\.json\n/s, 0],
    ['SECRET', /-c '\{"credential-type":"SECRET"\}'/, 0],
    ['X509_ATTESTED', /Zero Trust Identity Service writes new files/, 2],
  ])('keeps the type %s of the binding', async (type, text, code) => {
    const binding = {
      name: 'x',
      label: 'identity',
      credentials: { ...credentials, 'credential-type': type },
    };
    const run = await ias(['rotate', 'frontend', '--from', '-'], {
      input: JSON.stringify({ identity: [binding] }),
    });
    expect(run.exitCode).toBe(code);
    expect(run.stdout + run.stderr).toMatch(text);
    expect(run.stdout).not.toContain('X509_GENERATED');
  });

  it('does not give an app the subject of a service key', async () => {
    const { stdout } = await ias(['rotate', 'frontend', '--from', '-'], {
      input: JSON.stringify(credentials),
    });
    expect(stdout).toContain('"validity":30');
    expect(stdout).not.toContain('app-identifier');
  });

  it('has nothing to rotate without a certificate', async () => {
    const input = JSON.stringify(await landscape.issueBinding({ type: 'NONE' }));
    expect((await ias(['rotate', 'backend', '--from', '-'], { input })).exitCode).toBe(2);
  });
});

describe('as a process', () => {
  let command: string;
  let apps: Server[] = [];
  let seen: IncomingMessage[] = [];

  beforeAll(async () => {
    command = join(folder, 'dist');
    await build({
      config: join(import.meta.dirname, '../tsdown.config.mjs'),
      filter: 'package',
      logLevel: 'silent',
      outDir: command,
      sourcemap: false,
      onSuccess: () => {},
    });
    const { symlink } = await import('node:fs/promises');
    await symlink(join(import.meta.dirname, '../../../node_modules'), join(folder, 'node_modules'));
  }, 60_000);
  afterEach(() => {
    for (const app of apps) app.close();
    [apps, seen] = [[], []];
  });

  const start = (parameters: string[]) =>
    spawn(process.execPath, [join(command, 'main.mjs'), ...parameters], {
      cwd: folder,
      env: { PATH: process.env['PATH'], IAS_CA_FILE: caFile, TMPDIR: folder },
    });

  async function finished(parameters: string[]) {
    const child = start(parameters);
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (data: Buffer) => (output.stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output.stderr += data.toString()));
    const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { exitCode, ...output };
  }

  async function app(isSilent = false): Promise<string> {
    const server = createServer((request, response) => {
      seen.push(request);
      if (!isSilent) response.end('hello');
    });
    apps.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return landscape.router.map(
      `app${(server.address() as AddressInfo).port}.cert.localhost`,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
  }

  const leftovers = async () => (await readdir(folder)).filter((name) => name.startsWith('ias-'));

  it('ias curl presents token and certificate, and leaves no file', async () => {
    const url = await app();
    expect(await finished(['curl', `${url}/hello?a=1`, '--from', keyFile])).toEqual({
      exitCode: 0,
      stdout: 'hello',
      stderr: '',
    });
    expect(seen[0]?.headers.authorization).toMatch(/^Bearer eyJ/);
    expect(seen[0]?.headers['x-forwarded-client-cert']).toMatch(/^MII/);
    expect(seen[0]?.url).toBe('/hello?a=1');
    expect(await leftovers()).toEqual([]);
  });

  it('ias curl passes the exit status of curl on', async () => {
    const { exitCode, stderr } = await finished(['curl', 'https://localhost:1/', '--from', keyFile]);
    expect(exitCode).toBe(7);
    expect(stderr).toContain('curl:');
    expect(await leftovers()).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'ias curl removes its files on %s, and curl gets no secret as an argument',
    async (signal) => {
      const child = start(['curl', await app(true), '--from', keyFile]);
      await vi.waitUntil(() => seen.length === 1, { timeout: 15_000 });
      const [left = ''] = await leftovers();
      const scanner = new SecretScanner();
      scanner.addToken(seen[0]?.headers.authorization?.slice(7) ?? '');
      expect(scanner.find(await readdir('/proc').then(argumentsOf))).toEqual([]);
      expect((await stat(join(folder, left))).mode & 0o777).toBe(0o700);
      child.kill(signal);
      await new Promise((resolve) => child.once('close', resolve));
      expect(await leftovers()).toEqual([]);
    },
  );

  /** The arguments of all processes named curl. */
  async function argumentsOf(pids: readonly string[]): Promise<string> {
    const lines = await Promise.all(
      pids
        .filter((pid) => /^\d+$/.test(pid))
        .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    );
    const curls = lines.filter((line) => line.startsWith('curl\0'));
    expect(curls.length).toBeGreaterThan(0);
    return curls.join('\n');
  }

  it('ias curl --dry-run prints a command that works, with files that only the owner can read', async () => {
    const url = await app();
    const { exitCode, stdout, stderr } = await finished(['curl', url, '--from', keyFile, '--dry-run']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('Remove them afterwards: rm -r');
    expect(seen).toEqual([]);
    const configuration = /--config (\S+)/.exec(stdout)?.[1] ?? '';
    const files = await readdir(dirname(configuration));
    expect(files.sort()).toEqual(['authorities.pem', 'certificate.pem', 'curl.conf', 'key.pem']);
    for (const file of files)
      expect((await stat(join(dirname(configuration), file))).mode & 0o777).toBe(0o600);
    const scanner = new SecretScanner();
    scanner.addToken(/Bearer ([^"]+)/.exec(await readFile(configuration, 'utf8'))?.[1] ?? '');
    scanner.addPrivateKey(credentials.key ?? '');
    expect(scanner.find(stdout + stderr)).toEqual([]);
    expect(await promisify(execFile)('bash', ['-c', stdout])).toMatchObject({ stdout: 'hello' });
    await rm(dirname(configuration), { recursive: true });
  });

  it('ias verify works from the built command', async () => {
    const token = join(folder, 'token.txt');
    await writeFile(token, await landscape.tenant.issueToken());
    expect(await finished(['verify', token, '--from', keyFile])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^The guard accepts/) as string,
      stderr: '',
    });
  });

  it('ends quietly, with the exit code of the command, if the reader of its output has gone', async () => {
    const shell = (line: string) =>
      promisify(execFile)('bash', ['-c', `${line}; printf '%s ' "\${PIPESTATUS[@]}"`, 'bash', ...ofShell]);
    const ofShell = [process.execPath, join(command, 'main.mjs')];
    expect(await shell('"$@" explain client_rejected | true')).toEqual({ stdout: '0 0 ', stderr: '' });
    expect(await shell('"$@" inspect - <<< "nonsense" 2>&1 >/dev/null | true')).toEqual({
      stdout: '2 0 ',
      stderr: '',
    });
  });

  it('says in one line that its output cannot be written', async () => {
    const full = ['-c', '"$@" > /dev/full', 'bash', process.execPath, join(command, 'main.mjs'), '--help'];
    await expect(promisify(execFile)('bash', full)).rejects.toMatchObject({
      code: 2,
      stderr: 'error: Standard output cannot be written (ENOSPC).\n',
    });
  });

  it('ias landscape starts the installed package and passes options and exit status on', async () => {
    const where = join(folder, 'with-landscape');
    const installed = join(where, 'node_modules/@nest-ias/landscape');
    await mkdir(installed, { recursive: true });
    await writeFile(
      join(installed, 'package.json'),
      JSON.stringify({ name: '@nest-ias/landscape', bin: { 'ias-landscape': './run.cjs' } }),
    );
    await writeFile(
      join(installed, 'run.cjs'),
      'console.log(process.argv.slice(2).join()); process.exitCode = 5;',
    );
    const options = { cwd: where, env: { PATH: process.env['PATH'] } };
    const run = promisify(execFile)(
      process.execPath,
      [join(command, 'main.mjs'), 'landscape', '--port', '1', 'x'],
      options,
    );
    await expect(run).rejects.toMatchObject({ code: 5, stdout: '--port,1,x\n' });
    await rm(join(installed, 'run.cjs'));
    await expect(
      promisify(execFile)(process.execPath, [join(command, 'main.mjs'), 'landscape'], options),
    ).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('was not built') as string });
  });
});

describe('ias completion', () => {
  const complete = async (...words: string[]) => {
    const { stdout } = await ias(['completion', 'bash']);
    const code = `${stdout}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _ias; printf '%s ' "\${COMPREPLY[@]}"`;
    return (await promisify(execFile)('bash', ['-c', code])).stdout.trim().split(' ');
  };

  it('completes commands, options and choices in bash', async () => {
    expect(await complete('ias', '')).toEqual(
      expect.arrayContaining([
        'doctor',
        'inspect',
        'token',
        'curl',
        'rotate',
        'verify',
        'explain',
        'landscape',
      ]),
    );
    expect(await complete('ias', 'doctor', '--tar')).toEqual(['--target']);
    expect(await complete('ias', 'doctor', '--role', '')).toEqual(['caller', 'receiver']);
    expect(await complete('ias', 'curl', '--dr')).toEqual(['--dry-run']);
  });

  it('supports no shell but bash and zsh', async () => {
    const { stdout } = await ias(['completion', 'zsh']);
    expect(stdout).toMatch(/^autoload -U \+X compinit/);
    expect((await ias(['completion', 'fish'])).exitCode).toBe(3);
  });
});
