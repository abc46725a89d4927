import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DeployedApp } from './deployed-app.js';
import type { StartCommand } from './deployed-app.js';
import { manifestSchema } from './descriptor-schemas.js';

/** How an instance gets its binding: from the environment, from a file, or from files mounted into its container. */
export type BindingForm = 'environment' | 'file' | { readonly mountedAt: string };

/** Settings of an instance in addition to the manifest. */
export interface StagedInstance {
  /** Content of `VCAP_SERVICES`, unless the binding is mounted. */
  readonly services: unknown;
  /** @default 'environment' */
  readonly bindingForm?: BindingForm;
  /** @default 'npm start', as without `command` */
  readonly startCommand?: StartCommand;
  /** Host names of its routes. */
  readonly uris: readonly string[];
  /** Variables that override those of the manifest. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts an instance of an app as nodejs_buildpack does on Cloud Foundry: with the uploaded files in an empty folder,
 * `npm start`, and only the environment variables of the platform and the manifest.
 *
 * @param name name of the app in manifest.yml
 */
export async function startInstance(
  name: string,
  { services, bindingForm = 'environment', startCommand = 'npm start', uris, environment }: StagedInstance,
): Promise<DeployedApp> {
  const { applications } = manifestSchema.parse(parse(readFileSync('manifest.yml', 'utf8')));
  const app = applications.find((application) => application.name === name);
  if (app === undefined) throw new Error(`manifest.yml has no app ${name}`);
  const megabytes = Number.parseInt(app.memory, 10);
  const folder = mkdtempSync(join(tmpdir(), 'nest-ias-vcap-'));
  const instance = await DeployedApp.start(
    app.path.replace('dist/apps/', ''),
    {
      NODE_ENV: 'production',
      NODE_HOME: '/home/vcap/deps/0/node',
      MEMORY_AVAILABLE: String(megabytes),
      MEMORY_LIMIT: `${megabytes}m`,
      CF_INSTANCE_INDEX: '0',
      LANG: 'en_US.UTF-8',
      VCAP_APPLICATION: JSON.stringify({
        application_id: randomUUID(),
        application_name: name,
        application_uris: uris,
        limits: { disk: 1024, mem: megabytes },
        organization_name: 'org',
        space_name: 'space',
        uris,
      }),
      ...describeBinding(services, bindingForm, folder),
      ...app.env,
      ...environment,
    },
    startCommand,
  );
  void instance.exited().then(() => rmSync(folder, { recursive: true }));
  return instance;
}

function describeBinding(services: unknown, form: BindingForm, folder: string): Record<string, string> {
  if (form === 'environment') return { VCAP_SERVICES: JSON.stringify(services) };
  if (form !== 'file') return { SERVICE_BINDING_ROOT: form.mountedAt };
  const file = join(folder, 'vcap_services');
  writeFileSync(file, JSON.stringify(services));
  return { VCAP_SERVICES_FILE_PATH: file };
}
