import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { cp, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../helper/free-port.js';
import { waitUntil } from '../helper/wait-until.js';
import type { PackedPackages } from './packed-packages.js';
import { run } from './run-command.js';

const SECURED_APP = fileURLToPath(new URL('secured-app', import.meta.url));
const HOW_TO = fileURLToPath(new URL('../../docs/how-to/test-your-app.md', import.meta.url));
const ORDERS_MODULE = fileURLToPath(new URL('../third-app/orders.module.ts', import.meta.url));

/** What an app is generated with. */
export interface Cell {
  readonly nest: 10 | 11 | 12;
  readonly platform: 'express' | 'fastify';
  readonly packageManager: 'npm' | 'pnpm' | 'yarn';
}

/** What README.md of `libs/ias` names for each major of Nest. */
const NAMED_IN_README = {
  10: ['@nestjs/passport@10'],
  11: ['@nestjs/passport@11'],
  12: [],
} as const;

/** Packages with which an app fetches tokens, as the README says. */
const FOR_OUTBOUND = {
  // Many apps on Nest 10 have swagger 7, which must not keep nest-ias from installing.
  10: ['axios', '@nestjs/axios@3', '@nestjs/swagger@7'],
  11: ['axios', '@nestjs/axios@4'],
  12: ['axios', '@nestjs/axios@12'],
} as const;

/** Peers that npm installs by itself, and others may not. */
const PEERS_WITHOUT_NPM = {
  10: ['passport'],
  11: ['passport'],
  12: ['@nestjs/passport', 'passport'],
} as const;

/** Add commands; the newest versions of these run on the supported versions of Node.js. */
const ADD = {
  npm: ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline'],
  pnpm: ['npx', '-y', 'pnpm@10', 'add', '--prefer-offline'],
  yarn: ['npx', '-y', 'yarn@1', 'add', '--prefer-offline'],
} as const;

/** Generated development dependencies that no test needs; without them an installation takes half the time. */
const LINTERS = /lint|prettier|globals|@nestjs\/mau|coverage/;

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  pnpm?: { readonly overrides: Readonly<Record<string, string>> };
  resolutions?: Readonly<Record<string, string>>;
}

const WITHOUT_EXTENSIONS = [/(from '\.[^']*)\.js'/g, "$1'"] as const;

const MANIFEST = 'applications:\n  - name: app\n    routes:\n      - route: app.example.com\n';

/** Files that the tests replace, and `nest add` edits. */
const EDITED = ['src/app.module.ts', 'test/app.e2e-spec.ts'] as const;

/** An app of `@nestjs/cli`, secured as the README says. Its configuration stays as generated. */
export class GeneratedApp {
  /** As generated, by their names. */
  readonly #generated = new Map<string, string>();

  private constructor(
    readonly folder: string,
    private readonly cell: Cell,
  ) {}

  /** Generates an app in a temporary folder. */
  static async create(cell: Cell, packed: PackedPackages): Promise<GeneratedApp> {
    const parent = await mkdtemp(join(tmpdir(), `nest-ias-${cell.nest}-`));
    const app = new GeneratedApp(join(parent, 'app'), cell);
    const skip = ['--skip-git', '--skip-install', '--package-manager', 'npm'];
    await run(['npx', '-y', '--prefer-offline', `@nestjs/cli@${cell.nest}`, 'new', 'app', ...skip], parent);
    for (const name of EDITED) app.#generated.set(name, await readFile(join(app.folder, name), 'utf8'));
    await app.#writeManifest(packed);
    await app.#secure();
    await app.#install(packed['nest-ias']);
    return app;
  }

  /** Whether the app is an ES module. */
  get isModule(): boolean {
    return this.cell.nest === 12;
  }

  async remove(): Promise<void> {
    await rm(join(this.folder, '..'), { recursive: true, force: true });
  }

  /** Runs a command in the app. @returns its output */
  async run(...command: readonly [string, ...string[]]): Promise<string> {
    return run(command, this.folder);
  }

  /** Of these packages, those of which nest-ias loads another copy than the app. */
  async notShared(names: readonly string[]): Promise<string[]> {
    const library = await realpath(join(this.folder, 'node_modules/nest-ias'));
    const [ofApp, ofLibrary] = [this.folder, library].map((folder) =>
      createRequire(join(folder, 'package.json')),
    );
    return names.filter((name) => ofApp?.resolve(name) !== ofLibrary?.resolve(name));
  }

  /** Undoes what secured the app, and adds a controller and a manifest that `nest add` is to edit. */
  async prepareForNestAdd(): Promise<void> {
    for (const [name, text] of this.#generated) await writeFile(join(this.folder, name), text);
    await cp(join(SECURED_APP, 'health.controller.ts'), join(this.folder, 'src/health.controller.ts'));
    await writeFile(join(this.folder, 'manifest.yml'), MANIFEST);
  }

  /** Writes the variables that the app reads where it is not deployed. */
  async writeDefaultEnvironment(variables: object): Promise<void> {
    await writeFile(join(this.folder, 'default-env.json'), JSON.stringify(variables));
  }

  /** Adds what an app needs that fetches tokens, with a test of that. */
  async addOutbound(): Promise<void> {
    const { nest, packageManager } = this.cell;
    await this.#copyTest('outbound');
    const [program, ...parameters] = ADD[packageManager];
    await this.run(program, ...parameters, ...FOR_OUTBOUND[nest]);
  }

  /** Starts the built app as another process, and returns its URL. */
  async start(environment: Readonly<Record<string, string>>): Promise<RunningApp> {
    const port = String(await freePort());
    const child = spawn(process.execPath, ['dist/main'], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], PORT: port, ...environment },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const closed = once(child, 'close');
    const url = `http://localhost:${port}`;
    await waitUntil(`the app listens: ${output}`, async () =>
      fetch(url).then(
        () => true,
        () => child.exitCode !== null,
      ),
    );
    const stop = async () => {
      child.kill();
      await closed;
    };
    if (child.exitCode !== null) throw new Error(`The app exited with ${child.exitCode}:\n${output}`);
    return { url, stop };
  }

  async #writeManifest(packed: PackedPackages): Promise<void> {
    const file = join(this.folder, 'package.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
    for (const name of Object.keys(manifest.devDependencies)) {
      if (LINTERS.test(name)) Reflect.deleteProperty(manifest.devDependencies, name);
    }
    for (const name of ['@nest-ias/testing', '@nest-ias/landscape'] as const)
      manifest.devDependencies[name] = `file:${packed[name]}`;
    const landscape = { '@nest-ias/landscape': `file:${packed['@nest-ias/landscape']}` };
    if (this.cell.packageManager === 'pnpm') manifest.pnpm = { overrides: landscape };
    if (this.cell.packageManager === 'yarn') manifest.resolutions = landscape;
    if (this.cell.platform === 'fastify') {
      manifest.dependencies['@nestjs/platform-fastify'] = `^${this.cell.nest}.0.0`;
      Reflect.deleteProperty(manifest.dependencies, '@nestjs/platform-express');
    }
    await writeFile(file, JSON.stringify(manifest, undefined, 2));
  }

  async #secure(): Promise<void> {
    const { platform } = this.cell;
    await cp(ORDERS_MODULE, join(this.folder, 'src/orders.module.ts'));
    await cp(join(SECURED_APP, `${platform}.ts`), join(this.folder, 'src/adapter.ts'));
    await this.#copyTest('orders');
    await rm(join(this.folder, 'test/app.e2e-spec.ts'));
    if (platform === 'express') await this.#copyRecipe();
    await this.#edit('src/app.module.ts', [
      ['imports: []', 'imports: [OrdersModule]'],
      ['@Module(', "import { OrdersModule } from './orders.module.js';\n\n@Module("],
    ]);
    await this.#edit('src/main.ts', [
      ['create(AppModule)', 'create(AppModule, createAdapter())'],
      ['async function', "import { createAdapter } from './adapter.js';\n\nasync function"],
    ]);
    if (this.isModule) return;
    for (const file of ['src/app.module.ts', 'src/main.ts']) await this.#edit(file, [WITHOUT_EXTENSIONS]);
  }

  /** Copies a test of `secured-app`, as the app writes its tests. */
  async #copyTest(name: 'orders' | 'outbound'): Promise<void> {
    const file = `test/${name}.e2e-spec.ts`;
    await cp(join(SECURED_APP, `${name}-test.ts`), join(this.folder, file));
    await this.#edit(file, [
      [
        "{ OrdersModule as AppModule } from '../../third-app/orders.module.js'",
        "{ AppModule } from '../src/app.module.js'",
      ],
      ['./express.js', '../src/adapter.js'],
    ]);
    // Only the Nest 10 template lacks esModuleInterop, so there a default import finds nothing.
    if (this.cell.nest === 10) await this.#edit(file, [['import request from', 'import * as request from']]);
    // CommonJS apps write imports without extension, and jest has globals.
    if (!this.isModule) await this.#edit(file, [[/^import .* from 'vitest';\n/m, ''], WITHOUT_EXTENSIONS]);
  }

  /** Copies the test from the how-to. */
  async #copyRecipe(): Promise<void> {
    const [, , recipe = ''] =
      new RegExp(
        `<!-- recipe: ${this.isModule ? 'vitest' : 'jest'} -->\\s+(\`\`\`)ts\\n(.*?)\`\`\``,
        's',
      ).exec(await readFile(HOW_TO, 'utf8')) ?? [];
    await writeFile(join(this.folder, 'test/recipe.e2e-spec.ts'), recipe);
    // As in the tests that Nest 10 generates.
    if (this.cell.nest === 10)
      await this.#edit('test/recipe.e2e-spec.ts', [['import request from', 'import * as request from']]);
  }

  async #edit(name: string, changes: readonly (readonly [string | RegExp, string])[]): Promise<void> {
    const file = join(this.folder, name);
    let text = await readFile(file, 'utf8');
    for (const [from, to] of changes) text = text.replace(from, to);
    await writeFile(file, text);
  }

  async #install(packed: string): Promise<void> {
    const { nest, packageManager } = this.cell;
    const others = packageManager === 'npm' ? [] : PEERS_WITHOUT_NPM[nest];
    const [program, ...parameters] = ADD[packageManager];
    await this.run(program, ...parameters, packed, ...NAMED_IN_README[nest], ...others);
  }
}

/** A started app. */
export interface RunningApp {
  readonly url: string;
  stop(): Promise<void>;
}
