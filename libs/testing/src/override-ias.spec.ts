import { decodeJwt } from 'jose';
import { IasTokenProvider, IdentityBindings } from 'nest-ias';
import { type ProtectedAppOptions, createProtectedApp, PLATFORMS } from '../test/protected-app.js';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { describe, expect } from 'vitest';
import { startLandscape } from './landscape-starter.js';
import { overrideIas } from './override-ias.js';
import { createIdentity } from './test-identity.js';
import { iasTest } from './vitest/index.js';

const it = iasTest.extend('start', async ({ landscape }, { onCleanup }) => {
  const apps: Awaited<ReturnType<typeof createProtectedApp>>[] = [];
  onCleanup(async () => {
    for (const app of apps) await app.close();
  });
  return async (options?: ProtectedAppOptions) => {
    const app = await createProtectedApp(landscape, options);
    apps.push(app);
    return app;
  };
});

describe.each(PLATFORMS)('an app on %s', (platform) => {
  it('accepts tokens of the landscape only', async ({ start, identity }) => {
    const server = (await start({ platform })).getHttpServer();
    const answer = await request(server)
      .get('/claims')
      .set(await identity.headers());
    expect(answer.status).toBe(200);
    const foreign = await startLandscape();
    const stranger = await (await createIdentity(foreign)).headers();
    expect(await request(server).get('/claims').set(stranger)).toBeRejectedWith('token_issuer_untrusted');
    await foreign.stop();
  });
});

it('lets the app fetch tokens', async ({ start }) => {
  const app = await start({ own: { outbound: true } });
  const { value } = await app.get(IasTokenProvider).getToken();
  const { certificate } = app.get(IdentityBindings).outbound;
  expect(decodeJwt(value)).toMatchObject({ cnf: { 'x5t#S256': certificate?.thumbprint } });
});

it('uses the binding of the test', async ({ start, landscape }) => {
  const credentials = await landscape.issueBinding({ type: 'SECRET' });
  const app = await start({ own: { outbound: true }, overrides: { credentials } });
  expect(app.get(IdentityBindings).outbound).toMatchObject({ credentialType: 'SECRET' });
  await app.get(IasTokenProvider).getToken();
  expect(landscape.tenant.requests).toMatchObject([{ path: '/oauth2/token', status: 200 }]);
});

it('keeps the options of the app', async ({ start, identity }) => {
  const app = await start({ own: { proofOfPossession: 'required' } });
  const headers = await identity.headers({ bound: false });
  expect(await request(app.getHttpServer()).get('/claims').set(headers)).toBeRejectedWith('proof_required');
});

it('replaces options that the test overrides', async ({ start, identity }) => {
  const app = await start({
    own: { proofOfPossession: 'off' },
    overrides: { proofOfPossession: 'required' },
  });
  const headers = await identity.headers({ bound: false });
  expect(await request(app.getHttpServer()).get('/claims').set(headers)).toBeRejectedWith('proof_required');
});

it('needs none of the files in the options of the app', async ({ start, identity }) => {
  const app = await start({
    own: { privateKeyFile: '/nowhere/key.pem', certificateFile: '/nowhere/certificate.pem' },
  });
  const headers = await identity.headers();
  expect((await request(app.getHttpServer()).get('/claims').set(headers)).status).toBe(200);
});

it('sets the clock of the app', async ({ start, identity }) => {
  const app = await start({ overrides: { now: () => Date.now() + 2 * 3_600_000 } });
  const headers = await identity.headers();
  expect(await request(app.getHttpServer()).get('/claims').set(headers)).toBeRejectedWith('token_expired');
});

it('writes no environment variable', async ({ start }) => {
  const before = { ...process.env };
  await start();
  expect(process.env).toEqual(before);
});

it('fails if the app does not import IasModule', async ({ landscape }) => {
  const builder = overrideIas(Test.createTestingModule({}), landscape);
  await expect(builder.compile()).rejects.toThrow(/^overrideIas had no effect: the app under test does not/);
});

it('keeps the error of an app that does import it', async ({ start }) => {
  await expect(start({ own: { clockTolerance: 61 } })).rejects.toMatchObject({
    code: 'configuration_invalid',
  });
});
