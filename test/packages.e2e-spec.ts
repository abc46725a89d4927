import { execFile } from 'node:child_process';
import { access, cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import project from '../project.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = join(ROOT, 'dist/packages');
const THIRD_APP = fileURLToPath(new URL('third-app', import.meta.url));
const DOCUMENTS = `${project.repository}/blob/main/`;
/** Files that only export what others contain have no source map. */
const HAS_CODE = /^ *(?:async )?(?:function|class|(?:const|let|var) \w+ = (?!require\())/m;
const TIMEOUT_MS = 180_000;

/** Dependencies of a third-party app, in the versions of this repository. */
const INSTALLED = [
  '@nestjs/axios',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-fastify',
  '@nestjs/swagger',
  '@nestjs/testing',
  '@opentelemetry/api',
  'axios',
  'reflect-metadata',
  'rxjs',
  'typescript',
  'vite',
  'vitest',
];
const COMPILER_OPTIONS = {
  target: 'es2023',
  module: 'nodenext',
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  types: ['node'],
  noEmit: true,
};

/** Folders of `dist/packages` by the name of the package. */
const FOLDERS = {
  'nest-ias': 'nest-ias',
  '@nest-ias/landscape': 'landscape',
  '@nest-ias/testing': 'testing',
  '@nest-ias/cli': 'cli',
} as const;
/** Packages that apps import. */
const LIBRARIES = ['nest-ias', '@nest-ias/landscape', '@nest-ias/testing'] as const;

interface Manifest {
  readonly version: string;
  readonly exports: object;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const readManifest = async (folder: string) =>
  JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;

describe('the packages', { timeout: TIMEOUT_MS }, () => {
  let app: string;
  /** Specifiers of the packed files by the name of the package. */
  const tarballs: Record<string, string> = {};

  /** Runs a program in the app; its output is the error message if it fails. */
  const run = async (program: string, parameters: readonly string[], cwd = app) => {
    // The app must not inherit the environment of the test runner.
    const { NODE_ENV: _, VITEST: __, ...env } = process.env;
    const shell = process.platform === 'win32' && program === 'npm'; // npm is a script there
    try {
      return (await promisify(execFile)(program, parameters, { cwd, env, shell })).stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${program} ${parameters.join(' ')}:\n${stdout}${stderr}`, { cause: error });
    }
  };
  const writeJson = async (name: string, content: object) =>
    writeFile(join(app, name), JSON.stringify(content));

  beforeAll(async () => {
    app = await mkdtemp(join(tmpdir(), 'third-app-'));
    for (const [name, folder] of Object.entries(FOLDERS)) {
      const packed = await run('npm', ['pack', '--pack-destination', app], join(PACKAGES, folder));
      tarballs[name] = `file:${packed.trim()}`;
    }
    const { dependencies, devDependencies } = await readManifest(ROOT);
    const versions = { ...devDependencies, ...dependencies };
    await cp(THIRD_APP, app, { recursive: true });
    await writeJson('package.json', {
      private: true,
      type: 'module',
      dependencies: {
        ...tarballs,
        ...Object.fromEntries(INSTALLED.map((name) => [name, versions[name]])),
        // This repository compiles with the oldest supported types; a new app uses the newest.
        '@types/node': '^26',
      },
    });
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline']);
  }, TIMEOUT_MS);
  afterAll(async () => rm(app, { recursive: true, force: true }));

  it.each(Object.values(FOLDERS))('dist/packages/%s has a complete package.json', async (folder) => {
    const { messages } = await publint({ pkgDir: join(PACKAGES, folder), strict: true });
    expect(messages).toEqual([]);
  });

  it.each(LIBRARIES)('%s has types for each way to resolve modules', async (name) => {
    const [, file = ''] = /^file:(.*)$/.exec(tarballs[name] ?? '') ?? [];
    const packed = createPackageFromTarballData(await readFile(join(app, file)));
    const checked = await checkPackage(packed);
    expect(checked).toMatchObject({ types: { kind: 'included' }, problems: [] });
    const entries = Object.keys('entrypoints' in checked ? checked.entrypoints : {});
    const { exports } = await readManifest(join(app, 'node_modules', name));
    expect(entries.sort()).toEqual(Object.keys(exports).sort());
  });

  it.each(Object.keys(FOLDERS))('%s contains licence, readme and changelog, no tests', async (name) => {
    const files = await readdir(join(app, 'node_modules', name), { recursive: true });
    expect(files).toEqual(expect.arrayContaining(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']));
    expect(files.filter((file) => file.includes('.spec.'))).toEqual([]);
  });

  it.each(Object.values(FOLDERS))('dist/packages/%s has source maps with the sources', async (folder) => {
    const dist = join(PACKAGES, folder, 'dist');
    const files = (await readdir(dist)).filter((file) => /\.[cm]js$/.test(file));
    for (const file of files) {
      const code = await readFile(join(dist, file), 'utf8');
      if (!HAS_CODE.test(code)) continue;
      const [, map = `none in ${file}`] = /\n\/\/# sourceMappingURL=(\S+)\s*$/.exec(code) ?? [];
      expect(JSON.parse(await readFile(join(dist, map), 'utf8'))).toMatchObject({
        sourcesContent: expect.arrayContaining([expect.any(String)]),
      });
    }
  });

  it.each(Object.keys(FOLDERS))('%s has a readme whose links work outside the repository', async (name) => {
    const readme = await readFile(join(app, 'node_modules', name, 'README.md'), 'utf8');
    const links = Array.from(readme.matchAll(/\]\((.+?)\)/g), ([, link = '']) => link);
    expect(links.filter((link) => !link.startsWith('https://'))).toEqual([]);
    const documents = links
      .filter((link) => link.startsWith(DOCUMENTS))
      .map((link) => link.slice(DOCUMENTS.length));
    expect(documents).not.toEqual([]);
    for (const document of documents) await access(join(ROOT, document.replace(/#.*/, '')));
  });

  it('includes the licences of bundled packages', async () => {
    const folder = join(app, 'node_modules/@nest-ias/landscape/dist');
    expect(await readFile(join(folder, 'THIRD-PARTY-LICENSES.txt'), 'utf8')).toMatch(/^jose .*MIT/);
  });

  it('bundles no code of @sap', async () => {
    for (const folder of Object.values(FOLDERS)) {
      const dist = join(PACKAGES, folder, 'dist');
      const maps = (await readdir(dist)).filter((file) => file.endsWith('.map'));
      for (const map of maps)
        expect(await readFile(join(dist, map), 'utf8')).not.toContain('node_modules/@sap/');
    }
  });

  it('has one identity of each class for import and require', async () => {
    const code = `
      import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      for (const entry of ['nest-ias', 'nest-ias/axios', 'nest-ias/graphql', 'nest-ias/swagger']) {
        const [required, imported] = [require(entry), await import(entry)];
        console.log(Object.keys(required).every((name) => required[name] === imported[name]) && 'the same');
      }`;
    const printed = await run(process.execPath, ['--input-type=module', '--eval', code]);
    expect(printed).toBe('the same\n'.repeat(4));
  });

  it('has one identity of each class in all entries', async () => {
    const code = `
      import 'reflect-metadata';
      import { Test } from '@nestjs/testing';
      import { HttpService } from '@nestjs/axios';
      import { DownstreamError, IasModule } from 'nest-ias';
      import { IasHttpModule } from 'nest-ias/axios';
      const credentials = { clientid: 'c', clientsecret: 's', url: 'https://t.localhost:1', domains: ['localhost:1'] };
      const imports = [
        IasModule.forRoot({ outbound: true, isGlobal: true, credentials }),
        IasHttpModule.register({ baseURL: 'http://localhost:1' }),
      ];
      const module = await Test.createTestingModule({ imports }).compile();
      const { axiosRef } = module.get(HttpService, { strict: false });
      const error = await axiosRef.get('https://elsewhere.example/').catch((reason) => reason);
      console.log(error instanceof DownstreamError, error.code);`;
    const printed = await run(process.execPath, ['--input-type=module', '--eval', code]);
    expect(printed).toContain('true downstream_forbidden_target');
  });

  it('installs no second copy of packages that it shares with the app', async () => {
    const listed = await run('npm', ['ls', '--all', '--parseable']);
    const nested = listed.split('\n').filter((path) => /(nest-ias|@nest-ias\/\w+)\/node_modules/.test(path));
    expect(nested).toEqual([]);
  });

  it('has types for another app', async () => {
    await writeJson('tsconfig.json', { compilerOptions: COMPILER_OPTIONS, include: ['*.ts'] });
    expect(await run(process.execPath, ['node_modules/typescript/bin/tsc'])).toBe('');
  });

  it('has types of nest-ias/axios for moduleResolution node10', async () => {
    const text = `
      import type { IasHttpModuleOptions } from 'nest-ias/axios';
      export const options: IasHttpModuleOptions = { baseURL: 'https://orders.example.com' };
      // @ts-expect-error -- not a URL, so the types are there
      export const invalid: IasHttpModuleOptions = { baseURL: 1 };`;
    await writeFile(join(app, 'node10.cts'), text);
    const options = ['--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '6.0'];
    const compiler = ['node_modules/typescript/bin/tsc', '--ignoreConfig', 'node10.cts', ...options];
    const types = ['--strict', '--noEmit', '--skipLibCheck', '--target', 'es2023', '--types', 'node'];
    expect(await run(process.execPath, [...compiler, ...types])).toBe('');
  });

  it("runs another app's test with the real guard", async () => {
    const report = await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--root', app]);
    expect(report).toContain('passed');
  });

  it('starts without the OpenTelemetry API, which is optional', async () => {
    await rm(join(app, 'node_modules/@opentelemetry'), { recursive: true });
    const code = `
      import { NestFactory } from '@nestjs/core';
      import { IasModule } from 'nest-ias';
      const credentials = { clientid: 'c', url: 'https://t.example.com', domains: ['example.com'] };
      const module = IasModule.forRoot({ credentials: { ...credentials, 'credential-type': 'NONE' } });
      await NestFactory.createApplicationContext(module, { logger: false });
      console.log('started');
      process.exit();`;
    expect(await run(process.execPath, ['--input-type=module', '--eval', code])).toContain('started');
  });

  it('runs without vitest, and the guard also without the test kit of Nest and HTTP clients', async () => {
    const keysOf = async (name: string) => {
      const code = `console.log(Object.keys(await import('${name}')).join())`;
      return run(process.execPath, ['--input-type=module', '--eval', code]);
    };
    await rm(join(app, 'node_modules/vitest'), { recursive: true });
    expect(await keysOf('@nest-ias/testing')).toContain('startLandscape');
    for (const peer of ['@nestjs/testing', '@nestjs/axios', '@nestjs/swagger', 'axios', 'undici'])
      await rm(join(app, 'node_modules', peer), { recursive: true });
    expect(await keysOf('nest-ias')).toContain('IasModule');
  });

  it.each([
    ['imported', 'await import("nest-ias/axios")'],
    ['required', 'createRequire(import.meta.url)("nest-ias/axios")'],
  ])('says what to install where axios is missing: %s', async (_, use) => {
    const code = `
      import { createRequire } from 'node:module';
      try { ${use} } catch (error) { console.log(error.message) }
      // Node.js 20 also reports an error of CommonJS that an import has rejected with
      process.exit();`;
    const printed = await run(process.execPath, ['--input-type=module', '--eval', code]);
    expect(printed).toMatch(
      /^nest-ias\/axios cannot find the package @nestjs\/axios: install .* and axios .*\.\n$/,
    );
  });

  it.each(['@nestjs/passport', 'passport'])('says that %s is missing', async (peer) => {
    const [folder, elsewhere] = [join(app, 'node_modules', peer), join(app, 'elsewhere')];
    await rename(folder, elsewhere);
    const code = `await import('nest-ias').catch((error) => console.log(error.message)); process.exit();`;
    const printed = await run(process.execPath, ['--input-type=module', '--eval', code]);
    await rename(elsewhere, folder);
    expect(printed).toMatch(
      new RegExp(
        `^nest-ias cannot find the package ${peer}: install .* that the README of nest-ias names .*\\.\n$`,
      ),
    );
  });

  it('says what an app that fetches tokens lacks', async () => {
    const code = `
      import { NestFactory } from '@nestjs/core';
      import { IasModule } from 'nest-ias';
      const credentials = { clientid: 'c', clientsecret: 's', url: 'https://t.localhost', domains: ['localhost'] };
      await NestFactory.createApplicationContext(IasModule.forRoot({ outbound: true, credentials }));`;
    const failure = run(process.execPath, ['--input-type=module', '--eval', code]);
    await expect(failure).rejects.toThrow('needs the packages @nestjs/axios and axios: install axios, and');
    await expect(failure).rejects.not.toThrow('    at ');
  });
});
