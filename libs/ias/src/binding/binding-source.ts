import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BindingError, ConfigurationError } from '../errors/ias-error.js';
import { printable, printablePath } from '../errors/printable.js';
import type { IasSettings } from '../core/settings.js';
import type { OwnKeyMaterial } from './identity-binding-parser.js';
import { readBoundInstances } from './identity-binding-reader.js';
import type { BoundInstance } from './identity-binding-reader.js';

/** What bindings are made of, as it stands at its source: not yet validated. */
export interface BindingSource {
  /** At least one. */
  readonly instances: readonly BoundInstance[];
  readonly own: OwnKeyMaterial;
}

/**
 * Reads the bound instances and the key material of the app's own.
 *
 * @throws {BindingError} code `binding_missing` or `binding_unreadable`
 * @throws {ConfigurationError} a key or certificate file cannot be read
 */
export function readBindingSource(settings: IasSettings): BindingSource {
  return { instances: selectInstances(settings), own: readOwnKeyMaterial(settings) };
}

/** Tells one state of the source from another, and nothing of what is in it. */
export function fingerprintOf(source: BindingSource): string {
  return createHash('sha256').update(JSON.stringify(source)).digest('base64url');
}

/** Whether the source can change while the app runs: files can, variables and options cannot. */
export function isChangeable({ credentials, privateKeyFile, certificateFile }: IasSettings): boolean {
  if (privateKeyFile !== undefined || certificateFile !== undefined) return true;
  if (credentials !== undefined) return false;
  return Boolean(process.env['VCAP_SERVICES_FILE_PATH']) || !process.env['VCAP_SERVICES'];
}

function selectInstances({ credentials, serviceName }: IasSettings): readonly BoundInstance[] {
  if (credentials !== undefined)
    return [{ name: serviceName ?? 'options', credentials: credentials.reveal() }];
  const bound = readBoundInstances();
  const selected = serviceName === undefined ? bound : bound.filter(({ name }) => name === serviceName);
  if (selected.length > 0) return selected;
  throw new BindingError(
    'binding_missing',
    bound.length === 0
      ? 'No service instance with label "identity" is bound: bind one (cf bind-service), or start the local landscape (npm run landscape) and the app from the root of the repository.'
      : `No identity binding is named "${printable(serviceName)}" (IAS_SERVICE_NAME); bound are ${bound.map(({ name }) => `"${printable(name)}"`).join(', ')}: correct the name.`,
  );
}

function readOwnKeyMaterial({ privateKey, privateKeyFile, certificateFile }: IasSettings): OwnKeyMaterial {
  const key =
    privateKeyFile === undefined ? privateKey?.reveal() : readPem(privateKeyFile, 'IAS_PRIVATE_KEY_FILE');
  return {
    ...(key !== undefined && { key }),
    ...(certificateFile !== undefined && { certificate: readPem(certificateFile, 'IAS_CERTIFICATE_FILE') }),
  };
}

function readPem(file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ConfigurationError(
      `The file ${printablePath(file)} of ${variable} cannot be read: check the path and its permissions.`,
    );
  }
}
