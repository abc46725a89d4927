import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
import { strFromU8, strToU8 } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeployedApp } from './helper/deployed-app.js';
import { checkMtar, moduleFiles } from './helper/mtar-check.js';
import { mtarContent, writeMtar } from './helper/mtar-writer.js';
import type { MtarContent } from './helper/mtar-writer.js';

const MTA_YAML = readFileSync('mta.yaml', 'utf8');
const CHECKOUT = process.cwd();
const MODULES = ['backendclicer', 'frontendclicer'] as const;
const BUILD_PATIENCE_MS = 600_000;
const MEGABYTE = 1024 * 1024;

let landscape: Landscape;
const folders: string[] = [];

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nest-ias-mtar-'));
  folders.push(folder);
  return folder;
}

beforeAll(async () => {
  landscape = await startLandscape();
});
afterAll(async () => {
  await landscape.stop();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Unpacks the modules of an archive and runs the scenario with them. */
async function expectModulesRun(archive: Uint8Array): Promise<void> {
  const start = async (name: (typeof MODULES)[number], type: 'NONE' | 'X509_GENERATED', environment = {}) => {
    const folder = makeFolder();
    for (const [path, content] of Object.entries(moduleFiles(archive, name) ?? {})) {
      writeFileSync(join(folder, path), content);
    }
    return DeployedApp.start(folder, {
      VCAP_SERVICES: JSON.stringify(landscape.vcapServices(await landscape.issueBinding({ type }))),
      IAS_CA_FILE: await landscape.caFile(),
      ...environment,
    });
  };
  const backend = await start('backendclicer', 'NONE');
  const frontend = await start('frontendclicer', 'X509_GENERATED', {
    BACKEND_URL: landscape.router.map('backend.cert.localhost', backend.url),
  });
  const answer = await fetch(`${frontend.url}/homepage`, { headers: { accept: 'application/json' } });
  const body: unknown = await answer.json();
  await Promise.all([backend.stop(), frontend.stop()]);
  expect(body).toMatchObject({ proof: { matches: true } });
}

describe('the archive that mbt builds', () => {
  it(
    'is built by the real mbt, is valid, and its modules run',
    async ({ skip }) => {
      const isThere = spawnSync('mbt', ['--version']).error === undefined;
      skip(
        !isThere && process.env['IAS_REQUIRE_MBT'] !== '1',
        '`mbt build` did not run, because mbt was not found on the PATH: install it with make ' +
          '(go install github.com/SAP/cloud-mta-build-tool@v1.2.49, as mbt), or see docs/how-to/deploy.md. With IAS_REQUIRE_MBT=1 this is a failure.',
      );
      expect(isThere, 'IAS_REQUIRE_MBT=1, but mbt was not found on the PATH').toBe(true);

      const copy = makeFolder();
      const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean);
      for (const file of files) {
        mkdirSync(dirname(join(copy, file)), { recursive: true });
        cpSync(file, join(copy, file));
      }
      execFileSync('mbt', ['build', '--platform', 'cf'], { cwd: copy, stdio: 'pipe' });
      const [name = '', ...others] = readdirSync(join(copy, 'mta_archives'));
      expect([name, others]).toEqual(['nest-ias_0.1.0.mtar', []]);
      const archive = readFileSync(join(copy, 'mta_archives', name));
      expect(checkMtar(archive, MTA_YAML, copy)).toEqual([]);
      await expectModulesRun(archive);
    },
    BUILD_PATIENCE_MS,
  );
});

describe('the check of that archive', () => {
  it('accepts an archive with the same layout, whose modules run', async () => {
    const archive = writeMtar(mtarContent(MTA_YAML));
    expect(checkMtar(archive, MTA_YAML, CHECKOUT)).toEqual([]);
    await expectModulesRun(archive);
  });

  const backend = ({ modules }: MtarContent) => modules['backendclicer'] ?? {};
  const key = `-----BEGIN RSA PRIVATE KEY-----\\n${'A'.repeat(64)}\\n-----END RSA PRIVATE KEY-----`;
  /** Small modules, because the checks do not depend on the content of the apps. */
  const smallContent = (): MtarContent => {
    const content = mtarContent(MTA_YAML);
    for (const files of Object.values(content.modules)) files['main.js'] = strToU8('start();');
    return content;
  };

  /** Adds empty files until there are `total`. */
  const fillUp = (files: Record<string, Uint8Array>, total: number) => {
    for (let index = Object.keys(files).length; index < total; index += 1)
      files[`chunk-${index}.js`] = strToU8('');
  };

  it.each<[string, (content: MtarContent) => void, RegExp]>([
    [
      'a missing module',
      ({ modules }) => delete modules['frontendclicer'],
      /^frontendclicer\/data\.zip is missing$/m,
    ],
    [
      'an unknown module',
      (content) => (content.modules['landscape'] = {}),
      /landscape\/data\.zip must not be in the archive/,
    ],
    [
      'sources beside the modules',
      ({ others }) => (others['apps/main.ts'] = strToU8('')),
      /apps\/main\.ts must not be/,
    ],
    [
      'a manifest without a module',
      (content) => (content.manifest = content.manifest.replace('MTA-Module: backendclicer\n', '')),
      /MANIFEST\.MF: has no path of module backendclicer/,
    ],
    [
      'a manifest with a wrong path',
      (content) => (content.manifest = content.manifest.replace('backendclicer/data', 'backend/data')),
      /MANIFEST\.MF: has no path of module backendclicer/,
    ],
    [
      'a descriptor of another version',
      (content) => (content.descriptor = content.descriptor.replace('version: 0.1.0', 'version: 0.0.9')),
      /mtad\.yaml: version differs from/,
    ],
    [
      'a descriptor with another policy',
      (content) =>
        (content.descriptor = content.descriptor.replace('POSSESSION: required', 'POSSESSION: off')),
      /mtad\.yaml: modules differs from/,
    ],
    [
      'a descriptor with another module type',
      (content) => (content.descriptor = content.descriptor.replace('javascript.nodejs', 'java')),
      /mtad\.yaml: modules differs from/,
    ],
    [
      'a descriptor without the service instance',
      (content) => (content.descriptor = content.descriptor.split('resources:')[0] ?? ''),
      /mtad\.yaml: resources differs from/,
    ],
    [
      'a source map',
      (content) => (backend(content)['main.js.map'] = strToU8('{}')),
      /main\.js\.map must not be deployed/,
    ],
    [
      'an inline source map',
      (content) =>
        (backend(content)['main.js'] = strToU8(
          'start();\n//# sourceMappingURL=data:application/json;base64,e30=',
        )),
      /main\.js has a source map/,
    ],
    [
      'a private key',
      (content) => (backend(content)['keys.js'] = strToU8(`const key = "${key}"`)),
      /contains a private/,
    ],
    [
      'an environment',
      (content) => (backend(content)['default-env.json'] = strToU8('{}')),
      /default-env\.json must not be/,
    ],
    [
      'a test',
      (content) => (backend(content)['main.spec.js'] = strToU8('')),
      /main\.spec\.js must not be deployed/,
    ],
    [
      'packages',
      (content) => (backend(content)['node_modules/a/index.js'] = strToU8('')),
      /node_modules.* must not be deployed/,
    ],
    [
      'the URL of a file on the build machine',
      (content) => (backend(content)['main.js'] = strToU8("require('file:///home/me/main.js');")),
      /main\.js contains a path of the build machine/,
    ],
    [
      'the path of the checkout',
      (content) => (backend(content)['main.js'] = strToU8(JSON.stringify({ from: join(CHECKOUT, 'apps') }))),
      /main\.js contains a path of the build machine/,
    ],
    ['no package.json', (content) => delete backend(content)['package.json'], /package\.json is missing/],
    [
      'dependencies, which would be installed at staging',
      (content) => {
        const description = JSON.parse(
          strFromU8(backend(content)['package.json'] ?? strToU8('{}')),
        ) as object;
        const changed = { ...description, dependencies: { rxjs: '7' } };
        backend(content)['package.json'] = strToU8(JSON.stringify(changed));
      },
      /it has dependencies/,
    ],
    [
      'another start command',
      (content) => (backend(content)['package.json'] = strToU8('{"scripts":{"start":"node index.js"}}')),
      /its start command is not "node main\.js"/,
    ],
    ['too many files', (content) => fillUp(backend(content), 61), /^module backendclicer: 61 files$/m],
    [
      'too many bytes',
      (content) => (backend(content)['noise.js'] = randomBytes(6 * MEGABYTE)),
      /the archive has \d{7} bytes/,
    ],
    [
      'too many bytes after unpacking',
      (content) => (backend(content)['zeros.js'] = new Uint8Array(11 * MEGABYTE)),
      /module backendclicer: \d{8} bytes/,
    ],
  ])('finds %s', (_, spoil, finding) => {
    const content = smallContent();
    spoil(content);
    expect(checkMtar(writeMtar(content), MTA_YAML, CHECKOUT).join('\n')).toMatch(finding);
  });

  it.each(['javascript.nodejs', 'nodejs'])('accepts the small modules with type %s', (type) => {
    const content = smallContent();
    content.descriptor = content.descriptor.replaceAll('javascript.nodejs', type);
    expect(checkMtar(writeMtar(content), MTA_YAML, CHECKOUT)).toEqual([]);
  });

  it('accepts a module of 60 files', () => {
    const content = smallContent();
    fillUp(backend(content), 60);
    expect(checkMtar(writeMtar(content), MTA_YAML, CHECKOUT)).toEqual([]);
  });

  it('rejects a file that is not an archive', () => {
    expect(checkMtar(strToU8('no zip'), MTA_YAML, CHECKOUT)).toEqual(['the archive cannot be read']);
  });
});
