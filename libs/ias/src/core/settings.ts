import type { z } from 'zod';
import { ConfigurationError } from '../errors/ias-error.js';
import { readOptions, readPlatformSettings, variableOf } from './environment.js';
import type { PlatformSettings } from './environment.js';
import type { IasModuleOptions } from './options.js';
import { optionsSchema } from './option-defaults-and-limits.js';

/** Injection token of {@link IasSettings}. */
export const IAS_SETTINGS = Symbol('IAS_SETTINGS');

/** Validated options and environment variables, with defaults. */
export type IasSettings = z.infer<typeof optionsSchema> & { readonly platform: PlatformSettings };

/**
 * Merges the options of the module over the environment.
 *
 * @throws {ConfigurationError} names the first option or variable with an invalid value
 */
export function resolveSettings(options: IasModuleOptions, environment: NodeJS.ProcessEnv): IasSettings {
  assertServersAreVerified(environment);
  const result = optionsSchema.safeParse({ ...readOptions(environment), ...withoutUndefined(options) });
  if (result.success) return { ...result.data, platform: readPlatformSettings(environment) };
  const [issue] = result.error.issues;
  const option = String(issue?.path[0] ?? '');
  const variable = variableOf(option);
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

function withoutUndefined(options: IasModuleOptions): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
