import { existsSync } from 'node:fs';
import xsenv from '@sap/xsenv';
import { isDeployed } from '../core/deployment.js';
import { processEnvironment } from '../core/settings.js';
import { BindingError } from '../errors/ias-error.js';

/** Name of the file that SAP's tools read in development. */
export const DEFAULT_ENVIRONMENT = 'default-env.json';

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
