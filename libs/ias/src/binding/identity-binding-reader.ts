import { readFileSync } from 'node:fs';
import xsenv from '@sap/xsenv';
import type { ServiceBinding } from '@sap/xsenv';
import { BindingError } from '../errors/ias-error.js';
import { printablePath } from '../errors/printable.js';

/** A bound service instance as the platform describes it, not yet validated. */
export interface BoundInstance {
  readonly name: string;
  readonly credentials: unknown;
}

const LABEL = 'identity';

/**
 * Reads the bound instances of the identity service from the environment: `VCAP_SERVICES`,
 * `VCAP_SERVICES_FILE_PATH`, `SERVICE_BINDING_ROOT` or `/etc/secrets/sapcp` (through @sap/xsenv).
 *
 * @throws {BindingError} code `binding_unreadable`: the source is not JSON or cannot be read
 */
export function readBoundInstances(): BoundInstance[] {
  return findIdentityServices().map(({ name, credentials }) => ({ name, credentials }));
}

/** Bindings mounted as servicebinding.io lays them out carry a `type` where the others have a `label`. */
type MountedBinding = ServiceBinding & { readonly type?: string };

const isIdentity = (service: MountedBinding): boolean => (service.label ?? service.type) === LABEL;

function findIdentityServices(): ServiceBinding[] {
  try {
    // xsenv caches mounted secrets for nine minutes (docs/reference/ias-facts.md#cloud-foundry), unless it is asked like this
    const current = Object.values(xsenv.readServices(undefined, { disableCache: true })).filter(isIdentity);
    return current.length > 0 ? current : xsenv.filterServices(isIdentity);
  } catch {
    // xsenv's error may quote the source, and the source holds the key: only its name is repeated.
    const failure = fileFailure();
    throw new BindingError(
      'binding_unreadable',
      failure === undefined
        ? `The service bindings in ${bindingSource()} cannot be read: it is not JSON, or no list of service instances; check it and restart the app.`
        : `The service bindings in ${bindingSource()} cannot be read (${failure}): check the path and its permissions, and restart the app.`,
    );
  }
}

/** Why the file that the platform names cannot be read, e.g. `ENOENT`; undefined where it can, or there is none. */
function fileFailure(): string | undefined {
  const path = process.env['VCAP_SERVICES_FILE_PATH'];
  if (!path) return undefined;
  try {
    readFileSync(path);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

function bindingSource(): string {
  const { VCAP_SERVICES_FILE_PATH, VCAP_SERVICES, SERVICE_BINDING_ROOT } = process.env;
  if (VCAP_SERVICES_FILE_PATH)
    return `the file of VCAP_SERVICES_FILE_PATH (${printablePath(VCAP_SERVICES_FILE_PATH)})`;
  if (VCAP_SERVICES) return 'the environment variable VCAP_SERVICES';
  return `the folder ${printablePath(SERVICE_BINDING_ROOT ?? '/etc/secrets/sapcp')}`;
}
