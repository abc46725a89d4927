import { request as httpsRequest } from 'node:https';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { decodeJwt } from 'jose';
import request from 'supertest';
import { expect } from 'vitest';
import { createProtectedApp, PLATFORMS } from '../test/protected-app.js';
import { presentCertificate } from './presented-certificate.js';
import { createConsumer, createIdentity } from './test-identity.js';
import { iasTest } from './vitest/index.js';

const it = iasTest.extend('app', { scope: 'file' }, async ({ landscape }, { onCleanup }) => {
  const app = await createProtectedApp(landscape);
  onCleanup(() => app.close());
  return app;
});

it('mints tokens of the application, bound to its certificate', async ({ identity, landscape }) => {
  const token = await identity.token();
  const { clientId } = landscape.application;
  expect(decodeJwt(token)).toMatchObject({ sub: clientId, azp: clientId, aud: clientId, ias_apis: [] });
  expect(token).toBeBoundTo(identity.certificate);
});

it('mints tokens of a user', async ({ identity }) => {
  const token = await identity.token({ user: { id: 'ada', email: 'ada@example.com' } });
  expect(decodeJwt(token)).toMatchObject({ sub: 'ada', email: 'ada@example.com', sap_id_type: 'user' });
});

it('mints unbound tokens', async ({ identity }) => {
  expect(decodeJwt(await identity.token({ bound: false }))).not.toHaveProperty('cnf');
});

it('mints tokens with APIs and with other claims', async ({ identity }) => {
  const token = await identity.token({ apis: ['read'], claims: { scim_id: '5', app_tid: undefined } });
  const claims = decodeJwt(token);
  expect(claims).toMatchObject({ ias_apis: ['read'], scim_id: '5' });
  expect(claims).not.toHaveProperty('app_tid');
});

it('creates a separate certificate for each identity', async ({ landscape, identity }) => {
  const other = await createIdentity(landscape);
  expect(await other.token()).toBeBoundTo(other.certificate);
  expect(await other.token()).not.toBeBoundTo(identity.certificate);
});

it('creates any number of identities', async ({ landscape }) => {
  const identities = await Promise.all(Array.from({ length: 25 }, () => createIdentity(landscape)));
  expect(new Set(identities.map(({ certificate }) => certificate.fingerprint256)).size).toBe(25);
});

it('creates a consumer as another application', async ({ app, landscape }) => {
  const consumer = await createConsumer(landscape);
  const answer = await request(app.getHttpServer())
    .get('/claims')
    .set(await consumer.headers());
  expect(answer.body).toMatchObject({
    aud: landscape.application.clientId,
    azp: consumer.application.clientId,
  });
  expect(consumer.application.clientId).not.toBe(landscape.application.clientId);
});

it.for(PLATFORMS)(
  'presents a certificate without a router, on %s',
  async (platform, { landscape, identity }) => {
    const app = await createProtectedApp(landscape, { platform });
    const send = async (headers: Record<string, string>) =>
      request(app.getHttpServer())
        .get('/claims')
        .auth(await identity.token(), { type: 'bearer' })
        .set(headers);
    const other = await createIdentity(landscape);
    expect((await send(presentCertificate(identity.certificate))).status).toBe(200);
    expect((await send(presentCertificate(identity.tls.cert, 'orders.cert.example'))).status).toBe(200);
    expect(await send(presentCertificate(other.certificate))).toBeRejectedWith('proof_mismatch');
    expect(await send(presentCertificate(identity.certificate, 'orders.example'))).toBeRejectedWith(
      'proof_missing',
    );
    expect(await send({})).toBeRejectedWith('proof_missing');
    await app.close();
  },
);

it("presents a certificate with Fastify's inject, too", async ({ app, identity }) => {
  const headers = await identity.headers();
  const inject = (sent: Record<string, string>) =>
    (app as NestFastifyApplication).inject({ method: 'GET', url: '/claims', headers: sent });
  expect((await inject(headers)).statusCode).toBe(200);
  expect(await inject({ authorization: headers.authorization })).toBeRejectedWith('proof_missing');
});

it('can fetch tokens over mutual TLS', async ({ landscape, identity }) => {
  const answer = await new Promise<string>((resolve, reject) => {
    const outgoing = httpsRequest(`${landscape.tenant.url}/oauth2/token`, {
      method: 'POST',
      ...identity.tls,
      ca: landscape.ca.pem,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      response.setEncoding('utf8').once('data', resolve);
    });
    outgoing.end(`grant_type=client_credentials&client_id=${identity.application.clientId}`);
  });
  const { access_token } = JSON.parse(answer) as { readonly access_token: string };
  expect(access_token).toBeBoundTo(identity.certificate);
});
