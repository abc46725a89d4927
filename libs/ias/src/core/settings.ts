import type { z } from 'zod';
import { ConfigurationError } from '../errors/ias-error.js';
import type { IasModuleOptions } from './options.js';
import { optionsSchema } from './option-defaults-and-limits.js';

/** Injection token of {@link IasSettings}. */
export const IAS_SETTINGS = Symbol('IAS_SETTINGS');

/** Where the platform puts bindings and certificates. Only its own variables set this. */
export interface PlatformSettings {
  /** File that contains the bindings; `VCAP_SERVICES_FILE_PATH`. */
  readonly bindingsFile: string | undefined;
  /** Whether `VCAP_SERVICES` contains the bindings. */
  readonly hasBindingsVariable: boolean;
  /** Folder with the mounted bindings; `SERVICE_BINDING_ROOT`. */
  readonly bindingsFolder: string;
  /** PEM file that Node.js trusts in addition to its roots; `NODE_EXTRA_CA_CERTS`. */
  readonly extraCaFile: string | undefined;
}

/** Validated options and environment variables, with defaults. */
export type IasSettings = z.infer<typeof optionsSchema> & { readonly platform: PlatformSettings };

const VARIABLES = {
  serviceName: 'IAS_SERVICE_NAME',
  privateKey: 'IAS_PRIVATE_KEY',
  privateKeyFile: 'IAS_PRIVATE_KEY_FILE',
  certificateFile: 'IAS_CERTIFICATE_FILE',
  caFile: 'IAS_CA_FILE',
  proofOfPossession: 'IAS_PROOF_OF_POSSESSION',
  trustedCertHosts: 'IAS_TRUSTED_CERT_HOSTS',
  certificateHops: 'IAS_CERTIFICATE_HOPS',
  trustedIssuers: 'IAS_TRUSTED_ISSUERS',
} as const satisfies Partial<Record<keyof IasSettings, string>>;

const LISTS: ReadonlySet<string> = new Set(['trustedCertHosts', 'trustedIssuers']);
const NUMBERS: ReadonlySet<string> = new Set(['certificateHops']);

/**
 * The variables of this process. Everything in this package gets them from here, except `@sap/xsenv` and Node.js, which
 * read them themselves.
 */
export function processEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

/**
 * Merges the options of the module over the environment.
 *
 * @throws {ConfigurationError} names the first option or variable with an invalid value
 */
export function resolveSettings(options: IasModuleOptions, environment: NodeJS.ProcessEnv): IasSettings {
  assertServersAreVerified(environment);
  const result = optionsSchema.safeParse({ ...fromEnvironment(environment), ...withoutUndefined(options) });
  if (result.success) return { ...result.data, platform: readPlatformSettings(environment) };
  const [issue] = result.error.issues;
  const option = String(issue?.path[0] ?? '');
  const variable = (VARIABLES as Record<string, string>)[option];
  const isVariable = variable !== undefined && !(option in options);
  const what = isVariable ? `The environment variable ${variable}` : `The option "${option}" of IasModule`;
  throw new ConfigurationError(
    option === ''
      ? `The options of IasModule are invalid: ${issue?.message ?? 'not an object'}.`
      : `${what} is invalid: ${issue?.message ?? 'wrong value'}. Correct it and start the app again.`,
  );
}

/** Without verification, an attacker between the app and the tenant could issue tokens and keys. */
function assertServersAreVerified({ NODE_TLS_REJECT_UNAUTHORIZED }: NodeJS.ProcessEnv): void {
  if (NODE_TLS_REJECT_UNAUTHORIZED !== '0') return;
  throw new ConfigurationError(
    'NODE_TLS_REJECT_UNAUTHORIZED=0 turns off the verification of server certificates. Remove it, and name the certificate authority to trust in IAS_CA_FILE.',
  );
}

/** Reads the variables of the platform. An empty variable counts as unset, as in xsenv and Node.js. */
export function readPlatformSettings(environment: NodeJS.ProcessEnv): PlatformSettings {
  return {
    bindingsFile: environment['VCAP_SERVICES_FILE_PATH'] || undefined,
    hasBindingsVariable: Boolean(environment['VCAP_SERVICES']),
    bindingsFolder: environment['SERVICE_BINDING_ROOT'] ?? '/etc/secrets/sapcp',
    extraCaFile: environment['NODE_EXTRA_CA_CERTS'] || undefined,
  };
}

function fromEnvironment(environment: NodeJS.ProcessEnv): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [option, variable] of Object.entries(VARIABLES)) {
    const value = environment[variable];
    if (value === undefined) continue;
    values[option] = LISTS.has(option) ? splitList(value) : NUMBERS.has(option) ? toNumber(value) : value;
  }
  return values;
}

/** Other text stays text, which the schema rejects. */
function toNumber(value: string): number | string {
  return /^\d+$/.test(value) ? Number(value) : value;
}

/** An empty variable is an empty list: "trust none", which differs from the default. */
function splitList(value: string): string[] {
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function withoutUndefined(options: IasModuleOptions): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
