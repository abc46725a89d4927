import { mkdir } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { OWNER_ONLY, OwnedFiles } from '../file/owned-files.js';
import { type BindingFile, BindingFiles, json } from './binding-files.js';
import { type ConfiguredLandscape, named, startConfigured } from './configured-landscape.js';
import { backUpForeign } from './default-environment.js';
import type { BindingConfig, LandscapeConfig } from './landscape-config.js';
import { LandscapeFolder, type LandscapeUrls } from './landscape-folder.js';
import { explainStartFailure, StartError } from './start-error.js';

/** Input of `runLandscape`. */
export interface LandscapeRun {
  readonly config: LandscapeConfig;
  /** The folder in which `.landscape` is, and which paths in the configuration are relative to. */
  readonly root: string;
  /** Bearer token of the admin endpoint. @default random */
  readonly adminToken?: string | undefined;
  /** The setting that chooses a port, for errors. */
  readonly settingOf: (port: 'ias' | 'router' | 'admin') => string;
  /** Called with each message for the user. */
  readonly print: (line: string) => void;
  /** Called when all files are written. */
  readonly ready: (running: RunningLandscape) => void;
  /** Resolves when the landscape must stop. */
  readonly ended: Promise<void>;
}

/** What apps and tools need to know about a running landscape. */
export interface RunningLandscape extends LandscapeUrls {
  /** URLs of the routes by host name. */
  readonly routes: Readonly<Record<string, string>>;
  readonly caFile: string;
  readonly adminTokenFile: string;
  readonly serviceKeyFile: string;
}

const SERVICE_KEY = 'service-key';
const DEFAULT_INSTANCE = 'clicreIas';

/**
 * Starts a landscape, writes the files that the apps need, and keeps it running until `ended` resolves. Then, and if the
 * start fails, it removes every file with a secret.
 * @throws {StartError} with one sentence why it cannot start
 */
export async function runLandscape(run: LandscapeRun): Promise<void> {
  const configured = await start(run);
  const owned = new OwnedFiles();
  const files = new BindingFiles(owned);
  const folder = new LandscapeFolder(run.root, owned);
  try {
    // Only after binding the ports: otherwise the files may belong to the running landscape that uses them.
    const running = await writeFiles(run, configured, folder, files, owned);
    run.ready(running);
    await run.ended;
  } catch (error) {
    throw explainFileFailure(error);
  } finally {
    await configured.landscape.stop();
    await files.removeMounted();
    await owned.removeSecrets();
  }
}

async function start({ config, adminToken, settingOf }: LandscapeRun): Promise<ConfiguredLandscape> {
  try {
    return await startConfigured(config, adminToken);
  } catch (error) {
    const { ias = 0, router = 0 } = config.ports ?? {};
    throw explainStartFailure(error, (port) => {
      if (port === ias) return settingOf('ias');
      return settingOf(port === router ? 'router' : 'admin');
    });
  }
}

function explainFileFailure(error: unknown): unknown {
  if (error instanceof RangeError) {
    return new StartError(`The landscape cannot start: ${error.message}`, { cause: error });
  }
  const { syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  return new StartError(`The landscape cannot write its files (${message}).`, { cause: error });
}

async function writeFiles(
  run: LandscapeRun,
  configured: ConfiguredLandscape,
  folder: LandscapeFolder,
  files: BindingFiles,
  owned: OwnedFiles,
): Promise<RunningLandscape> {
  const { root, config, print } = run;
  const { landscape, routes } = configured;
  await folder.prepare();
  await folder.writeAccess(landscape.ca.pem, landscape.admin.token);
  await addBinding(configured, files, {
    name: SERVICE_KEY,
    config: {},
    files: [{ form: 'service-key', path: folder.serviceKeyPath, instanceName: DEFAULT_INSTANCE }],
  });
  for (const [name, binding] of Object.entries(config.bindings ?? {})) {
    const instanceName = binding.instance ?? DEFAULT_INSTANCE;
    const written = (binding.write ?? []).flatMap(({ form, path }) =>
      form === 'default-env' ? [] : [{ form, path: resolve(root, path), instanceName }],
    );
    const own: BindingFile = { form: 'vcap-services', path: folder.bindingPath(name), instanceName };
    await addBinding(configured, files, { name, config: binding, files: [own, ...written] });
    for (const { form, path, environment = {} } of binding.write ?? []) {
      if (form !== 'default-env') continue;
      const absolute = resolve(root, path);
      const backup = await backUpForeign(absolute);
      if (backup !== undefined) {
        print(`Renamed ${path}, which no landscape wrote, to ${relative(root, backup)}`);
      }
      const content = {
        VCAP_SERVICES_FILE_PATH: own.path,
        IAS_CA_FILE: folder.caPath,
        LANDSCAPE_ADMIN_URL: landscape.admin.url,
        LANDSCAPE_ADMIN_TOKEN_FILE: folder.adminTokenPath,
        ...withRoutes(environment, routes),
      };
      await owned.write(absolute, json(content), OWNER_ONLY, { isSecret: false });
    }
  }
  const urls = { ias: landscape.tenant.url, router: landscape.router.url, admin: landscape.admin.url };
  await folder.announce(urls);
  return {
    ...urls,
    routes: Object.fromEntries(routes),
    caFile: folder.caPath,
    adminTokenFile: folder.adminTokenPath,
    serviceKeyFile: folder.serviceKeyPath,
  };
}

interface AddedBinding {
  readonly name: string;
  readonly config: BindingConfig;
  readonly files: readonly BindingFile[];
}

async function addBinding(
  { landscape, applications }: ConfiguredLandscape,
  files: BindingFiles,
  { name, config, files: written }: AddedBinding,
): Promise<void> {
  const application =
    config.application === undefined
      ? landscape.application
      : named(applications, config.application, 'application');
  for (const { form, path } of written) {
    await mkdir(form === 'mounted-secret' ? path : dirname(path), { recursive: true });
  }
  await landscape.addBinding(name, config.parameters ?? { type: 'X509_GENERATED' }, {
    application,
    publish: async (credentials) => {
      for (const file of written) await files.write(file, credentials);
    },
  });
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
