import type { z } from 'zod';
import type { optionsSchema } from './option-defaults-and-limits.js';

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

/** The environment variables of options. */
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
} as const satisfies Partial<Record<keyof z.infer<typeof optionsSchema>, string>>;

const LISTS: ReadonlySet<string> = new Set(['trustedCertHosts', 'trustedIssuers']);
const NUMBERS: ReadonlySet<string> = new Set(['certificateHops']);

/**
 * The variables of this process. Everything in this package gets them from here, except `@sap/xsenv` and Node.js, which
 * read them themselves.
 */
export function processEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

/** The variable that sets an option, or `undefined` if none does. */
export function variableOf(option: string): string | undefined {
  return (VARIABLES as Record<string, string>)[option];
}

/** Reads the options that variables set, not yet validated. An empty variable is a value, not an unset variable. */
export function readOptions(environment: NodeJS.ProcessEnv): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [option, variable] of Object.entries(VARIABLES)) {
    const value = environment[variable];
    if (value === undefined) continue;
    values[option] = LISTS.has(option) ? splitList(value) : NUMBERS.has(option) ? toNumber(value) : value;
  }
  return values;
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
