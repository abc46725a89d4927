import { startLandscape } from '@nest-ias/landscape';
import { describe, expect, it } from 'vitest';
import { DeployedApp } from './helper/deployed-app.js';

const SECTIONS = ['http', 'https', 'http2', 'net', 'tls', 'undici'];
const REFUSAL = 'unset NODE_DEBUG';

/** How a deployed app without a binding ends; what it does first is to look at its debug output. */
async function startOf(
  environment: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const app = await DeployedApp.launch('backend', { LOG_FORMAT: 'text', ...environment });
  return app.exited();
}

describe('NODE_DEBUG', () => {
  it.each([...SECTIONS, 'HTTP', 'timer,Tls', 'ht*', '*', 'u*i'])(
    'a deployed app does not start with %s',
    async (value) => {
      const { code, output } = await startOf({ VCAP_APPLICATION: '{}', NODE_DEBUG: value });
      expect([code, output]).toEqual([1, expect.stringContaining(REFUSAL)]);
    },
  );

  it.each([{ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, { NODE_ENV: 'production' }])(
    'an app with %j is deployed',
    async (environment) => {
      const { code, output } = await startOf({ ...environment, NODE_DEBUG: 'http' });
      expect([code, output]).toEqual([1, expect.stringContaining(REFUSAL)]);
    },
  );

  // exactly as Node.js reads it: no blanks, and only `*` is special
  it.each(['timer', 'fetch', 'h', 'httpx', ' http', 'htt.', 'http|net'])(
    'with %j Node.js prints no token',
    async (value) => {
      const { code, output } = await startOf({ VCAP_APPLICATION: '{}', NODE_DEBUG: value });
      expect([code, output]).toEqual([1, expect.stringContaining('No service instance')]);
      expect(output).not.toContain(REFUSAL);
    },
  );

  it('in development the app warns', async () => {
    const landscape = await startLandscape();
    const binding = await landscape.issueBinding({ type: 'NONE' });
    const app = await DeployedApp.start('backend', {
      NODE_DEBUG: 'http',
      VCAP_SERVICES: JSON.stringify(landscape.vcapServices(binding)),
    });
    const { output } = await app.stop();
    expect(output).toMatch(/WARN.*unset NODE_DEBUG/);
    await landscape.stop();
  });
});
