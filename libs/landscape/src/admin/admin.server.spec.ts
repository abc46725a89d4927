import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendPlain } from '../../test/https.client.js';
import { type Landscape, startLandscape } from '../index.js';

describe('admin endpoint', () => {
  let landscape: Landscape;

  beforeAll(async () => {
    landscape = await startLandscape();
  });
  afterAll(async () => landscape.stop());

  it('tells URLs and counters', async () => {
    const answer = await sendPlain(`${landscape.admin.url}/status`);
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      ias: landscape.tenant.url,
      router: landscape.router.url,
      counters: { token: 0, jwks: 0, discovery: 0, handshakes: 0, resumedSessions: 0 },
    });
  });

  it.each([
    ['a foreign Host', { host: 'evil.example' }],
    ['an Origin', { origin: 'https://evil.example' }],
    ['the Origin of a sandboxed page', { origin: 'null' }],
  ])('refuses a request with %s', async (_, headers) => {
    expect((await sendPlain(`${landscape.admin.url}/status`, headers)).status).toBe(403);
  });

  it('knows nothing else', async () => {
    expect((await sendPlain(`${landscape.admin.url}/`)).status).toBe(404);
  });

  it('listens on loopback only', () => {
    expect(new URL(landscape.admin.url).hostname).toBe('127.0.0.1');
  });
});
