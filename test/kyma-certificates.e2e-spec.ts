import { readFileSync } from 'node:fs';
import { startLandscape } from '@nest-ias/landscape';
import type { ClientCertificateMode, IdentityCredentials, Landscape } from '@nest-ias/landscape';
import { parseAllDocuments } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeployedApp } from './helper/deployed-app.js';
import { RouterClient } from './helper/router-load.js';
import { Sidecar } from './helper/istio-sidecar.js';

const CERT_HOST = 'backendclicer.cert.localhost';

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: [{ readonly env: readonly { name: string; value: string }[] }] };
    };
  };
}

let landscape: Landscape;
let binding: IdentityCredentials;
let token: string;
/** URL of the backend with the variables of its manifest. */
let backend: string;
const stopping: (() => unknown)[] = [];

/** Returns the variables of the backend in deploy/kyma, except the port. */
function manifestEnvironment(): Record<string, string> {
  const [deployment] = parseAllDocuments(readFileSync('deploy/kyma/backend.yaml', 'utf8')).map(
    (document) => document.toJS() as Deployment,
  );
  const [container] = deployment?.spec.template.spec.containers ?? [{ env: [] }];
  return Object.fromEntries(
    container.env.filter(({ name }) => name !== 'PORT').map(({ name, value }) => [name, value]),
  );
}

async function startBackend(environment: Record<string, string> = {}): Promise<string> {
  const services = landscape.vcapServices(await landscape.issueBinding({ type: 'NONE' }));
  const app = await DeployedApp.start('backend', {
    ...manifestEnvironment(),
    VCAP_SERVICES: JSON.stringify(services),
    IAS_CA_FILE: await landscape.caFile(),
    ...environment,
  });
  stopping.push(() => app.stop());
  return app.url;
}

async function startSidecar(appUrl: string): Promise<string> {
  const sidecar = await Sidecar.start(appUrl);
  stopping.push(() => sidecar.stop());
  return sidecar.url;
}

/** Calls the backend with a bound token, with or without its certificate. */
async function call(target: string, mode: ClientCertificateMode, headers = {}, identity = binding) {
  const url = landscape.router.map(CERT_HOST, target, { clientCertificate: mode });
  const { certificate = '', key = '' } = identity;
  const client = new RouterClient(landscape.ca.pem, key === '' ? undefined : { certificate, key });
  const { status, body } = await client.get(`${url}/endpoint`, {
    authorization: `Bearer ${token}`,
    ...headers,
  });
  client.close();
  return [status, (JSON.parse(body) as { code?: string }).code];
}

beforeAll(async () => {
  landscape = await startLandscape();
  binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
  token = await landscape.tenant.issueToken({ certificate: binding.certificate ?? '' });
  backend = await startBackend();
});
afterAll(async () => {
  await Promise.all(stopping.map((stop) => stop()));
  await landscape.stop();
});

describe('a backend in Kyma, behind a gateway and a sidecar that appends its own certificate', () => {
  it('accepts the certificate of the caller, and rejects all other callers', async () => {
    const target = await startSidecar(backend);
    const withoutKey = await landscape.issueBinding({ type: 'NONE' });
    const stranger = await landscape.issueBinding({ type: 'X509_GENERATED' });
    const spoofed = { 'x-forwarded-client-cert': `Cert="${encodeURIComponent(binding.certificate ?? '')}"` };

    expect(await call(target, 'istio')).toEqual([200, undefined]);
    expect(await call(target, 'istio', spoofed)).toEqual([200, undefined]);
    expect(await call(target, 'istio', {}, withoutKey)).toEqual([401, 'proof_missing']);
    expect(await call(target, 'istio', spoofed, withoutKey)).toEqual([401, 'proof_missing']);
    expect(await call(target, 'istio', spoofed, stranger)).toEqual([401, 'proof_mismatch']);
  });

  it('serves the deployed frontend', async () => {
    const target = await startSidecar(backend);
    const frontend = await DeployedApp.start('frontend', {
      VCAP_SERVICES: JSON.stringify(landscape.vcapServices(binding)),
      IAS_CA_FILE: await landscape.caFile(),
      BACKEND_URL: landscape.router.map(CERT_HOST, target, { clientCertificate: 'istio' }),
    });
    stopping.push(() => frontend.stop());
    const answer = await fetch(`${frontend.url}/homepage`, { headers: { accept: 'application/json' } });
    expect(await answer.json()).toMatchObject({ proof: { matches: true } });
  });

  it.each<[string, ClientCertificateMode, number]>([
    ['one element too few: there is no sidecar', 'istio', 0],
    ['one element too many: another proxy appends', 'istio', 2],
    ['the format of another router', 'sanitize_set', 1],
  ])('rejects a chain of another length or form: %s', async (_, mode, sidecars) => {
    let target = backend;
    for (let count = 0; count < sidecars; count += 1) target = await startSidecar(target);
    expect(await call(target, mode)).toEqual([401, 'proof_missing']);
  });

  it('rejects the certificates that a sidecar appends if none is configured', async () => {
    const target = await startSidecar(await startBackend({ IAS_CERTIFICATE_HOPS: '1' }));
    expect(await call(target, 'istio')).toEqual([401, 'proof_missing']);
  });
});
