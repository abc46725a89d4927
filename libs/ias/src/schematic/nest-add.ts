import { addCertificateRoutes } from './certificate-routes.js';
import { allowHealthRoutes, allowTests, secureModule } from './source-edits.js';

/**
 * The part of `Tree` of `@angular-devkit/schematics` that the schematic uses. The Nest CLI of the app contains that
 * package.
 */
export interface FileTree {
  readonly root: Directory;
  read(path: string): Buffer | null;
  overwrite(path: string, content: string): void;
}

interface Directory {
  readonly subdirs: readonly string[];
  readonly subfiles: readonly string[];
  dir(name: string): Directory;
}

interface Options {
  readonly sourceRoot?: string;
}

interface Context {
  readonly logger: { info(message: string): void; warn(message: string): void };
}

const IGNORED = new Set(['node_modules', 'dist', '.git']);

/** `nest add nest-ias`: secures an app with `IasModule` and `IasAuthGuard`. It changes nothing that is there already. */
export function nestAdd({ sourceRoot = 'src' }: Options = {}) {
  return (tree: FileTree, { logger }: Context): FileTree => {
    const module = `${sourceRoot}/app.module.ts`;
    const edit = (path: string, change: (text: string) => string) => {
      const before = tree.read(path)?.toString('utf8');
      if (before === undefined) return false;
      const after = change(before);
      if (after !== before) tree.overwrite(path, after);
      return after !== before || before.includes('IasModule');
    };
    if (!edit(module, secureModule))
      logger.warn(
        `${module} has no @Module({ … }) that can be changed: import IasModule and register IasAuthGuard there.`,
      );
    for (const path of filesOf(tree.root)) {
      if (path.startsWith(`${sourceRoot}/`) && /health[^/]*\.controller\.ts$/.test(path))
        edit(path, allowHealthRoutes);
      else if (path.endsWith('.e2e-spec.ts')) edit(path, allowTests);
      else if (/^(manifest[^/]*\.ya?ml|mta\.yaml)$/.test(path)) edit(path, addCertificateRoutes);
    }
    logger.info('Next: bind the app to an instance of the identity service, or start the local landscape.');
    return tree;
  };
}

function filesOf(directory: Directory, path = ''): string[] {
  const below = directory.subdirs
    .filter((name) => !IGNORED.has(name))
    .flatMap((name) => filesOf(directory.dir(name), `${path}${name}/`));
  return [...directory.subfiles.map((name) => path + name), ...below];
}
