import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { rspack } from '@rspack/core';

/** Packages that Nest, xssec and others load only where they are installed; none of our apps has them. */
const OPTIONAL_PACKAGES =
  /^(@nestjs\/(microservices|websockets|platform-express)(\/.*)?|class-validator|class-transformer(\/.*)?|@fastify\/(static|view|multipart)|supports-color)$/;

/**
 * What Nest and Fastify load once an app uses it, and ours never do: schemas of routes, Fastify's own logger, injected
 * requests, uploaded files.
 */
const UNUSED_PACKAGES = /^(@fastify\/(ajv|fast-json-stringify)-compiler|pino|light-my-request|file-type)$/;

const NEST_LOGGERS = /@nestjs\/common\/services\/(console-)?logger\.service\.js$/;

/** Our libraries do nothing when they are loaded, except `debug-output.ts`: it is loaded with what it exports. */
const OUR_LIBRARIES = /libs\/(ias|runtime)\/src\/.*\.ts$/;

/**
 * One self-contained bundle for each app: it starts with nothing installed (docs/decisions/0002).
 *
 * @param {import('@rspack/core').Configuration & { entry: string }} defaults of the Nest CLI
 * @returns {import('@rspack/core').Configuration}
 */
export default function configure(defaults) {
  const app = basename(dirname(dirname(defaults.entry)));
  return {
    ...defaults,
    mode: 'none',
    devtool: false,
    output: {
      path: resolve('dist/apps', app),
      filename: 'main.js',
      module: true,
      library: { type: 'module' },
      chunkFormat: 'module',
      asyncChunks: false,
      clean: true,
    },
    externals: [withoutHttp2],
    externalsPresets: { node: true },
    resolve: {
      extensions: ['.ts', '.js'],
      extensionAlias: { '.js': ['.ts', '.js'] },
      tsConfig: resolve('tsconfig.base.json'),
      // What a bundle does not use can be left out of ECMAScript modules only; RxJS gives Node.js CommonJS.
      alias: {
        rxjs$: resolve('node_modules/rxjs/dist/esm/index.js'),
        'rxjs/operators$': resolve('node_modules/rxjs/dist/esm/operators/index.js'),
      },
    },
    optimization: {
      nodeEnv: false,
      concatenateModules: true,
      // Leaves out modules that an app does not use, where their package says that they do nothing by being loaded.
      providedExports: true,
      usedExports: true,
      sideEffects: true,
      minimize: true,
      // Comments and blanks only: what V8 reads at the start, and keeps in memory, is a fraction of it then. In one byte
      // a character, as long as there is none beyond ASCII. Names stay, Nest tells providers apart by them.
      minimizer: [
        new rspack.SwcJsMinimizerRspackPlugin({
          extractComments: false,
          minimizerOptions: { compress: false, mangle: false, format: { comments: false, ascii_only: true } },
        }),
      ],
    },
    module: {
      // Keeps `import.meta.url` for run time; otherwise the path of the build machine would be in the bundle.
      parser: { javascript: { importMeta: false } },
      rules: [
        ...(defaults.module?.rules?.map(compileForNode20) ?? []),
        { test: OUR_LIBRARIES, sideEffects: false },
        { test: NEST_LOGGERS, loader: resolve('scripts/lazy-date-format-loader.mjs') },
      ],
    },
    plugins: [
      new rspack.IgnorePlugin({
        checkResource: (resource) => OPTIONAL_PACKAGES.test(resource) || UNUSED_PACKAGES.test(resource),
      }),
      new PackageJsonPlugin(app),
    ],
  };
}

/**
 * Fastify loads HTTP/2 whether it serves it or not; behind the router apps speak HTTP/1.1.
 *
 * @param {{ request?: string, contextInfo?: { issuer: string } }} module
 * @param {(error?: null, external?: string) => void} answer
 */
function withoutHttp2({ request, contextInfo }, answer) {
  const isFastify = contextInfo?.issuer.includes('/node_modules/fastify/') ?? false;
  if (request === 'node:http2' && isFastify) answer(null, 'var {}');
  else answer();
}

/**
 * Keeps private fields as they are: as a WeakMap for each field, which the CLI's older target makes of them, they take
 * a sixth of the time of a guarded request.
 *
 * @param {any} rule
 */
function compileForNode20(rule) {
  const [{ loader, options }] = rule.use;
  return { ...rule, use: [{ loader, options: { ...options, jsc: { ...options.jsc, target: 'es2023' } } }] };
}

/** Writes the package.json that the buildpack reads: how to start, with which Node.js, and that nothing is to install. */
class PackageJsonPlugin {
  /** @param {string} app */
  constructor(app) {
    this.app = app;
  }

  /** @param {import('@rspack/core').Compiler} compiler */
  apply(compiler) {
    compiler.hooks.thisCompilation.tap('PackageJsonPlugin', (compilation) => {
      const stage = rspack.Compilation.PROCESS_ASSETS_STAGE_ADDITIONAL;
      compilation.hooks.processAssets.tap({ name: 'PackageJsonPlugin', stage }, () => {
        const { version, license } = JSON.parse(readFileSync('package.json', 'utf8'));
        const content = {
          name: this.app,
          version,
          private: true,
          license,
          type: 'module',
          engines: { node: '24.x' },
          scripts: { start: 'node main.js' },
        };
        const source = new rspack.sources.RawSource(`${JSON.stringify(content, null, 2)}\n`);
        compilation.emitAsset('package.json', source);
      });
    });
  }
}
