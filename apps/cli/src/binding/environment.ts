import { join } from 'node:path';
import xsenv from '@sap/xsenv';
import {
  BindingError,
  loadDefaultEnvironment,
  readBindingSource,
  readPlatformSettings,
  resolveSettings,
} from 'nest-ias/internal';
import type { BoundInstance, OwnKeyMaterial } from 'nest-ias/internal';
import { isRunInRepository } from '../repository.js';
import { isObject, textOf } from './service.js';
import type { Service, Services } from './service.js';

/**
 * Reads the bound services as the apps do: from `default-env.json` in development, `VCAP_SERVICES`,
 * `VCAP_SERVICES_FILE_PATH`, `SERVICE_BINDING_ROOT` or `/etc/secrets/sapcp`.
 *
 * @param environment the environment of this process, because @sap/xsenv reads no other
 * @throws {BindingError} code `binding_unreadable`
 */
export function readEnvironment(environment: NodeJS.ProcessEnv): Services {
  loadDefaultEnvironment(defaultFiles(environment));
  const isMounted = environment['SERVICE_BINDING_ROOT'] !== undefined || !hasVcap(environment);
  const origin = isMounted ? 'kubernetes' : 'app';
  const identity = readInstances(environment).map(
    ({ name, credentials }) => ({ name, label: 'identity', credentials, origin }) as const,
  );
  return { services: [...identity, ...readOthers()], app: appName(environment) };
}

/**
 * Reads the app's own key and certificate: `IAS_PRIVATE_KEY`, `IAS_PRIVATE_KEY_FILE`, `IAS_CERTIFICATE_FILE`.
 *
 * @throws {ConfigurationError} a file cannot be read
 */
export function readOwnKeyMaterial(environment: NodeJS.ProcessEnv): OwnKeyMaterial {
  return readBindingSource(resolveSettings({ credentials: {} }, environment)).own;
}

/** In this repository, they include the file that the landscape writes for the app that fetches tokens. */
function defaultFiles(environment: NodeJS.ProcessEnv): string[] {
  const folders = ['.', ...(isRunInRepository(environment) ? ['apps/frontend'] : [])];
  return folders.map((folder) => join(process.cwd(), folder, 'default-env.json'));
}

function hasVcap({ VCAP_SERVICES, VCAP_SERVICES_FILE_PATH }: NodeJS.ProcessEnv): boolean {
  return Boolean(VCAP_SERVICES) || Boolean(VCAP_SERVICES_FILE_PATH);
}

/** All instances, whatever `IAS_SERVICE_NAME` selects, even if another variable is invalid. */
function readInstances(environment: NodeJS.ProcessEnv): readonly BoundInstance[] {
  const settings = { ...resolveSettings({}, {}), platform: readPlatformSettings(environment) };
  try {
    return readBindingSource(settings).instances;
  } catch (error) {
    if (error instanceof BindingError && error.code === 'binding_missing') return [];
    throw error;
  }
}

/** Services with another label, to explain why no identity service is bound. */
function readOthers(): Service[] {
  const all = Object.values(xsenv.readServices(undefined, { disableCache: true })) as unknown[];
  return all.filter(isObject).flatMap((service) => {
    const label = textOf(service['label']) ?? textOf(service['type']);
    if (label === 'identity') return [];
    return [
      { name: textOf(service['name']), label, credentials: service['credentials'], origin: 'app' as const },
    ];
  });
}

function appName({ VCAP_APPLICATION }: NodeJS.ProcessEnv): string | undefined {
  try {
    const application = JSON.parse(VCAP_APPLICATION ?? '') as unknown;
    return isObject(application) ? textOf(application['application_name']) : undefined;
  } catch {
    return undefined;
  }
}
