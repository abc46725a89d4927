import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

const REPOSITORY = 'https://example.com/our/repository';
const PROJECT = { namesAreOurs: true, owners: ['ada', 'grace'], repository: REPOSITORY };
const PACKAGE = { name: '@ours/kit', version: '1.0.0', repository: { url: `git+${REPOSITORY}.git` } };

/** A registry that knows one package, and to whom it belongs. */
let maintainers: string[] = [];
const registry = createServer(({ url }, response) => {
  const isKnown = url === '/@ours%2fkit' && maintainers.length > 0;
  response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' }).end(
    JSON.stringify({
      name: '@ours/kit',
      'dist-tags': { latest: '1.0.0' },
      versions: { '1.0.0': { name: '@ours/kit', version: '1.0.0' } },
      maintainers: maintainers.map((name) => ({ name, email: `${name}@example.com` })),
    }),
  );
});
beforeAll(() => new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve)));
afterAll(() => void registry.close());

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'release-'));
  maintainers = ['ada'];
});
afterEach(() => rmSync(root, { recursive: true }));

async function check(
  project: object,
  manifest: object | undefined = PACKAGE,
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  mkdirSync(join(root, 'dist/packages/kit'), { recursive: true });
  writeFileSync(join(root, 'project.json'), JSON.stringify(project));
  writeFileSync(join(root, 'dist/packages/kit/package.json'), JSON.stringify(manifest));
  const { port } = registry.address() as AddressInfo;
  const script = fileURLToPath(new URL('../scripts/check-package-names.mjs', import.meta.url));
  const { GITHUB_REPOSITORY: _, GITHUB_SERVER_URL: __, ...inherited } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [script, root], {
    env: {
      ...inherited,
      npm_config_registry: `http://127.0.0.1:${port}/`,
      npm_config_cache: join(root, 'cache'),
      ...environment,
    },
  }).catch((error: { code?: number; stderr: string }) => {
    if (error.code !== 1) throw error;
    return { stdout: error.stderr };
  });
  return stdout.trim();
}

it('lets a release pass whose names belong to the owners that project.json lists', async () => {
  expect(await check(PROJECT)).toBe('');
  maintainers = ['ada', 'grace'];
  expect(await check(PROJECT)).toBe('');
});

it('refuses while project.json says that the names are not ours', async () => {
  expect(await check({ ...PROJECT, namesAreOurs: false })).toMatch(/^project\.json says/);
});

it('refuses a name that belongs to others, too', async () => {
  maintainers = ['ada', 'mallory'];
  expect(await check(PROJECT)).toMatch(/^@ours\/kit belongs to mallory, whom/);
});

it('refuses a name that is still free', async () => {
  maintainers = [];
  expect(await check(PROJECT)).toBe('@ours/kit has no owner at the registry.');
});

it('refuses a package of another repository, which would break its provenance', async () => {
  expect(await check(PROJECT, { ...PACKAGE, repository: undefined })).toMatch(/names another repository/);
});

it('refuses in a fork', async () => {
  const fork = { GITHUB_SERVER_URL: 'https://example.com', GITHUB_REPOSITORY: 'mallory/repository' };
  expect(await check(PROJECT, PACKAGE, fork)).toMatch(/^This is https:\/\/example\.com\/mallory\/repository/);
  const ours = { ...fork, GITHUB_REPOSITORY: 'our/repository' };
  expect(await check(PROJECT, PACKAGE, ours)).toBe('');
});
