import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IdentityCredentials, type Landscape, startLandscape } from '@nest-ias/landscape';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretScanner } from '../../../test/helper/secret-scanner.js';
import { runIas } from './run-ias.js';

let landscape: Landscape;
let secret: IdentityCredentials;
let credentials: IdentityCredentials;
let environment: NodeJS.ProcessEnv;
let folder: string;

beforeAll(async () => {
  landscape = await startLandscape({ clientId: 'the-client' });
  credentials = await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'frontend' });
  secret = await landscape.issueBinding({ type: 'SECRET' });
  environment = { IAS_CA_FILE: await landscape.caFile() };
  folder = await mkdtemp(join(tmpdir(), 'ias-doctor-output-'));
});
afterAll(async () => {
  await landscape.stop();
  await rm(folder, { recursive: true });
});

const doctor = (binding: object, options: string[] = [], isTerminal = false) =>
  runIas(['doctor', '--from', '-', ...options], { input: JSON.stringify(binding), environment, isTerminal });

const steady = (text: string) =>
  text
    .replaceAll(/localhost:\d+/g, 'localhost:PORT')
    .replaceAll(/Node\.js v[\d.]+/g, 'Node.js VERSION')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z \(in [^)]+\)/g, 'TIME')
    .replaceAll(/less than \d+ seconds/g, 'less than N seconds')
    .replaceAll(/TLSv1\.\d/g, 'TLS');

describe('the output of ias doctor', () => {
  it('is text for people', async () => {
    const healthy = await doctor(credentials);
    expect(healthy).toMatchObject({ exitCode: 0, stderr: '' });
    await expect(steady(healthy.stdout)).toMatchFileSnapshot('snapshots/doctor-healthy.txt');
    const broken = await doctor({ ...credentials, clientid: 'unknown' });
    expect(broken).toMatchObject({ exitCode: 2, stderr: '' });
    await expect(steady(broken.stdout)).toMatchFileSnapshot('snapshots/doctor-broken.txt');
  });

  it('has commands on lines of their own, and a link for each fault', async () => {
    const { stdout } = await doctor({ ...credentials, clientsecret: '' }, [
      '--offline',
      '--service',
      'clicreIas',
    ]);
    expect(stdout).toMatch(
      /^ {16}do {5}Remove the property .*: *\n {23}cf create-service-key clicreIas NEW_KEY -c '/m,
    );
    const warned = await doctor(secret, ['--offline']);
    expect(warned.stdout).toMatch(
      /^! credentials .*\n.*\n.*\n {16}more {3}https:\S+\/credential-types\.md$/m,
    );
    expect(warned.stdout).not.toContain('code ');
  });

  it('names the authority beside the service key of a landscape', async () => {
    const file = join(folder, "it's a key.json");
    await writeFile(file, JSON.stringify(credentials));
    const elsewhere = await runIas(['doctor', '--from', file], { environment: {} });
    expect(elsewhere.stdout).toContain('do     export IAS_CA_FILE="$PWD/.landscape/ca.pem"\n');
    const authority = join(folder, 'ca.pem');
    await writeFile(authority, '');
    const beside = await runIas(['doctor', '--from', file], { environment: {} });
    expect(beside.stdout).toContain(`do     export IAS_CA_FILE=${authority}\n`);
  });

  it('has colours in a terminal only, and none with NO_COLOR', async () => {
    const offline = ['--offline'];
    expect((await doctor(credentials, offline, true)).stdout).toContain('\u{1b}[32m✓');
    expect((await doctor(credentials, offline)).stdout).not.toContain('\u{1b}');
    const run = { input: JSON.stringify(credentials), environment: { NO_COLOR: '1' }, isTerminal: true };
    expect((await runIas(['doctor', '--from', '-', ...offline], run)).stdout).not.toContain('\u{1b}');
  });

  it('makes warnings count with --strict', async () => {
    expect((await doctor(secret, ['--offline'])).exitCode).toBe(0);
    expect((await doctor(secret, ['--offline', '--strict'])).exitCode).toBe(1);
    expect((await doctor(credentials, ['--offline', '--strict'])).exitCode).toBe(0);
    expect((await doctor({ ...secret, clientsecret: '' }, ['--offline', '--strict'])).exitCode).toBe(2);
  });

  it('contains no secret', async () => {
    const scanner = new SecretScanner();
    scanner.addPrivateKey(credentials.key ?? '');
    scanner.addClientSecret(secret.clientsecret ?? '');
    for (const binding of [credentials, secret, { ...credentials, clientid: secret.clientsecret }]) {
      for (const format of [[], ['--json']]) {
        const { stdout, stderr } = await doctor({ ...binding, clientsecret: secret.clientsecret }, format);
        expect(scanner.find(stdout + stderr)).toEqual([]);
      }
    }
  });
});

describe('--report', () => {
  it('writes a new file that only its owner can read', async () => {
    const file = join(folder, 'report.txt');
    const { stdout } = await doctor(credentials, ['--offline', '--report', file]);
    expect(await readFile(file, 'utf8')).toMatch(/^ias [\d.]+, Node\.js v.*\n\n✓ node/);
    expect(await readFile(file, 'utf8')).toContain(stdout);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('never replaces a file, and never follows a link', async () => {
    const [file, target, link] = ['existing', 'target', 'link'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(file, 'mine');
    await chmod(file, 0o644);
    await symlink(target, link);
    for (const path of [file, link, join(folder, 'none/such')]) {
      const { exitCode, stdout, stderr } = await doctor(credentials, ['--offline', '--report', path]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
      expect(stderr).toContain('Cannot create the report');
    }
    expect(await readFile(file, 'utf8')).toBe('mine');
    await expect(stat(target)).rejects.toThrow('ENOENT');
  });
});

describe('wrong use', () => {
  it.each([
    [['--role', 'both']],
    [['--from', '-', '--on-behalf-of', '-']],
    [['--from', '/nonexistent']],
    [['--nonsense']],
    [['operand']],
  ])('%j is a usage error', async (options) => {
    expect(await runIas(['doctor', ...options], { input: 'x', environment })).toMatchObject({
      exitCode: 3,
      stdout: '',
    });
  });
});
