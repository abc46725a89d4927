/**
 * Which folder may import which, read from the tables in docs/reference/layout.md, and the ban on import cycles.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

/** Specs, what they share, and build configurations may import anything. */
const EXEMPT = '\\.(e2e-)?spec\\.ts$|^(apps|libs)/[^/]+/((test|example)/|tsdown\\.config\\.mjs$)';

/** What dependency-cruiser reports as not declared: also optional peers and bundled packages. */
const UNDECLARED_TYPES = ['npm-dev', 'npm-no-pkg', 'npm-unknown'];

/** The only places that import an optional peer, or a package that is bundled. */
const UNDECLARED = {
  'libs/ias/src/axios/': ['axios', '@nestjs/axios'],
  // types only
  'libs/ias/src/core/injection-tokens.ts': ['axios', '@nestjs/axios'],
  'libs/ias/src/core/telemetry.ts': ['@opentelemetry/api'],
  'libs/ias/src/client/ias-exception.filter.ts': ['@nestjs/websockets'],
  // comes with the Nest CLI, which runs the schematic
  'libs/ias/src/schematic/': ['typescript'],
  'libs/ias/src/swagger/': ['@nestjs/swagger'],
  // bundled, because it has ES modules only
  'libs/landscape/src/': ['jose'],
  'libs/testing/src/vitest/': ['vitest'],
};

const rows = readTables(readFileSync(join(__dirname, 'docs/reference/layout.md'), 'utf8'));

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...rows.map(({ base, folder, allowed }) => ({
      name: `imports-of-${folder.replaceAll('/', '-')}`,
      comment: `docs/reference/layout.md lists what ${folder} may import.`,
      severity: 'error',
      from: { path: `^${folder}/`, pathNot: EXEMPT },
      to: {
        path: `^${base === '' ? '(apps|libs|scripts)' : base}/`,
        pathNot: [folder, ...allowed].map((name) => `^${name}/`),
      },
    })),
    {
      name: 'module-only-in-index',
      comment: 'Only index.ts, the public API, imports the module.',
      severity: 'error',
      from: { path: '^libs/ias/src/', pathNot: [EXEMPT, '^libs/ias/src/(module/|(index|internal)\\.ts$)'] },
      to: { path: '^libs/ias/src/(module/|(index|internal)\\.ts$)' },
    },
    {
      name: 'one-door',
      comment:
        'A library is entered through its index.ts; what needs an optional peer, and the command ias, have doors of their own.',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: {
        path: '^libs/[^/]+/src/',
        pathNot: [
          '^$1/$2/',
          '^libs/[^/]+/src/index\\.ts$',
          '^libs/ias/src/(axios|graphql|swagger)/index\\.ts$',
          '^libs/[^/]+/src/internal\\.ts$',
          '^libs/testing/src/vitest/index\\.ts$',
        ],
      },
    },
    {
      name: 'internal-parts',
      comment:
        'Only the command ias, the page and npm run landscape use parts of libraries that are not public.',
      severity: 'error',
      from: { pathNot: '^apps/(cli|frontend|landscape)/' },
      to: { path: '^libs/[^/]+/src/internal\\.ts$' },
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
      comment: 'A package declares what it imports.',
      severity: 'error',
      from: {
        path: '^(apps|libs)/[^/]+/src/',
        pathNot: ['\\.spec\\.ts$', ...Object.keys(UNDECLARED).map((place) => `^${place}`)],
      },
      to: { dependencyTypes: UNDECLARED_TYPES },
    },
    ...Object.entries(UNDECLARED).map(([place, packages]) => ({
      name: `no-undeclared-dependencies-in-${place.replaceAll(/\W+/g, '-')}`,
      comment: `A package declares what it imports; here also ${packages.join(', ')}.`,
      severity: 'error',
      from: { path: `^${place}`, pathNot: '\\.spec\\.ts$' },
      to: {
        dependencyTypes: UNDECLARED_TYPES,
        pathNot: `(^|/)node_modules/(${packages.join('|')})/`,
      },
    })),
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
