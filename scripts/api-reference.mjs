/**
 * Writes the reference of the exported classes, functions and types as pages of the documentation, one for each entry of
 * a package. The docstrings in the sources are the text. `npm run docs` and `npm run docs:build` run it.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, Converter } from 'typedoc';
import { fail } from './lib/failure.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Entries by the name with which an app imports them. */
const ENTRIES = {
  'nest-ias': 'libs/ias/src/index.ts',
  'nest-ias/axios': 'libs/ias/src/axios/index.ts',
  'nest-ias/graphql': 'libs/ias/src/graphql/index.ts',
  'nest-ias/swagger': 'libs/ias/src/swagger/index.ts',
  '@nest-ias/landscape': 'libs/landscape/src/index.ts',
  '@nest-ias/testing': 'libs/testing/src/index.ts',
  '@nest-ias/testing/vitest': 'libs/testing/src/vitest/index.ts',
};

const application = await Application.bootstrapWithPlugins(
  /** @type {Partial<import('typedoc').TypeDocOptions>} */ ({
    name: 'Packages',
    entryPoints: Object.values(ENTRIES).map((path) => ROOT + path),
    tsconfig: `${ROOT}docs/.vitepress/tsconfig.json`,
    skipErrorChecking: true,
    plugin: ['typedoc-plugin-markdown'],
    out: join(ROOT, 'docs', 'reference', 'packages'),
    router: 'module',
    entryFileName: 'index',
    readme: 'none',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    excludePrivate: true,
    excludeProtected: false,
    excludeExternals: true,
    disableSources: true,
    githubPages: false,
    logLevel: 'Error',
    parametersFormat: 'table',
    propertiesFormat: 'table',
    interfacePropertiesFormat: 'table',
    enumMembersFormat: 'table',
    validation: { notExported: false },
  }),
);

application.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  for (const [name, path] of Object.entries(ENTRIES)) {
    const module = project.children?.find((child) => path === `libs/${child.name}/index.ts`);
    if (module) module.name = name;
  }
});

const project = await application.convert();
if (!project) fail('TypeDoc cannot read the sources.', 1);
else await application.generateOutputs(project);
