/**
 * The boundaries of the rooms (docs/reference/layout.md) and the ban on import cycles.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const rooms = ['binding', 'token', 'guard', 'client', 'health', 'errors'];

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'libraries-know-no-app',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-know-no-other-app',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '\\.(e2e-spec|spec)\\.ts$|/test/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'ias-and-landscape-are-strangers',
      comment: 'Two independent implementations of one protocol, so that a mistake cannot cancel itself out.',
      severity: 'error',
      from: { path: '^libs/ias/src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/(landscape|testing)/' },
    },
    {
      name: 'landscape-knows-no-product',
      severity: 'error',
      from: { path: '^libs/landscape/' },
      to: { path: '^libs/(ias|runtime|testing)/' },
    },
    {
      name: 'product-stands-alone',
      comment: 'libs/ias is published; the run-time manners of our own apps are not part of it.',
      severity: 'error',
      from: { path: '^libs/ias/src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/runtime/' },
    },
    {
      name: 'deployed-apps-know-no-landscape',
      severity: 'error',
      from: { path: '^(apps/(backend|frontend)/src|libs/runtime/src)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/(landscape|testing)/' },
    },
    {
      name: 'one-door',
      comment: 'A library is entered through its index.ts only; what needs vitest has a door of its own.',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: {
        path: '^libs/[^/]+/src/',
        pathNot: ['^$1/$2/', '^libs/[^/]+/src/index\\.ts$', '^libs/testing/src/vitest/index\\.ts$'],
      },
    },
    {
      name: 'vitest-is-optional',
      comment: 'The test kit works with any runner; only its door for vitest needs vitest.',
      severity: 'error',
      from: { path: '^libs/testing/src/', pathNot: '\\.spec\\.ts$|^libs/testing/src/vitest/' },
      to: { path: '(^|/)node_modules/(@?vitest)/|^libs/testing/src/vitest/' },
    },
    ...rooms.map((room) => ({
      name: `${room}-has-one-door`,
      comment: 'Inside libs/ias a room is entered through the file named after it.',
      severity: 'error',
      from: { path: '^libs/ias/src/', pathNot: `^libs/ias/src/(${room}/|index\\.ts$)` },
      to: { path: `^libs/ias/src/${room}/`, pathNot: `^libs/ias/src/${room}/${room}\\.ts$` },
    })),
    {
      name: 'no-dev-dependencies-in-deployed-code',
      severity: 'error',
      from: { path: '^(apps/(backend|frontend)/src|libs/(ias|runtime)/src)/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
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
