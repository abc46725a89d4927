import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';

/**
 * Joins the chunks of a CommonJS program into one ES module. Each chunk is a compressed text in it, which the loader unpacks
 * and compiles when the program first requires it. As code, all of it would be parsed at each start, which takes longer than
 * most commands of this program themselves.
 *
 * @returns {import('tsdown').Rolldown.Plugin}
 */
export function singleFile() {
  return {
    name: 'single-file',
    writeBundle({ dir = '.' }, bundle) {
      for (const name of Object.keys(bundle)) chmodSync(join(dir, name), 0o755);
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        const entry = chunks.find(({ isEntry }) => isEntry);
        if (entry === undefined) throw new Error('The program has no entry.');
        const fileName = entry.fileName.replace(/\.cjs$/, '.mjs');
        const packed = Object.fromEntries(
          chunks.map(({ fileName: name, code }) => [`./${name}`, pack(code)]),
        );
        const loader = LOADER.replace('CHUNKS', () => JSON.stringify(packed, undefined, 2));
        const source = `#!/usr/bin/env node\n${loader}load('./${entry.fileName}');\n`;
        for (const { fileName: name } of chunks) delete bundle[name];
        this.emitFile({ type: 'asset', fileName, source });
      },
    },
  };
}

/** @param {string} code */
const pack = (code) => deflateRawSync(code.replace(/^#!.*\n/, ''), { level: 9 }).toString('base64');

/** Dynamic imports of optional packages work as in a file. */
const LOADER = `import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compileFunction, constants } from 'node:vm';
import { inflateRawSync } from 'node:zlib';
const filename = fileURLToPath(import.meta.url);
const requireFile = createRequire(import.meta.url);
const chunks = CHUNKS;
const modules = {};
const load = Object.assign((name) => {
  if (!Object.hasOwn(chunks, name)) return requireFile(name);
  if (modules[name]) return modules[name].exports;
  const module = (modules[name] = { exports: {} });
  const code = inflateRawSync(Buffer.from(chunks[name], 'base64')).toString();
  const options = { filename: filename + name.slice(1), importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
  const run = compileFunction(code, ['exports', 'require', 'module', '__filename'], options);
  run(module.exports, load, module, filename);
  return module.exports;
}, requireFile);
`;
