import { existsSync } from 'node:fs';
import xsenv from '@sap/xsenv';
import { isDeployed } from '../core/deployment.js';
import { BindingError } from '../errors/ias-error.js';

/**
 * Loads the first of `files` that exists (`default-env.json`) into the environment, for development.
 *
 * Variables that are set already win, and so does a binding that comes in another form (`SERVICE_BINDING_ROOT`).
 * A deployed app reads no file: one that was left in the deployed folder must not replace a binding.
 *
 * @throws {BindingError} code `binding_unreadable`: the file is not JSON
 */
export function loadDefaultEnvironment(files: readonly string[]): void {
  if (isDeployed(process.env)) return;
  const file = files.find((candidate) => existsSync(candidate));
  if (file === undefined) return;
  const { VCAP_SERVICES, SERVICE_BINDING_ROOT } = process.env;
  try {
    xsenv.loadEnv(file);
  } catch {
    throw new BindingError(
      'binding_unreadable',
      `The file ${file} is not readable JSON: correct it, or start the landscape anew to have it written again.`,
    );
  }
  if (VCAP_SERVICES === undefined && SERVICE_BINDING_ROOT) delete process.env['VCAP_SERVICES'];
}
