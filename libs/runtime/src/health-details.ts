import type { INestApplicationContext } from '@nestjs/common';
import { CertificateHealthIndicator, IdentityBindings, LastSeen } from 'nest-ias';
import type { CertificatesHealth, CredentialType, TenantStatus } from 'nest-ias';
import { ShutdownService } from './shutdown.service.js';

/** Health of an app for its operators. It contains no secrets, and needs no call to another system. */
interface HealthDetails extends TenantStatus {
  readonly status: 'up' | 'stopping';
  readonly bindings: readonly {
    readonly name: string;
    readonly credentialType: CredentialType;
    readonly tenant: string;
  }[];
  readonly certificate: CertificatesHealth;
}

/** @param app must contain `IasModule` */
export function describeHealth(app: INestApplicationContext): HealthDetails {
  const find = { strict: false };
  return {
    status: app.get(ShutdownService).stopping ? 'stopping' : 'up',
    bindings: app
      .get(IdentityBindings, find)
      .all.map(({ name, credentialType, url }) => ({ name, credentialType, tenant: url })),
    certificate: app.get(CertificateHealthIndicator, find).check().certificate,
    ...app.get(LastSeen, find).tenants,
  };
}
