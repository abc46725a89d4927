import xsenv from '@sap/xsenv';
import { createHash } from 'node:crypto';
import { readFileSync, existsSync } from 'node:fs';
import type { ServiceBinding } from '@sap/xsenv';
import { BindingError, printable } from '../errors/ias-error.js';
import { processEnvironment } from '../core/environment.js';
import type { PlatformSettings } from '../core/environment.js';
import type { IasSettings } from '../core/settings.js';
import type { OwnKeyMaterial } from './identity-binding.js';
import { describeMissingBinding, describeSource } from './missing-binding.js';
import { readPemFile } from './pem.js';
import { isDeployed } from '../core/deployment.js';

/** A bound service instance as the platform describes it. */
export interface BoundInstance {
  readonly name: string;
  readonly credentials: unknown;
}

/** The input for bindings, as read from the source and not yet validated. */
export interface BindingSource {
  /** At least one. */
  readonly instances: readonly BoundInstance[];
  readonly own: OwnKeyMaterial;
}

/** Bindings in the layout of servicebinding.io have a `type`, all others a `label`. */
type MountedBinding = ServiceBinding & { readonly type?: string };

const LABEL = 'identity';

/**
 * Reads the bound instances and the app's own key material.
 *
 * The instances come from `VCAP_SERVICES`, `VCAP_SERVICES_FILE_PATH`, `SERVICE_BINDING_ROOT` or `/etc/secrets/sapcp`
 * (through @sap/xsenv), unless the options contain credentials.
 *
 * @throws {BindingError} code `binding_missing` or `binding_unreadable`
 * @throws {ConfigurationError} a key or certificate file cannot be read
 */
export function readBindingSource(settings: IasSettings): BindingSource {
  return { instances: readInstances(settings), own: readOwnKeyMaterial(settings) };
}

/** Identifies one state of the source without revealing its content. */
export function fingerprintOf(source: BindingSource): string {
  return createHash('sha256').update(JSON.stringify(source)).digest('base64url');
}

/** Whether the source can change while the app runs: files can, variables and options cannot. */
export function isChangeable({
  credentials,
  privateKeyFile,
  certificateFile,
  platform,
}: IasSettings): boolean {
  if (privateKeyFile !== undefined || certificateFile !== undefined) return true;
  if (credentials !== undefined) return false;
  return platform.bindingsFile !== undefined || !platform.hasBindingsVariable;
}

function readInstances({
  credentials,
  serviceName,
  platform,
  loadDefaultEnv,
}: IasSettings): readonly BoundInstance[] {
  if (credentials === undefined)
    return selectInstances(readBoundInstances(platform, loadDefaultEnv), serviceName);
  return [{ name: serviceName ?? 'options', credentials: credentials.reveal() }];
}

/** At least one. */
function readBoundInstances(platform: PlatformSettings, isFileLoaded: boolean): BoundInstance[] {
  const { identity, others } = readServices(platform);
  if (identity.length === 0)
    throw new BindingError('binding_missing', describeMissingBinding(platform, others, isFileLoaded));
  return identity.map(({ name, credentials }) => ({ name, credentials }));
}

/** Reads the environment of the process, which xsenv reads itself. */
function readServices(platform: PlatformSettings): Record<'identity' | 'others', ServiceBinding[]> {
  try {
    // by default xsenv caches mounted secrets for nine minutes (docs/reference/ias-facts.md#cloud-foundry)
    const current = Object.values(xsenv.readServices(undefined, { disableCache: true }));
    const identity = current.filter(isIdentity);
    return { identity: identity.length > 0 ? identity : xsenv.filterServices(isIdentity), others: current };
  } catch {
    // xsenv's error can quote the source, which contains the key, so the message only names the source
    const failure = failureOfFile(platform);
    throw new BindingError(
      'binding_unreadable',
      failure === undefined
        ? `Cannot read the service bindings in ${describeSource(platform)}: the content is not JSON or not a list of service instances; correct it and restart the app.`
        : `Cannot read the service bindings in ${describeSource(platform)} (${failure}): check the path and its permissions, and restart the app.`,
    );
  }
}

function isIdentity(service: MountedBinding): boolean {
  return (service.label ?? service.type) === LABEL;
}

/** The error code, e.g. `ENOENT`, if the file that the platform names cannot be read. */
function failureOfFile({ bindingsFile }: PlatformSettings): string | undefined {
  if (bindingsFile === undefined) return undefined;
  try {
    readFileSync(bindingsFile);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

function readOwnKeyMaterial({ privateKey, privateKeyFile, certificateFile }: IasSettings): OwnKeyMaterial {
  const key =
    privateKeyFile === undefined ? privateKey?.reveal() : readPemFile(privateKeyFile, 'IAS_PRIVATE_KEY_FILE');
  return {
    ...(key !== undefined && { key }),
    ...(certificateFile !== undefined && {
      certificate: readPemFile(certificateFile, 'IAS_CERTIFICATE_FILE'),
    }),
  };
}

/**
 * Loads the first of `files` that exists (`default-env.json`) into the environment, for development.
 *
 * Existing variables take precedence, and so does a binding in another form, such as `SERVICE_BINDING_ROOT`. A deployed app
 * reads no file, so that a file left in the deployed folder cannot replace a binding.
 *
 * @throws {BindingError} code `binding_unreadable`: the file is not JSON
 */
export function loadDefaultEnvironment(files: readonly string[]): void {
  const environment = processEnvironment();
  if (isDeployed(environment)) return;
  const file = files.find((candidate) => existsSync(candidate));
  if (file === undefined) return;
  const { VCAP_SERVICES, VCAP_SERVICES_FILE_PATH, SERVICE_BINDING_ROOT } = environment;
  try {
    xsenv.loadEnv(file);
  } catch {
    throw new BindingError(
      'binding_unreadable',
      `Cannot read the file ${file}: it is not JSON; correct it, or restart the landscape, which writes it again.`,
    );
  }
  const hadBinding = [VCAP_SERVICES, VCAP_SERVICES_FILE_PATH, SERVICE_BINDING_ROOT].some(Boolean);
  if (!hadBinding) return;
  if (VCAP_SERVICES === undefined) delete environment['VCAP_SERVICES'];
  if (VCAP_SERVICES_FILE_PATH === undefined) delete environment['VCAP_SERVICES_FILE_PATH'];
}

/**
 * Selects the instances that the app uses: the one with the configured name, or all.
 *
 * @throws {BindingError} code `binding_missing`
 */
function selectInstances(
  bound: readonly BoundInstance[],
  serviceName: string | undefined,
): readonly BoundInstance[] {
  const selected = serviceName === undefined ? bound : bound.filter(({ name }) => name === serviceName);
  if (selected.length > 0) return selected;
  throw new BindingError(
    'binding_missing',
    `No identity binding has the name "${printable(serviceName)}" (IAS_SERVICE_NAME): use one of ${bound.map(({ name }) => `"${printable(name)}"`).join(', ')}.`,
  );
}

/**
 * Selects the binding with which the app fetches tokens.
 *
 * @throws {BindingError} code `binding_ambiguous`
 */
export function onlyOne<Binding extends { readonly name: string }>(bindings: readonly Binding[]): Binding {
  const [first] = bindings;
  if (first !== undefined && bindings.length === 1) return first;
  throw new BindingError(
    'binding_ambiguous',
    `${bindings.length} identity bindings found (${bindings.map(({ name }) => `"${printable(name)}"`).join(', ')}), ` +
      'but the app fetches tokens with one: set IAS_SERVICE_NAME to its name.',
  );
}
