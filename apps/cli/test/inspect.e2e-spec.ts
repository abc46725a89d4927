import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IdentityCredentials, type Landscape, startLandscape } from '@nest-ias/landscape';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretScanner } from '../../../test/helper/secret-scanner.js';
import { visible } from '../src/text/visible.js';
import { runIas } from './run-ias.js';

const NOW = Date.parse('2026-11-25T12:00:00Z');

let landscape: Landscape;
let credentials: IdentityCredentials;
let token: string;
let folder: string;
let certificateFile: string;

beforeAll(async () => {
  landscape = await startLandscape({ now: () => NOW, clientId: 'the-client', appTid: 'the-tenant' });
  credentials = await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'frontend' });
  token = await landscape.tenant.issueToken({ certificate: credentials.certificate ?? '' });
  folder = await mkdtemp(join(tmpdir(), 'ias-inspect-'));
  certificateFile = join(folder, 'chain.pem');
  await writeFile(certificateFile, credentials.certificate ?? '');
});
afterAll(async () => {
  await landscape.stop();
  await rm(folder, { recursive: true });
});

/** Inspects a text, checks that the output contains no secret, and replaces what differs in each run. */
async function inspected(input: string, ...options: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runIas(['inspect', '-', ...options], { input, now: NOW });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const scanner = new SecretScanner();
  scanner.addToken(token);
  scanner.addPrivateKey(credentials.key ?? '');
  expect(scanner.find(stdout)).toEqual([]);
  return stdout
    .replaceAll(/(2 of the chain[^]*?)(?=\nPrivate|$)/g, (chain) =>
      chain.replaceAll(/20\d\d-.*|for \d+ days/g, 'TIME'),
    )
    .replaceAll(/localhost:\d+/g, 'localhost:PORT')
    .replaceAll(/\b[\da-f]{64}\b/g, 'HEX')
    .replaceAll(/\b[\dA-F]{20,40}\b/g, 'SERIAL')
    .replaceAll(/^( +(?:cnf x5t#S256|bound to|kid) +)[\w-]{20,}/gm, '$1VALUE')
    .replaceAll(/"x5t#S256":"[\w-]{43}"/g, '"x5t#S256":"VALUE"')
    .replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, 'UUID');
}

const base64Of = (pem: string) => pem.slice(0, pem.indexOf('-----END')).replaceAll(/-----[^-]+-----|\s/g, '');

describe('ias inspect', () => {
  it('explains a JWT with an empty or damaged signature, which is not opaque', async () => {
    const [header, claims] = token.split('.');
    const empty = await inspected(`${header}.${claims}.`);
    expect(empty).toMatch(
      /^Malformed token\n +verdict +rejected by every receiver \(token_malformed\)\n +The signature is empty/,
    );
    expect(empty).toMatch(/Claims\n.* +aud +the-client/s);
    expect(await inspected(`${header}.${claims}.AR`)).toContain('not canonical base64url');
    for (const opaque of ['a.b.c', 'bnVsbA.bnVsbA.'])
      expect(await inspected(opaque)).toMatch(/^Opaque token/);
  });

  it('explains a token and whether it belongs to the certificate', async () => {
    const text = await inspected(token, '--certificate', certificateFile);
    await expect(text).toMatchFileSnapshot('snapshots/inspect-token.txt');
    expect(text).toContain('match                   yes');
    const { certificate } = await landscape.issueCertificate({ commonName: 'other' });
    const other = await landscape.tenant.issueToken({ certificate });
    expect(await inspected(other, '--certificate', certificateFile)).toContain('match                   no');
  });

  it('explains a service key', async () => {
    await expect(await inspected(JSON.stringify({ credentials }))).toMatchFileSnapshot(
      'snapshots/inspect-service-key.txt',
    );
  });

  it('explains a certificate with its key', async () => {
    const text = await inspected(`${credentials.certificate}${credentials.key}`);
    await expect(text).toMatchFileSnapshot('snapshots/inspect-pem.txt');
    expect(text).toContain('the certificate above');
    const { certificate } = await landscape.issueCertificate({ commonName: 'other' });
    expect(await inspected(`${certificate}${credentials.key}`)).toContain(
      'another certificate than the one above',
    );
  });

  it.each<[string, (pem: string) => string]>([
    ['base64 DER', base64Of],
    ['URL-encoded PEM', (pem) => encodeURIComponent(pem.slice(0, pem.indexOf('-----END') + 25))],
    [
      "Envoy's format, one element",
      (pem) => `By=spiffe://x;Cert="${encodeURIComponent(pem)}";Subject="CN=x"`,
    ],
    [
      "Envoy's format, 2 elements (IAS_CERTIFICATE_HOPS=2)",
      (pem) => `x-forwarded-client-cert: Cert="${encodeURIComponent(pem)}",By=spiffe://y;Hash=abc`,
    ],
  ])('recognises a forwarded certificate as %s', async (format, write) => {
    const leaf = `${(credentials.certificate ?? '').split('-----END')[0]}-----END CERTIFICATE-----\n`;
    const text = await inspected(write(leaf));
    expect(text).toMatch(/^Forwarded client certificate\n/);
    expect(text).toContain(format);
    expect(text).toContain('CN=frontend');
  });

  it.each<[string, () => string]>([
    ['a token response', () => JSON.stringify({ access_token: token, token_type: 'Bearer' })],
    ['an Authorization header', () => `Authorization: Bearer ${token}`],
  ])('finds the token in %s', async (_, write) => {
    expect(await inspected(write())).toContain('the-client');
  });

  it('explains an opaque token', async () => {
    expect(await inspected('not.a.token')).toContain('token_format=jwt');
  });

  it('escapes control characters', async () => {
    const hostile = await landscape.tenant.issueToken({
      claims: { '\u{1b}[2J': '\u{202e}x', email: '\u{1b}[31mred' },
    });
    const text = await inspected(hostile);
    expect(text).toContain(String.raw`\u{1b}[31mred`);
    expect(visible(text).replaceAll(String.raw`\u{a}`, '\n')).toBe(text);
  });

  it.each(['', 'hello', '-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----'])(
    'refuses %j',
    async (input) => {
      const { exitCode, stdout, stderr } = await runIas(['inspect', '-'], { input });
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toMatch(/^error: This is not a token/);
    },
  );

  it('explains the binding of --from, and selects one by its name', async () => {
    const vcap = join(folder, 'vcap.json');
    const identity = ['one', 'two'].map((name) => ({ name, label: 'identity', credentials }));
    await writeFile(vcap, JSON.stringify({ identity }));
    const { stdout } = await runIas(['inspect', '--from', vcap, '--service', 'two']);
    expect(stdout).toContain('Binding "two"');
    expect(stdout).not.toContain('Binding "one"');
    expect((await runIas(['inspect', '--from', vcap, '--service', 'three'])).exitCode).toBe(2);
  });
});
