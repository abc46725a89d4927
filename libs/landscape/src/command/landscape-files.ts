import { mkdir } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import type { BindingRequest } from '../binding/binding-request.js';
import type { IdentityCredentials } from '../binding/identity-credentials.js';
import { mountedDirectory } from '../binding/mounted-binding.js';
import { OWNER_ONLY, type OwnedFiles } from '../file/owned-files.js';
import type { Application } from '../tenant/application.js';
import { type BindingFile, type BindingFiles, json } from './binding-files.js';
import { type ConfiguredLandscape, named } from './configured-landscape.js';
import { isEnvironmentOfLandscape } from './default-environment.js';
import { backUpForeign, isBindingOfLandscape, isForeignMount } from './foreign-file.js';
import type { BindingConfig, LandscapeConfig } from './landscape-config.js';
import type { LandscapeFolder, LandscapeUrls } from './landscape-folder.js';
import { recordWritten, removeLeftovers, type WrittenPath } from './leftovers.js';
import { StartError } from './start-error.js';

/** Information about a running landscape for apps and tools. */
export interface RunningLandscape extends LandscapeUrls {
  /** URLs of the routes by host name. */
  readonly routes: Readonly<Record<string, string>>;
  readonly caFile: string;
  readonly adminTokenFile: string;
  readonly serviceKeyFile: string;
}

const SERVICE_KEY = 'service-key';
const DEFAULT_INSTANCE = 'clicreIas';

/** Input of `writeLandscapeFiles`: what to write, and where. */
export interface LandscapeFilesContext {
  readonly config: LandscapeConfig;
  /** The folder that paths in the configuration are relative to. */
  readonly root: string;
  readonly configured: ConfiguredLandscape;
  readonly owned: OwnedFiles;
  readonly files: BindingFiles;
  readonly folder: LandscapeFolder;
  /** Returns the credentials that a binding already has, from an earlier start. */
  readonly keptCredentials: KeptCredentials;
  readonly print: (line: string) => void;
}

/** Finds the credentials that a binding already has, from an earlier start. */
export type KeptCredentials = (
  name: string,
  request: BindingRequest,
  application: Application,
) => IdentityCredentials | undefined;

/**
 * Writes the files that apps and tools need: bindings first, the announcement last.
 * @throws {RangeError} if the configuration is inconsistent
 * @throws {StartError} if a folder contains a binding that no landscape wrote
 */
export async function writeLandscapeFiles(context: LandscapeFilesContext): Promise<RunningLandscape> {
  const { root, config, configured, folder, owned } = context;
  const { landscape, routes } = configured;
  const place = { root, record: folder.paths.written };
  await folder.prepare();
  await removeLeftovers(place, config.hostNames ?? []);
  // Before the first of these files is written, because a landscape can be killed at any time.
  await recordWritten(place, owned, pathsIn(config, root));
  await folder.writeAccess(landscape.ca.pem, landscape.admin.token);
  await addBinding(context, {
    name: SERVICE_KEY,
    config: {},
    files: [{ form: 'service-key', path: folder.paths.serviceKey, instanceName: DEFAULT_INSTANCE }],
  });
  for (const [name, binding] of Object.entries(config.bindings ?? {})) {
    const instanceName = binding.instance ?? DEFAULT_INSTANCE;
    const written = (binding.write ?? []).flatMap(({ form, path }) =>
      form === 'default-env' ? [] : [{ form, path: resolve(root, path), instanceName }],
    );
    const own: BindingFile = { form: 'vcap-services', path: folder.bindingPath(name), instanceName };
    await addBinding(context, { name, config: binding, files: [own, ...written] });
    for (const { form, path, environment = {} } of binding.write ?? []) {
      if (form !== 'default-env') continue;
      const absolute = resolve(root, path);
      await moveAway(context, absolute, isEnvironmentOfLandscape);
      const content = {
        VCAP_SERVICES_FILE_PATH: own.path,
        IAS_CA_FILE: folder.paths.ca,
        ...adminAccess(landscape.admin.url, folder.paths.adminToken),
        ...withRoutes(environment, routes),
      };
      await owned.write(absolute, json(content), OWNER_ONLY);
    }
  }
  const urls = { ias: landscape.tenant.url, router: landscape.router.url, admin: landscape.admin.url };
  await folder.announce(urls);
  return {
    ...urls,
    routes: Object.fromEntries(routes),
    caFile: folder.paths.ca,
    adminTokenFile: folder.paths.adminToken,
    serviceKeyFile: folder.paths.serviceKey,
  };
}

/** Returns the paths that a configuration writes to outside of the folder of the landscape. */
function pathsIn({ bindings = {} }: LandscapeConfig, root: string): readonly WrittenPath[] {
  return Object.values(bindings).flatMap(({ instance: instanceName = DEFAULT_INSTANCE, write = [] }) =>
    write.map(({ form, path }) => ({ form, path: resolve(root, path), instanceName })),
  );
}

/** Apps use the admin endpoint on loopback only: elsewhere they do not start with these variables. */
function adminAccess(url: string, tokenFile: string): Readonly<Record<string, string>> {
  if (new URL(url).protocol !== 'http:') return {};
  return { LANDSCAPE_ADMIN_URL: url, LANDSCAPE_ADMIN_TOKEN_FILE: tokenFile };
}

/** Renames a file that no landscape wrote, and prints that. */
async function moveAway(
  { root, print }: LandscapeFilesContext,
  path: string,
  isOwn: (content: string) => boolean,
): Promise<void> {
  const backup = await backUpForeign(path, isOwn);
  if (backup === undefined) return;
  print(`Renamed ${relative(root, path)}, which no landscape wrote, to ${relative(root, backup)}`);
}

interface AddedBinding {
  readonly name: string;
  readonly config: BindingConfig;
  readonly files: readonly BindingFile[];
}

async function addBinding(
  context: LandscapeFilesContext,
  { name, config, files: written }: AddedBinding,
): Promise<void> {
  const { configured, config: settings, files, keptCredentials } = context;
  const { hostNames = [] } = settings;
  const { landscape, applications } = configured;
  const application =
    config.application === undefined
      ? landscape.application
      : named(applications, config.application, 'application');
  for (const { form, path, instanceName } of written) {
    if (form === 'mounted-secret') await refuseForeign(mountedDirectory(path, instanceName), hostNames);
    else await moveAway(context, path, (content) => isBindingOfLandscape(content, hostNames));
    await mkdir(form === 'mounted-secret' ? path : dirname(path), { recursive: true });
  }
  const request = config.parameters ?? { type: 'X509_GENERATED' };
  const kept = keptCredentials(name, request, application);
  await landscape.addBinding(name, request, {
    application,
    ...(kept && { kept }),
    publish: async (credentials) => {
      for (const file of written) await files.write(file, credentials);
    },
  });
}

/** @throws {StartError} if the folder contains a binding that no landscape wrote */
async function refuseForeign(directory: string, hostNames: readonly string[]): Promise<void> {
  if (!(await isForeignMount(directory, hostNames))) return;
  throw new StartError(
    `The folder ${directory} contains files that no landscape wrote: move them away, or choose another path.`,
  );
}

const ROUTE = /\$\{routes\.([^}]+)\}/g;

/** @throws {RangeError} if a variable refers to an unknown route */
function withRoutes(
  environment: Readonly<Record<string, string>>,
  routes: ReadonlyMap<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([variable, value]) => [
      variable,
      value.replaceAll(ROUTE, (_, host: string) => named(routes, host, 'route')),
    ]),
  );
}
