import { type IdentityCredentials, type Landscape, startLandscape } from '@nest-ias/landscape';
import { afterAll, beforeAll } from 'vitest';

/** Bindings of one landscape, from which tests make broken ones. */
export interface SampleBindings {
  readonly landscape: Landscape;
  /** Of type X509_GENERATED. */
  readonly valid: IdentityCredentials;
  /** Of type X509_GENERATED, with another certificate. */
  readonly other: IdentityCredentials;
  readonly secret: IdentityCredentials;
}

/** Bindings for all tests of a file; set when the first test starts. */
export function useSampleBindings(): SampleBindings {
  const bindings = {} as { -readonly [Name in keyof SampleBindings]: SampleBindings[Name] };
  beforeAll(async () => {
    const landscape = await startLandscape();
    bindings.landscape = landscape;
    bindings.valid = await landscape.issueBinding({ type: 'X509_GENERATED' });
    bindings.other = await landscape.issueBinding({ type: 'X509_GENERATED' });
    bindings.secret = await landscape.issueBinding({ type: 'SECRET' });
  });
  afterAll(() => bindings.landscape.stop());
  return bindings;
}

/** The environment of an app with service instances, as Cloud Foundry provides it. */
export const vcap = (
  ...instances: readonly (readonly [name: string, credentials: object, label?: string])[]
) => ({
  VCAP_SERVICES: Object.fromEntries(
    instances.map(([, , label = 'identity']) => [
      label,
      instances
        .filter(([, , candidate = 'identity']) => candidate === label)
        .map(([each, content]) => ({ name: each, label, credentials: content })),
    ]),
  ),
  VCAP_APPLICATION: { application_name: 'frontend' },
});

/** A secret of SAP BTP Operator and its ServiceBinding, as kubectl lists them. */
export function kubernetes(credentials: IdentityCredentials, credentialsRotationPolicy?: object): object {
  const metadata = { name: 'ias-binding' };
  const stringData = {
    ...credentials,
    domains: JSON.stringify(credentials.domains),
    label: 'identity',
    instance_name: 'clicreias',
  };
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'Secret', metadata, stringData },
      {
        apiVersion: 'services.cloud.sap.com/v1',
        kind: 'ServiceBinding',
        metadata,
        spec: { credentialsRotationPolicy },
      },
    ],
  };
}
