/**
 * `npm run api`: compares the types of the built packages with docs/reference/api. With `-- --accept` it writes the
 * changes there instead, for review and commit. It ignores comments and the order of declarations.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const REPORTS = join(ROOT, 'docs/reference/api');

/** Types of an entry by the name of their report. */
const ENTRIES = {
  'nest-ias': 'dist/packages/nest-ias/dist/index.d.cts',
  'nest-ias-axios': 'dist/packages/nest-ias/dist/axios.d.cts',
  'nest-ias-graphql': 'dist/packages/nest-ias/dist/graphql.d.cts',
  'nest-ias-swagger': 'dist/packages/nest-ias/dist/swagger.d.cts',
  'nest-ias-testing': 'dist/packages/testing/dist/index.d.cts',
  'nest-ias-testing-vitest': 'dist/packages/testing/dist/vitest.d.mts',
  'nest-ias-landscape': 'dist/packages/landscape/dist/index.d.cts',
};

const accepts = process.argv.includes('--accept');
mkdirSync(REPORTS, { recursive: true });
const changed = Object.entries(ENTRIES).filter(([name, types]) => {
  const report = join(REPORTS, `${name}.d.ts`);
  const api = describe(join(ROOT, types));
  if (accepts) writeFileSync(report, api);
  return readFileSync(report, 'utf8') !== api;
});
if (changed.length > 0) {
  const names = changed.map(([name]) => name).join(', ');
  console.error(
    `The public API of ${names} changed. To accept the change: npm run build:packages && npm run api -- --accept`,
  );
  process.exitCode = 1;
}

/**
 * The declarations of a file and of the files that it shares with other entries, sorted, without comments. What connects
 * these files is left out, because the build chooses its names.
 *
 * @param {string} entry
 */
function describe(entry) {
  const printer = ts.createPrinter({ removeComments: true });
  /** @type {Set<string>} */
  const declarations = new Set();
  const files = [entry];
  for (const file of files) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2023, true);
    for (const statement of source.statements) {
      const shared = ts.isImportDeclaration(statement) && sharedFile(file, statement);
      if (shared && !files.includes(shared)) files.push(shared);
      if (shared || (file !== entry && ts.isExportDeclaration(statement))) continue;
      declarations.add(printer.printNode(ts.EmitHint.Unspecified, statement, source));
    }
  }
  return `${[...declarations].sort().join('\n')}\n`;
}

/**
 * @param {string} file
 * @param {ts.ImportDeclaration} statement
 */
function sharedFile(file, { moduleSpecifier }) {
  const specifier = /** @type {ts.StringLiteral} */ (moduleSpecifier).text;
  return specifier.startsWith('.') && join(dirname(file), specifier.replace(/\.cjs$/, '.d.cts'));
}
