import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IS_WHOLE_MATRIX, prepare } from './cells.js';
import { type Cell, GeneratedApp } from './generated-app.js';
import { packPackages } from './packed-packages.js';
import { run } from './run-command.js';

const SECURED_APP = fileURLToPath(new URL('secured-app', import.meta.url));
const TIMEOUT_MS = 480_000;

/** How an app compiles. */
interface Compilation {
  readonly typescript: '5.6' | '5.9' | '6.0';
  readonly kind: 'commonjs' | 'module';
  readonly moduleResolution: 'node10' | 'node16' | 'nodenext' | 'bundler';
}

const VERSIONS = ['5.6', '5.9', '6.0'] as const;
const KINDS = ['commonjs', 'module'] as const;

const OLDER: readonly Compilation[] = VERSIONS.flatMap((typescript) => [
  { typescript, kind: 'commonjs', moduleResolution: 'node10' } as const,
  ...KINDS.flatMap((kind) =>
    (['node16', 'nodenext', 'bundler'] as const).map((moduleResolution) => ({
      typescript,
      kind,
      moduleResolution,
    })),
  ),
]);
const NEST_12: readonly Compilation[] = [
  { typescript: '6.0', kind: 'module', moduleResolution: 'node16' },
  { typescript: '6.0', kind: 'module', moduleResolution: 'nodenext' },
  { typescript: '6.0', kind: 'module', moduleResolution: 'bundler' },
  { typescript: '6.0', kind: 'commonjs', moduleResolution: 'nodenext' },
];

const APPS: readonly { readonly nest: Cell['nest']; readonly compilations: readonly Compilation[] }[] = [
  { nest: 10, compilations: OLDER },
  { nest: 11, compilations: OLDER },
  { nest: 12, compilations: NEST_12 },
];

describe.runIf(IS_WHOLE_MATRIX).each(APPS)('types on Nest $nest', { timeout: TIMEOUT_MS }, (part) => {
  let app: GeneratedApp;
  let folder: string;
  let missing: string | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nest-ias-types-'));
    const packed = await packPackages(folder);
    const prepared = await prepare(async () => {
      await writeFile(join(folder, 'package.json'), '{"private":true}');
      const compilers = VERSIONS.map((version) => `typescript-${version}@npm:typescript@${version}`);
      await run(['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', ...compilers], folder);
      return GeneratedApp.create({ nest: part.nest, platform: 'express', packageManager: 'npm' }, packed);
    });
    if (typeof prepared === 'string') missing = prepared;
    else app = prepared;
  }, TIMEOUT_MS);
  beforeEach(({ skip }) => skip(missing !== undefined, missing));
  afterAll(async () => {
    await app?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** Compiles a file of `secured-app` in the app. @returns the errors */
  const compile = async (name: string, { typescript, kind, moduleResolution }: Compilation) => {
    const cell = join(app.folder, 'types');
    await mkdir(cell, { recursive: true });
    await cp(join(SECURED_APP, name), join(cell, name));
    await writeFile(join(cell, 'package.json'), JSON.stringify({ type: kind }));
    await writeFile(
      join(cell, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          target: 'es2022',
          module: { node10: 'commonjs', bundler: 'esnext' }[moduleResolution as string] ?? moduleResolution,
          moduleResolution,
          ...(typescript === '6.0' && { ignoreDeprecations: '6.0' }),
          strict: true,
          skipLibCheck: false,
          esModuleInterop: true,
          experimentalDecorators: true,
          emitDecoratorMetadata: true,
          types: ['node'],
          noEmit: true,
        },
        files: [name],
      }),
    );
    const compiler = join(folder, `node_modules/typescript-${typescript}/lib/tsc.js`);
    return run([process.execPath, compiler, '--project', cell], app.folder).then(
      () => '',
      (error: unknown) => String(error),
    );
  };

  it.for(part.compilations)(
    'compile with TypeScript $typescript, $kind, $moduleResolution',
    async (compilation, { skip }) => {
      const errors = await compile('consumer.ts', compilation);
      const isImpossible = errors !== '' && (await compile('without-nest-ias.ts', compilation)) !== '';
      skip(isImpossible, 'Nest itself does not compile this way.');
      expect(errors).toBe('');
    },
  );
});
