import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'nest-ias-audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

const UNREACHABLE = {
  code: 'ENOTFOUND',
  summary: 'request to https://tuf-repo-cdn.sigstore.dev/15.root.json failed',
};
const UNSUPPORTED = {
  code: '',
  summary: 'found no dependencies to audit that were installed from a supported registry',
};
const UNKNOWN_KEY = { code: 'EMISSINGSIGNATUREKEY', summary: 'a@1.0.0 has a signature with keyid: x' };
const PACKAGE = { name: 'a', version: '1.0.0', registry: 'https://registry.npmjs.org/' };
const PUBLIC = 'https://registry.npmjs.org/';
const MIRROR = 'https://npm.example/';

/** Runs the script on what npm prints; npm itself takes its keys from a server that no test can stand in for. */
function audit(answer: unknown, { registry = PUBLIC, env = {} } = {}): [number | null, string] {
  const printed = typeof answer === 'string' ? answer : JSON.stringify(answer);
  const npm = `#!${process.execPath}
    console.log(process.argv[2] === 'config' ? ${JSON.stringify(registry)} : ${JSON.stringify(printed)});`;
  writeFileSync(join(folder, 'npm'), npm, { mode: 0o755 });
  writeFileSync(join(folder, 'npm.cmd'), `@"${process.execPath}" "${join(folder, 'npm')}" %*\r\n`); // for Windows
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/audit-signatures.mjs'], {
    encoding: 'utf8',
    env: { PATH: `${folder}${delimiter}${process.env['PATH']}`, ...env },
  });
  return [status, stdout + stderr];
}

it('succeeds where every signature is valid', () => {
  expect(audit({ invalid: [], missing: [] })).toEqual([
    0,
    expect.stringContaining('every installed package'),
  ]);
});

it.each<[string, unknown, string]>([
  ['an invalid signature', { invalid: [PACKAGE], missing: [] }, 'INVALID signature: a@1.0.0'],
  ['a missing signature', { invalid: [], missing: [PACKAGE] }, 'MISSING signature: a@1.0.0'],
  ['a key the public registry does not publish', { error: UNKNOWN_KEY }, 'INVALID signature: a@1.0.0'],
])('fails on %s', (_, answer, message) => {
  expect(audit(answer)).toEqual([1, expect.stringContaining(message)]);
});

it.each<[string, unknown, string]>([
  ['Sigstore is out of reach', { error: UNREACHABLE }, PUBLIC],
  ['the registry publishes no keys', { error: UNSUPPORTED }, MIRROR],
  ['a mirror passes signatures on without keys', { error: UNKNOWN_KEY }, MIRROR],
  ['npm fails otherwise', 'Segmentation fault', PUBLIC],
])('says so, and succeeds unless told otherwise, where %s', (_, answer, registry) => {
  const loud = expect.stringContaining('!!! NOT CHECKED');
  expect(audit(answer, { registry })).toEqual([0, loud]);
  expect(audit(answer, { registry, env: { IAS_REQUIRE_SIGNATURES: '1' } })).toEqual([1, loud]);
});
