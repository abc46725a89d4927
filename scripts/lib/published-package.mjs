import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Peers that no app on Nest lacks. */
const IN_EVERY_APP = new Set(['@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs']);

/**
 * Configures the build of a workspace to `dist/packages/<folder>`, ready for `npm pack`: one CommonJS implementation and,
 * for each entry, an ES module that re-exports it by name. Both load the same classes, so injection tokens exist once in
 * a process (docs/decisions/0028-importable-and-requirable-packages.md).
 *
 * @param {string} workspace its folder, relative to the root
 * @param {string} folder its name without scope
 * @param {Record<string, string>} entry
 * @returns {import('tsdown').UserConfig & { onSuccess: () => void }}
 */
export function publishedPackage(workspace, folder, entry) {
  const published = join(ROOT, 'dist/packages', folder);
  return {
    cwd: join(ROOT, workspace),
    entry,
    outDir: join(published, 'dist'),
    tsconfig: join(ROOT, 'tsconfig.base.json'),
    format: 'cjs',
    target: 'node20.19',
    dts: true,
    sourcemap: true,
    report: false,
    logLevel: 'error',
    // Dynamic imports become `require`, because jest loads no ES modules in its default configuration.
    outputOptions: { dynamicImportInCjs: false, banner: missingPeerSentence(workspace) },
    plugins: [moduleWrappers(), bundledLicences()],
    onSuccess: () => {
      for (const file of ['package.json', 'README.md', 'collection.json'].filter((name) =>
        existsSync(join(ROOT, workspace, name)),
      ))
        cpSync(join(ROOT, workspace, file), join(published, file));
      for (const file of ['LICENSE', 'CHANGELOG.md']) cpSync(join(ROOT, file), join(published, file));
      writeModuleTypes(join(published, 'dist'));
    },
  };
}

/**
 * Writes the types of ES modules: those of CommonJS, under the other extension. Types that only refer to those of CommonJS
 * would import Nest 12 with `require`, which `moduleResolution: node16` does not allow for an ES module.
 *
 * @param {string} folder
 */
function writeModuleTypes(folder) {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.d.cts'))) {
    const types = readFileSync(join(folder, file), 'utf8');
    writeFileSync(
      join(folder, file.replace(/\.cts$/, '.mts')),
      types.replaceAll(/(['"]\.[^'"\n]*)\.cjs(['"])/g, '$1.mjs$2'),
    );
  }
}

/**
 * Makes a file that needs a peer dependency say what to install, instead of `Cannot find module`: an app may lack optional
 * ones, and all of them with `npm install --legacy-peer-deps`, pnpm or yarn. The first statement loads those packages, so
 * that it is also complete in bundles.
 *
 * @param {string} workspace
 * @returns {(chunk: import('tsdown').Rolldown.RenderedChunk) => string}
 */
function missingPeerSentence(workspace) {
  const { name, peerDependencies = {} } = JSON.parse(
    readFileSync(join(ROOT, workspace, 'package.json'), 'utf8'),
  );
  return ({ isEntry, fileName, imports }) => {
    const peers = imports.filter((peer) => peer in peerDependencies && !IN_EVERY_APP.has(peer));
    if (!fileName.endsWith('.cjs') || peers.length === 0) return '';
    const file = basename(fileName, '.cjs');
    const entry = isEntry && file !== 'index' ? `${name}/${file}` : name;
    const isOne = peers.length === 1;
    const remedy = `install ${peers.join(' and ')} in the version${isOne ? '' : 's'} that the README of ${name} names for your version of Nest.`;
    return [
      `try { ${peers.map((peer) => `require(${JSON.stringify(peer)});`).join(' ')} } catch (error) {`,
      `  const missing = ${JSON.stringify(peers)}.find((peer) => String(error.message).includes("'" + peer + "'"));`,
      '  if (missing === undefined || !/MODULE_NOT_FOUND$/.test(error.code)) throw error;',
      `  throw new Error(${JSON.stringify(`${entry} cannot find the package `)} + missing + ${JSON.stringify(`: ${remedy}`)});`,
      '}',
    ].join('\n');
  };
}

/**
 * Writes an ES module beside each CommonJS entry, with the same exports.
 *
 * @returns {import('tsdown').Rolldown.Plugin}
 */
function moduleWrappers() {
  return {
    name: 'module-wrappers',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk' || !chunk.isEntry || !chunk.fileName.endsWith('.cjs')) continue;
        // A command.
        if (chunk.exports.length === 0) continue;
        const name = basename(chunk.fileName, '.cjs');
        const names = chunk.exports.join(', ');
        const wrapper = `import implementation from './${name}.cjs';\nexport const { ${names} } = implementation;\n`;
        this.emitFile({ type: 'asset', fileName: `${name}.mjs`, source: wrapper });
      }
    },
  };
}

/**
 * Writes the licences of the bundled packages, as these licences require.
 *
 * @returns {import('tsdown').Rolldown.Plugin}
 */
function bundledLicences() {
  return {
    name: 'bundled-licences',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((chunk) =>
        chunk.type === 'chunk' ? chunk.moduleIds : [],
      );
      const packages = new Set(
        modules.flatMap((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id) ?? []),
      );
      if (packages.size === 0) return;
      const source = Array.from(packages, licenceOf).join('\n\n');
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source });
    },
  };
}

/** @param {string} folder */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`The bundled package ${name} has no licence file.`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8')}`;
}
