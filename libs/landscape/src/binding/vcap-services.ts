import { randomUUID } from 'node:crypto';
import type { IdentityCredentials } from './identity-credentials.js';

/** `VCAP_SERVICES` of an app bound to one instance of the `identity` service. */
export interface VcapServices {
  readonly identity: readonly [VcapService];
}

/** A service binding in the form of Cloud Foundry. */
interface VcapService {
  readonly label: 'identity';
  readonly plan: 'application';
  readonly name: string;
  readonly instance_name: string;
  readonly instance_guid: string;
  readonly binding_guid: string;
  readonly binding_name: null;
  readonly tags: readonly string[];
  readonly provider: null;
  readonly syslog_drain_url: null;
  readonly volume_mounts: readonly never[];
  readonly credentials: IdentityCredentials;
}

/** Options of the described instance. */
export interface VcapServicesOptions {
  /** Name of the service instance. @default 'clicreIas' */
  readonly instanceName?: string;
}

/** Returns the content of `VCAP_SERVICES` for a binding. */
export function vcapServices(
  credentials: IdentityCredentials,
  { instanceName = 'clicreIas' }: VcapServicesOptions = {},
): VcapServices {
  return {
    identity: [
      {
        label: 'identity',
        plan: 'application',
        name: instanceName,
        instance_name: instanceName,
        instance_guid: randomUUID(),
        binding_guid: randomUUID(),
        binding_name: null,
        tags: [],
        provider: null,
        syslog_drain_url: null,
        volume_mounts: [],
        credentials,
      },
    ],
  };
}
