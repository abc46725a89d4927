import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { rspack } from '@rspack/core';

/** Packages that Nest, xssec and others load only if they are installed. Our apps have none of them. */
const OPTIONAL_PACKAGES =
  /^(@nestjs\/(microservices|websockets|platform-express)(\/.*)?|class-validator|class-transformer(\/.*)?|@fastify\/(static|view|multipart)|supports-color)$/;

/** Packages for features of Nest and Fastify that our apps do not use: route schemas, Fastify's logger, injected requests, uploads. */
const UNUSED_PACKAGES = /^(@fastify\/(ajv|fast-json-stringify)-compiler|pino|light-my-request|file-type)$/;

const NEST_LOGGERS = /@nestjs[\\/]common[\\/]services[\\/](console-)?logger\.service\.js$/;

/** Loading these files has no side effects, except for `debug-output.ts`, whose exports are always used. */
const OUR_LIBRARIES = /libs[\\/](ias|runtime)[\\/]src[\\/].*\.ts$/;

/** This file is loaded for its side effect. */
const ZOD_CONFIGURATION = /[\\/]zod-configuration\.ts$/;

/**
 * Builds one self-contained bundle for each app. It starts without `npm install` (docs/decisions/0002).
 *
 * @param {import('@rspack/core').Configuration & { entry: string }} defaults from the Nest CLI
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
      chunkFilename: '[name].js',
      clean: true,
    },
    // By default, the Nest CLI bundles no packages.
    externals: [],
    externalsPresets: { node: true },
    resolve: {
      extensions: ['.ts', '.js'],
      extensionAlias: { '.js': ['.ts', '.js'] },
      tsConfig: resolve('tsconfig.base.json'),
      // Unused exports can be left out of ES modules only, and RxJS gives Node.js CommonJS.
      alias: {
        rxjs$: resolve('node_modules/rxjs/dist/esm/index.js'),
        'rxjs/operators$': resolve('node_modules/rxjs/dist/esm/operators/index.js'),
        // Its entry loads much that our apps do not use.
        undici$: resolve('scripts/lean-undici.cjs'),
        // Brings a list of all media types (150 KB), which only forms need.
        'form-data$': resolve('scripts/web-form-data.cjs'),
      },
    },
    optimization: {
      nodeEnv: false,
      concatenateModules: true,
      // Leaves out unused modules of packages that declare `sideEffects: false`.
      providedExports: true,
      usedExports: true,
      sideEffects: true,
      splitChunks: false,
      minimize: true,
      // V8 keeps the source in memory and reads all of it at the start: comments and white space are removed, and local
      // names are shortened. If all characters are ASCII, each takes one byte. Names of classes and functions stay: Nest
      // identifies providers by their class names, and stack traces show both.
      minimizer: [
        new rspack.SwcJsMinimizerRspackPlugin({
          extractComments: false,
          minimizerOptions: {
            compress: false,
            mangle: { toplevel: true, keep_classnames: true, keep_fnames: true, keep_private_props: true },
            format: { comments: false, ascii_only: true },
          },
        }),
      ],
    },
    module: {
      parser: {
        javascript: {
          // Leaves `import.meta.url` to Node.js. Otherwise rspack replaces it with the path on the build machine.
          importMeta: false,
          // Only an import with `webpackMode: "lazy"` gets a file of its own, which a deployed app never loads.
          dynamicImportMode: 'eager',
        },
      },
      rules: [
        ...(defaults.module?.rules?.map(compileForNode20) ?? []),
        { test: OUR_LIBRARIES, exclude: ZOD_CONFIGURATION, sideEffects: false },
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
 * Keeps private fields. The older target of the Nest CLI turns each into a WeakMap, and these WeakMaps take a sixth of
 * the time of a guarded request.
 *
 * @param {any} rule
 */
function compileForNode20(rule) {
  const [{ loader, options }] = rule.use;
  return { ...rule, use: [{ loader, options: { ...options, jsc: { ...options.jsc, target: 'es2023' } } }] };
}

/** Writes the package.json for the buildpack: the start command, the version of Node.js, and no dependencies. */
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
