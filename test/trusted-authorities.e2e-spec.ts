import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeployedApp } from './helper/deployed-app.js';

let landscape: Landscape;
const started: DeployedApp[] = [];

beforeAll(async () => {
  landscape = await startLandscape();
});
afterAll(async () => {
  await Promise.all(started.map((app) => app.stop()));
  await landscape.stop();
});

/** Returns the answer of a backend with these variables to a valid token; the backend must fetch the tenant's keys. */
async function answerOfBackend(environment: Record<string, string>): Promise<[number, string | undefined]> {
  const services = landscape.vcapServices(await landscape.issueBinding({ type: 'NONE' }));
  const backend = await DeployedApp.start('backend', {
    VCAP_SERVICES: JSON.stringify(services),
    ...environment,
  });
  started.push(backend);
  const authorization = `Bearer ${await landscape.tenant.issueToken()}`;
  const answer = await fetch(`${backend.url}/endpoint`, { headers: { authorization } });
  const { code } = (await answer.json()) as { code?: string };
  return [answer.status, code];
}

describe('the authorities that a process trusts', () => {
  it('include those of NODE_EXTRA_CA_CERTS, without IAS_CA_FILE', async () => {
    const file = await landscape.caFile();
    expect(await answerOfBackend({ NODE_EXTRA_CA_CERTS: file })).toEqual([200, undefined]);
  });

  it('include those of IAS_CA_FILE, without NODE_EXTRA_CA_CERTS', async () => {
    const file = await landscape.caFile();
    expect(await answerOfBackend({ IAS_CA_FILE: file })).toEqual([200, undefined]);
  });

  it('do not include others', async () => {
    expect(await answerOfBackend({})).toEqual([503, 'keys_unavailable']);
  });

  it('apply to the frontend, too: for its token requests and for the backend', async () => {
    const NODE_EXTRA_CA_CERTS = await landscape.caFile();
    const binding = async (type: 'NONE' | 'X509_GENERATED') =>
      JSON.stringify(landscape.vcapServices(await landscape.issueBinding({ type })));
    const backend = await DeployedApp.start('backend', {
      VCAP_SERVICES: await binding('NONE'),
      NODE_EXTRA_CA_CERTS,
    });
    const frontend = await DeployedApp.start('frontend', {
      VCAP_SERVICES: await binding('X509_GENERATED'),
      NODE_EXTRA_CA_CERTS,
      BACKEND_URL: landscape.router.map('backend.cert.localhost', backend.url),
    });
    started.push(backend, frontend);
    const answer = await fetch(`${frontend.url}/homepage`, { headers: { accept: 'application/json' } });
    expect(await answer.json()).toMatchObject({ proof: { matches: true } });
  });
});
