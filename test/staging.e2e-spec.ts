import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeployedApp } from './helper/deployed-app.js';
import { RouterClient, RouterLoad } from './helper/router.load.js';
import { startInstance } from './helper/staged-instance.js';
import type { BindingForm } from './helper/staged-instance.js';

const BACKEND = 'backendclicer';
const FRONTEND = 'frontendclicer';
const FRONTEND_HOST = `${FRONTEND}.localhost`;
const BACKEND_HOSTS = [`${BACKEND}.localhost`, `${BACKEND}.cert.localhost`];
const CALLERS = 8;

type AppName = typeof BACKEND | typeof FRONTEND;

let landscape: Landscape;
let client: RouterClient;
let homepage: string;
let backendUrl: string;
const started: DeployedApp[] = [];
/** The instances that the router knows. */
const instances: Record<AppName, readonly DeployedApp[]> = { [BACKEND]: [], [FRONTEND]: [] };

/** Tells the router which instances an app has, as the platform does when one becomes ready or is stopped. */
function register(name: AppName, of: readonly DeployedApp[]): void {
  instances[name] = of;
  const targets = of.map(({ url }) => url);
  for (const host of name === BACKEND ? BACKEND_HOSTS : [FRONTEND_HOST]) landscape.router.map(host, targets);
}

async function start(name: AppName, bindingForm: BindingForm = 'environment'): Promise<DeployedApp> {
  const credentials = await landscape.issueBinding(
    name === BACKEND ? { type: 'NONE' } : { type: 'X509_GENERATED', appIdentifier: FRONTEND },
  );
  const app = await startInstance(name, {
    services: landscape.vcapServices(credentials),
    bindingForm,
    uris: name === BACKEND ? BACKEND_HOSTS : [FRONTEND_HOST],
    environment: {
      IAS_CA_FILE: await landscape.caFile(),
      ACCESS_LOG: 'on',
      ...(name === FRONTEND && { BACKEND_URL: backendUrl }),
    },
  });
  started.push(app);
  return app;
}

/** Ends an instance that still gets requests, and takes it from the router once it says that it is not ready. */
async function retire(name: AppName, retired: DeployedApp): Promise<void> {
  retired.signal('SIGTERM');
  await expect.poll(() => retired.isReady()).toBe(false);
  register(
    name,
    instances[name].filter((app) => app !== retired),
  );
  await expectOrderlyEnd(retired);
}

/** The exit code of `npm start` is npm's: it repeats the signal, whatever the app made of it. */
async function expectOrderlyEnd(app: DeployedApp): Promise<void> {
  expect((await app.exited()).output).toContain('stopped, nothing is left undone');
}

/** Runs a change while callers ask without a pause, and tells what they lost. */
async function underLoad(change: () => Promise<void>): Promise<readonly string[]> {
  const load = new RouterLoad(client, homepage, CALLERS);
  await change();
  const before = load.answered;
  await expect.poll(() => load.answered, { timeout: 10_000 }).toBeGreaterThan(before + CALLERS);
  return load.stop();
}

beforeAll(async () => {
  landscape = await startLandscape();
  client = new RouterClient(landscape.ca.pem);
  backendUrl = landscape.router.map(`${BACKEND}.cert.localhost`, 'http://127.0.0.1:9');
  homepage = `${landscape.router.map(FRONTEND_HOST, 'http://127.0.0.1:9')}/homepage`;
  register(BACKEND, await Promise.all([start(BACKEND), start(BACKEND, 'file')]));
  register(FRONTEND, await Promise.all([start(FRONTEND), start(FRONTEND, 'file')]));
}, 60_000);
afterAll(async () => {
  client.close();
  await Promise.all(started.map((app) => app.stop()));
  await landscape.stop();
}, 60_000);

describe('two instances of each app, staged as on Cloud Foundry', () => {
  it('run the scenario over TLS through the router, each of them', async () => {
    for (const turn of [1, 2, 3, 4]) {
      const { status, body } = await client.get(homepage, { 'x-correlationid': `turn-${turn}` });
      expect([status, JSON.parse(body)]).toEqual([
        200,
        expect.objectContaining({ proof: expect.objectContaining({ matches: true }) }),
      ]);
    }
    for (const app of started) {
      await expect.poll(() => app.output).toMatch(/"path":"\/(homepage|endpoint)","status":200/);
    }
  });

  it('answer only who has a token', async () => {
    const { origin } = new URL(backendUrl);
    expect((await client.get(`${origin}/endpoint`)).status).toBe(401);
  });

  it('log one JSON object a line, and no token, key or secret', () => {
    for (const { output } of started) {
      // npm says what it starts, and what it finds in its own configuration
      const lines = output.split('\n').filter((line) => !/^(> |npm |$)/.test(line));
      for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level');
      expect(output).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE|eyJ/);
    }
  });

  it('lose no request when they are replaced one by one', async () => {
    const lost = await underLoad(async () => {
      for (const name of [BACKEND, FRONTEND] as const) {
        for (const old of instances[name]) {
          register(name, [...instances[name], await start(name)]);
          await retire(name, old);
        }
      }
    });
    expect(lost).toEqual([]);
  }, 90_000);

  it('lose no request when green takes over from blue', async () => {
    const lost = await underLoad(async () => {
      const blue = { ...instances };
      for (const name of [BACKEND, FRONTEND] as const) {
        const green = await Promise.all([start(name), start(name)]);
        register(name, [...blue[name], ...green]);
        register(name, green);
      }
      for (const app of [...blue[FRONTEND], ...blue[BACKEND]]) {
        app.signal('SIGTERM');
        await expectOrderlyEnd(app);
      }
    });
    expect(lost).toEqual([]);
  }, 90_000);
});
