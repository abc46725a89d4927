import { existsSync, readFileSync } from 'node:fs';
import project from '../../../../project.json' with { type: 'json' };
import { isDeployed } from '../core/deployment.js';
import { processEnvironment } from '../core/environment.js';
import type { PlatformSettings } from '../core/environment.js';
import { printable, printablePath } from '../errors/ias-error.js';

/** A bound service as the platform describes it; the types of its values are not checked. */
export interface FoundService {
  readonly name?: unknown;
  readonly label?: unknown;
  /** In the layout of servicebinding.io, instead of the label. */
  readonly type?: unknown;
  readonly credentials?: unknown;
}

/** The file that SAP's tools read in development. */
export const DEFAULT_ENVIRONMENT = 'default-env.json';

const MAX_NAMED_SERVICES = 5;
const BIND = 'Bind an instance of the service "identity" (cf bind-service) and restage the app.';
const IGNORED_FILE = `IasModule reads the file ${DEFAULT_ENVIRONMENT} in this folder only with the option loadDefaultEnv.`;
/** The linked page describes how to run the command (docs/decisions/0031-names-are-not-published-yet.md). */
const DOCTOR = `"ias doctor" finds the cause: ${project.documentation}/how-to/find-out-what-is-wrong.md`;
const LANDSCAPE = `For development without a tenant, start the local landscape: ${project.documentation}/how-to/develop-locally.md`;

/**
 * Explains why no identity instance was found: names and labels of what the environment contains instead, and what to
 * do.
 *
 * @param services what is bound, without instances of the identity service
 * @param isFileLoaded whether `IasModule` reads `default-env.json`
 */
export function describeMissingBinding(
  platform: PlatformSettings,
  services: readonly FoundService[],
  isFileLoaded: boolean,
): string {
  const isInProduction = isDeployed(processEnvironment());
  const isIgnored = !isFileLoaded && !isInProduction && existsSync(DEFAULT_ENVIRONMENT);
  return [
    `No service instance with label "identity" is bound: ${describeFound(platform, services)}`,
    ...(isIgnored ? [IGNORED_FILE] : []),
    isInProduction ? DOCTOR : LANDSCAPE,
  ].join(' ');
}

/** The place where the platform puts the bindings. */
export function describeSource({
  bindingsFile,
  hasBindingsVariable,
  bindingsFolder,
}: PlatformSettings): string {
  if (bindingsFile !== undefined)
    return `the file of VCAP_SERVICES_FILE_PATH (${printablePath(bindingsFile)})`;
  if (hasBindingsVariable) return 'the environment variable VCAP_SERVICES';
  return `the folder ${printablePath(bindingsFolder)}`;
}

function describeFound(platform: PlatformSettings, services: readonly FoundService[]): string {
  const source = describeSource(platform);
  const copied = describeCopiedDocument(readDocument(platform));
  if (copied !== undefined) return `${source} contains ${copied}`;
  // The services of a malformed document may not be objects.
  const named = services.filter(isObject);
  const similar = named.find(({ credentials }) => resemblesIdentity(credentials));
  if (similar?.label === 'user-provided') {
    return (
      `${source} contains credentials of the identity service in the user-provided service "${printable(similar.name)}", which the platform does not renew. ` +
      'Bind the identity instance itself, or pass these credentials as the option "credentials" of IasModule.'
    );
  }
  if (named.length > 0) return `${source} contains only ${listed(named)}. ${BIND}`;
  const isSet = platform.bindingsFile !== undefined || platform.hasBindingsVariable;
  const unset = isSet ? '' : 'neither VCAP_SERVICES nor VCAP_SERVICES_FILE_PATH is set, and ';
  return `${unset}${source} contains no service. ${BIND}`;
}

function listed(services: readonly FoundService[]): string {
  const named = services
    .slice(0, MAX_NAMED_SERVICES)
    .map(({ name, label, type }) => `"${printable(name)}" (label "${printable(label ?? type)}")`)
    .join(', ');
  return services.length > MAX_NAMED_SERVICES
    ? `${named} and ${services.length - MAX_NAMED_SERVICES} more`
    : named;
}

/** Describes a document that was copied into the source instead of the lists of services of Cloud Foundry. */
function describeCopiedDocument(document: unknown): string | undefined {
  if (!isObject(document)) return undefined;
  const key = isObject(document['credentials']) ? document['credentials'] : document;
  if (resemblesIdentity(key)) {
    return (
      'a service key, not a list of services. Write {"identity": [{"name": "my-ias", "label": "identity", "credentials": …}]}, ' +
      'with the content of the key as "credentials".'
    );
  }
  if (isObject(document['VCAP_SERVICES']))
    return 'the output of cf env. Take the value of its member "VCAP_SERVICES".';
  return undefined;
}

/** The document that xsenv has parsed before. */
function readDocument({ bindingsFile }: PlatformSettings): unknown {
  try {
    const text =
      bindingsFile === undefined ? processEnvironment()['VCAP_SERVICES'] : readFileSync(bindingsFile, 'utf8');
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}

/** Whether these can be credentials of the identity service, even incomplete ones. Those of XSUAA have `xsappname`. */
export function resemblesIdentity(credentials: unknown): boolean {
  if (!isObject(credentials) || typeof credentials['clientid'] !== 'string') return false;
  if (credentials['xsappname'] !== undefined) return false;
  return ['url', 'domains', 'credential-type'].some((property) => credentials[property] !== undefined);
}

/** Whether a value is an object with members, neither `null` nor an array. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
