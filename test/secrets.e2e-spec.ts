import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLandscape } from '@nest-ias/landscape';
import { expect, it } from 'vitest';
import { DeployedApp } from './helper/deployed-app.js';

it('no token, key or secret reaches any output, not even with DEBUG=*', async () => {
  const landscape = await startLandscape({ clientKey: 'RSA-2048' });
  const folder = mkdtempSync(join(tmpdir(), 'nest-ias-secrets-'));
  writeFileSync(join(folder, 'ca.pem'), landscape.ca.pem);
  const environment = async (type: 'NONE' | 'X509_GENERATED') => ({
    VCAP_SERVICES: JSON.stringify(landscape.vcapServices(await landscape.issueBinding({ type }))),
    IAS_CA_FILE: join(folder, 'ca.pem'),
    LOG_LEVEL: 'verbose',
    DEBUG: '*',
  });
  const backend = await DeployedApp.start('backend', await environment('NONE'));
  const frontend = await DeployedApp.start('frontend', {
    ...(await environment('X509_GENERATED')),
    BACKEND_URL: landscape.router.map('backend.cert.localhost', backend.url),
  });
  const answers: string[] = [];
  const call = async () => {
    const response = await fetch(`${frontend.url}/homepage`);
    answers.push(await response.text());
    return response.status;
  };
  const statuses = [await call()];
  landscape.tenant.revokeCertificate(String(landscape.tenant.requests[0]?.clientCertificateThumbprint));
  statuses.push(await call());
  await fetch(`${backend.url}/endpoint`, {
    headers: { authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.eyJ9.c2ln' },
  });
  const outputs = [(await frontend.stop()).output, (await backend.stop()).output];

  expect(statuses).toEqual([200, 200]);
  expect(outputs.join('').length).toBeGreaterThan(100);
  for (const text of [...answers, ...outputs]) expect(text).not.toMatch(/eyJ|PRIVATE KEY|client_secret/);
  await landscape.stop();
  rmSync(folder, { recursive: true });
});
