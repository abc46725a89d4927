import { allowHealthRoutes, allowTests, secureModule } from './source-edits.js';

const ROUTE = /^([ \t]*- route:[ \t]*)(["']?)([^\s"'#]+)\2[ \t]*$/gm;
const DEFAULT_URL = '${default-url}';

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

/**
 * Adds a route at which the platform forwards client certificates to each route of `manifest.yml` or `mta.yaml`: the host
 * `<app>.cert.<domain>` (docs/reference/ias-facts.md#cloud-foundry).
 */
function addCertificateRoutes(text: string): string {
  if (text.includes('.cert.')) return text;
  return text.replace(ROUTE, (line, start: string, quote: string, route: string) => {
    const added = certificateRouteOf(route);
    return added === undefined ? line : `${line}\n${start}${quote}${added}${quote}`;
  });
}

function certificateRouteOf(route: string): string | undefined {
  if (route === DEFAULT_URL) return '${default-host}.cert.${default-domain}';
  const [, host, domain] = /^((?:\$\{[^}]+\}|\(\([^)]+\)\)|[^.])+)\.(.+)$/.exec(route) ?? [];
  return host === undefined ? undefined : `${host}.cert.${domain}`;
}
