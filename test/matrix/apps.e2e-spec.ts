import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIdentity, type Landscape, startLandscape } from '@nest-ias/testing';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cellsToRun, IS_WHOLE_MATRIX, prepare } from './cells.js';
import { GeneratedApp } from './generated-app.js';
import { packPackages, type PackedPackages } from './packed-packages.js';

const TIMEOUT_MS = 480_000;
/** In the recipe of the how-to. */
const RECIPE_TESTS = 3;

const { peerDependencies, peerDependenciesMeta } = createRequire(import.meta.url)(
  '../../libs/ias/package.json',
) as Readonly<Record<'peerDependencies' | 'peerDependenciesMeta', Readonly<Record<string, unknown>>>>;
const OPTIONAL = Object.keys(peerDependenciesMeta);
const PEERS = Object.keys(peerDependencies).filter((name) => !OPTIONAL.includes(name));

let landscape: Landscape;
let folder: string;
let packed: PackedPackages;

beforeAll(async () => {
  landscape = await startLandscape();
  folder = await mkdtemp(join(tmpdir(), 'nest-ias-packed-'));
  packed = await packPackages(folder);
});

afterAll(async () => {
  await landscape.stop();
  await rm(folder, { recursive: true, force: true });
});

describe.each(cellsToRun())('%s', { timeout: TIMEOUT_MS }, (_, cell) => {
  let app: GeneratedApp;

  let missing: string | undefined;

  beforeAll(async () => {
    const prepared = await prepare(() => GeneratedApp.create(cell, packed));
    if (typeof prepared === 'string') missing = prepared;
    else app = prepared;
  }, TIMEOUT_MS);
  beforeEach(({ skip }) => skip(missing !== undefined, missing));
  afterAll(() => app?.remove());

  it('builds', async () => {
    await app.run('npm', 'run', 'build');
    expect(existsSync(join(app.folder, 'dist/main.js'))).toBe(true);
  });

  it('passes its unit test', async () => {
    expect(await app.run('npm', 'test')).toMatch(/Tests:? +1 passed/);
  });

  it('passes its e2e tests with the test kit, and the runner exits', async () => {
    const tests = cell.platform === 'express' ? 8 + RECIPE_TESTS : 8;
    expect(await app.run('npm', 'run', 'test:e2e')).toMatch(new RegExp(`Tests:? +${tests} passed`));
  });

  it('accepts its callers and rejects a thief as a process of its own', async () => {
    const credentials = await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'app' });
    await app.writeDefaultEnvironment({
      VCAP_SERVICES: landscape.vcapServices(credentials),
      IAS_CA_FILE: await landscape.caFile(),
    });
    const { url, stop } = await app.start({});
    const headers = await (await createIdentity(landscape)).headers();
    const statusWith = async (sent: Record<string, string>) =>
      (await request(url).get('/orders').set(sent)).status;
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ ...headers })).toBe(200);
    expect(await statusWith({ authorization: headers.authorization })).toBe(401);
    await stop();
  });

  it('says in one sentence why it cannot start where it is deployed', async () => {
    const failure = (await app.start({ VCAP_APPLICATION: '{}' }).catch((error: unknown) => error)) as Error;
    expect(failure.message).toContain('exited with 1');
    expect(failure.message).toContain('No service instance with label "identity" is bound: neither');
    expect(failure.message).not.toMatch(/^\s+at /m);
  });

  it('has no optional peer, so nest-ias loads none', () => {
    expect(OPTIONAL).toContain('axios');
    expect(OPTIONAL.filter((name) => existsSync(join(app.folder, 'node_modules', name)))).toEqual([]);
  });

  it('shares its packages with nest-ias', async () => {
    expect(await app.notShared(PEERS)).toEqual([]);
  });

  it.runIf(cell.packageManager === 'npm')('has no test kit in production', async () => {
    const installed = await app.run('npm', 'ls', '--all', '--parseable', '--omit=dev');
    expect(installed).toContain('nest-ias');
    expect(installed.split('\n').filter((path) => /@nest-ias|@peculiar/.test(path))).toEqual([]);
  });

  it.runIf(IS_WHOLE_MATRIX)('also calls another app, once it has an HTTP client', async () => {
    await app.addOutbound();
    expect(await app.run('npm', 'run', 'test:e2e', '--', 'outbound')).toMatch(/Tests:? +2 passed/);
    expect(await app.notShared(['axios', '@nestjs/axios'])).toEqual([]);
  });

  // The last tests of a cell, because they replace the app.
  it.runIf(IS_WHOLE_MATRIX && cell.platform === 'express' && cell.packageManager === 'npm')(
    'can be secured with nest add',
    async () => {
      await app.prepareForNestAdd();
      const nestAdd = async () => app.run('npx', 'nest', 'add', 'nest-ias', '--skip-install');
      expect(await nestAdd()).toContain('UPDATE');
      expect(await nestAdd()).toContain('Nothing to be done.');
      expect(await readFile(join(app.folder, 'src/health.controller.ts'), 'utf8')).toContain('@Public()');
      expect(await readFile(join(app.folder, 'manifest.yml'), 'utf8')).toContain(
        '- route: app.cert.example.com',
      );
      await app.run('npm', 'run', 'build');
      expect(await app.run('npm', 'run', 'test:e2e', '--', 'app.e2e')).toMatch(/Tests:? +1 passed/);
      const credentials = await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'app' });
      const { url, stop } = await app.start({
        VCAP_SERVICES: JSON.stringify(landscape.vcapServices(credentials)),
      });
      expect((await request(url).get('/')).status).toBe(401);
      await stop();
    },
  );

  it.runIf(cell.nest === 11 && cell.platform === 'express' && cell.packageManager === 'npm')(
    'can be secured as the tutorial says',
    async () => {
      const tutorial = await readFile('docs/tutorials/secure-an-existing-app.md', 'utf8');
      const files = Array.from(tutorial.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms));
      expect(files).toHaveLength(3);
      for (const [, name = '', text = ''] of files) await writeFile(join(app.folder, name), text);
      // The generated jest compiles without checking types.
      await app.run('npm', 'run', 'build');
      expect(await app.run('npm', 'run', 'test:e2e', '--', 'app.e2e')).toMatch(/Tests:? +2 passed/);
    },
  );
});
