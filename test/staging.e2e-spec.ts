import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutSignals } from './helper/process-tree.js';
import { RouterClient, RouterLoad } from './helper/router-load.js';
import { BACKEND, expectCleanShutdown, FRONTEND, StagedPlatform } from './helper/staged-platform.js';

const CALLERS = 8;
const APPS = [BACKEND, FRONTEND] as const;

let platform: StagedPlatform;
let client: RouterClient;

/** Runs a change while callers send requests without pauses; returns the failed requests. */
async function underLoad(change: () => Promise<void>): Promise<readonly string[]> {
  const load = new RouterLoad(client, platform.homepage, CALLERS);
  await change();
  const before = load.answered;
  await expect.poll(() => load.answered, { timeout: 10_000 }).toBeGreaterThan(before + CALLERS);
  return load.stop();
}

beforeAll(async () => {
  platform = await StagedPlatform.start();
  client = new RouterClient(platform.landscape.ca.pem);
  for (const name of APPS) {
    const instances = [platform.launch(name), platform.launch(name, { bindingForm: 'file' })];
    platform.register(name, await Promise.all(instances));
  }
}, 60_000);
afterAll(async () => {
  client.close();
  await platform.stop();
}, 60_000);

describe('two instances of each app, staged as on Cloud Foundry', () => {
  it('run the scenario over TLS through the router', async () => {
    for (const turn of [1, 2, 3, 4]) {
      const headers = { 'x-correlationid': `turn-${turn}` };
      const { status, body } = await client.get(platform.homepage, headers);
      expect([status, JSON.parse(body)]).toEqual([
        200,
        expect.objectContaining({ proof: expect.objectContaining({ matches: true }) }),
      ]);
    }
    for (const app of platform.started) {
      await expect.poll(() => app.output).toMatch(/"request":"\/(homepage|endpoint)".*"response_status":200/);
    }
  });

  it('reject callers without a token', async () => {
    expect((await client.get(`${platform.backendUrl}/endpoint`)).status).toBe(401);
  });

  it('log one JSON object per line, and no token, key or secret', () => {
    for (const { output } of platform.started) {
      // npm prints the command and warnings about its own configuration.
      const lines = output.split('\n').filter((line) => !/^(> |npm |$)/.test(line));
      for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level');
      expect(output).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE|eyJ/);
    }
  });

  it('lose no request when they are replaced one by one', async (context) => {
    skipWithoutSignals(context);
    const lost = await underLoad(async () => {
      for (const name of APPS) await platform.roll(name);
    });
    expect(lost).toEqual([]);
  }, 90_000);

  it('lose no request in a blue-green switch', async (context) => {
    skipWithoutSignals(context);
    const lost = await underLoad(async () => {
      const blue = APPS.toReversed().map((name) => platform.instancesOf(name));
      for (const name of APPS) {
        const green = await Promise.all([platform.launch(name), platform.launch(name)]);
        platform.register(name, [...platform.instancesOf(name), ...green]);
        platform.register(name, green);
      }
      for (const app of blue.flat()) {
        app.signal('SIGTERM');
        await expectCleanShutdown(app);
      }
    });
    expect(lost).toEqual([]);
  }, 90_000);
});
