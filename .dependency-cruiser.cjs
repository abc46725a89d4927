/**
 * Which folder may import which, read from the tables in docs/reference/layout.md, and the ban on import cycles.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

/** Specs and what they share may import anything. */
const TESTS = '\\.(e2e-)?spec\\.ts$|^(apps|libs)/[^/]+/(test|example)/';

const rows = readTables(readFileSync(join(__dirname, 'docs/reference/layout.md'), 'utf8'));

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...rows.map(({ base, folder, allowed }) => ({
      name: `imports-of-${folder.replaceAll('/', '-')}`,
      comment: `docs/reference/layout.md says what ${folder} may import.`,
      severity: 'error',
      from: { path: `^${folder}/`, pathNot: TESTS },
      to: {
        path: `^${base === '' ? '(apps|libs)' : base}/`,
        pathNot: [folder, ...allowed].map((name) => `^${name}/`),
      },
    })),
    {
      name: 'module-only-in-index',
      comment: 'Only index.ts, the public API, imports the module.',
      severity: 'error',
      from: { path: '^libs/ias/src/', pathNot: [TESTS, '^libs/ias/src/(module/|index\\.ts$)'] },
      to: { path: '^libs/ias/src/(module/|index\\.ts$)' },
    },
    {
      name: 'one-door',
      comment:
        'A library is entered through its index.ts only; what needs an optional peer has a door of its own.',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: {
        path: '^libs/[^/]+/src/',
        pathNot: [
          '^$1/$2/',
          '^libs/[^/]+/src/index\\.ts$',
          '^libs/testing/src/vitest/index\\.ts$',
          '^libs/ias/src/axios/index\\.ts$',
        ],
      },
    },
    {
      name: 'vitest-is-optional',
      comment: 'The test kit works with any runner; only its entry for vitest needs vitest.',
      severity: 'error',
      from: { path: '^libs/testing/src/', pathNot: '\\.spec\\.ts$|^libs/testing/src/vitest/' },
      to: { path: '(^|/)node_modules/(@?vitest)/|^libs/testing/src/vitest/' },
    },
    {
      name: 'no-undeclared-dependencies',
      comment:
        'A package declares what it imports. jose is bundled into the landscape; vitest and axios are optional peers.',
      severity: 'error',
      from: {
        path: '^(apps/(backend|frontend|cli)/src|libs/[^/]+/src)/',
        pathNot: '\\.spec\\.ts$|^libs/testing/src/vitest/',
      },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: 'node_modules/(jose|axios|@nestjs/axios)/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};

/**
 * The rows of the tables with a column "may import"; folders in a table stand below the folder that its heading names.
 *
 * @param {string} markdown
 */
function readTables(markdown) {
  let base = '';
  return markdown.split('\n').flatMap((line) => {
    if (line.startsWith('#')) base = /`([^`]+)`/.exec(line)?.[1] ?? '';
    const [, folder, , imports] = line.split('|');
    const name = /^ `([^`]+)`/.exec(folder ?? '')?.[1];
    if (name === undefined || imports === undefined) return [];
    const full = (/** @type {string} */ short) => (base === '' ? short : `${base}/${short}`);
    return [
      {
        base,
        folder: full(name),
        allowed: Array.from(imports.matchAll(/`([^`]+)`/g), ([, short]) => full(short)),
      },
    ];
  });
}
