import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IdentityCredentials } from '@nest-ias/landscape';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { afterAll, beforeAll, vi } from 'vitest';
import { AppModule as BackendModule } from '../../backend/src/app.module.js';
import { BACKEND_CERT_HOST, InProcessApps, urlOf } from '../../../test/helper/in-process-apps.js';
import { AppModule } from '../src/app.module.js';

export const ACTIONS = [
  'replay-without-certificate',
  'replay-with-other-certificate',
  'replay-with-forged-header',
  'fresh-token',
  'rotate-certificate',
  'revoke-certificate',
  'ias-down',
  'ias-up',
  'reset',
];
export const REPLAYS = ACTIONS.slice(0, 3);

export let scenario: InProcessApps;
let folder: string;
export let backendUrl: string;
export let openBackendUrl: string;
export let app: NestFastifyApplication;
export let url: string;

/** Starts landscape, backends and frontend before the tests of a file. `scenario`, `app` and the URLs are set then. */
export function useLab(): void {
  beforeAll(async () => {
    scenario = await InProcessApps.start();
    folder = mkdtempSync(join(tmpdir(), 'nest-ias-lab-'));
    const { landscape } = scenario;
    const none = await landscape.issueBinding({ type: 'NONE' });
    const backend = await scenario.startApp(BackendModule, none);
    const open = await scenario.startApp(BackendModule, none, { IAS_PROOF_OF_POSSESSION: 'off' });
    backendUrl = landscape.router.map(BACKEND_CERT_HOST, urlOf(backend));
    openBackendUrl = landscape.router.map('open.cert.localhost', urlOf(open));
    writeFileSync(join(folder, 'admin-token'), `${landscape.admin.token}\n`, { mode: 0o600 });
    app = await startFrontend('frontend', backendUrl);
    url = urlOf(app);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await scenario.stop();
    rmSync(folder, { recursive: true });
  });
}

const bindingFile = (name: string) => join(folder, `${name}.json`);

/** Lets xsenv find the binding in the file again: `startApp` restores the environment. */
export function watch(name: string): void {
  vi.stubEnv('VCAP_SERVICES', '');
  vi.stubEnv('VCAP_SERVICES_FILE_PATH', bindingFile(name));
}

/** Starts a frontend whose binding is in a file, as the landscape starts it. */
export async function startFrontend(
  name: string,
  backend: string,
  type: 'X509_GENERATED' | 'SECRET' = 'X509_GENERATED',
): Promise<NestFastifyApplication> {
  const { landscape } = scenario;
  const file = bindingFile(name);
  const publish = async (credentials: IdentityCredentials): Promise<void> => {
    writeFileSync(`${file}.new`, JSON.stringify(landscape.vcapServices(credentials)), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const credentials = await landscape.addBinding(name, { type }, { publish });
  const started = await scenario.startApp(AppModule, credentials, {
    BACKEND_URL: backend,
    VCAP_SERVICES: '',
    VCAP_SERVICES_FILE_PATH: file,
    LANDSCAPE_ADMIN_URL: landscape.admin.url,
    LANDSCAPE_ADMIN_TOKEN_FILE: join(folder, 'admin-token'),
  });
  watch(name);
  return started;
}

export const act = (action: string, at = url) =>
  request(at).post(`/lab/${action}`).set('accept', 'text/html');
export const actAsJson = (action: string, at = url) =>
  request(at).post(`/lab/${action}`).set('accept', 'application/json');
export const homepage = (at = url) => request(at).get('/homepage').set('accept', 'application/json');
export const thumbprint = async () => (await homepage()).body.proof.thumbprint as string;
