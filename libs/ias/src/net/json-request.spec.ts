import { startLandscape } from '@nest-ias/landscape';
import type { Fault, Landscape } from '@nest-ias/landscape';
import type { Agent } from 'node:https';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAgent } from './agent.js';
import { getJson } from './json-request.js';

describe('getJson', () => {
  let landscape: Landscape;
  let agent: Agent;
  let url: URL;

  beforeAll(async () => {
    landscape = await startLandscape();
    agent = createAgent({ ca: [landscape.ca.pem] });
    url = new URL('/.well-known/openid-configuration', landscape.tenant.url);
  });
  beforeEach(() => landscape.tenant.reset());
  afterAll(async () => {
    agent.destroy();
    await landscape.stop();
  });

  /** Without a deadline, because on a busy machine any could end before the failure that a test expects. */
  const fetch = (signal = new AbortController().signal) => getJson(url, { agent, headers: {}, signal });
  const fault = (what: object) => landscape.tenant.faults.add({ endpoint: 'discovery', ...what } as Fault);

  it('returns status and content', async () => {
    expect(await fetch()).toMatchObject({ status: 200, body: { issuer: landscape.tenant.url } });
  });

  it('returns no content for other statuses', async () => {
    fault({ kind: 'status', status: 500 });
    expect(await fetch()).toEqual({ status: 500, body: undefined });
  });

  it('tries once more if a reused connection breaks', async () => {
    // The connection becomes free for the next request a moment after the response.
    await vi.waitUntil(
      async () => (await fetch()).status === 200 && Object.keys(agent.freeSockets).length > 0,
    );
    fault({ kind: 'reset', times: 1 });
    expect(await fetch()).toMatchObject({ status: 200 });
  });

  it.each([
    ['a connection that breaks', { kind: 'reset' }, /did not respond: unreachable \(ECONNRESET\)/],
    ['another protocol', { kind: 'break', how: 'upgrade' }, /did not respond: malformed \(ERR_UPGRADE\)/],
    ['a connection that ends', { kind: 'break', how: 'close' }, /did not respond: unreachable/],
    ['a connection that half ends', { kind: 'break', how: 'half-close' }, /did not respond: unreachable/],
    ['a truncated response', { kind: 'break', how: 'truncate' }, /did not respond: unreachable/],
    ['too much', { kind: 'oversized', bytes: 2_000_000 }, /is larger than 1048576 bytes/],
    ['text that is not JSON', { kind: 'malformed' }, /is not JSON/],
  ])('gives up on %s', async (_, what, message) => {
    fault(what);
    await expect(fetch()).rejects.toMatchObject({
      name: 'TenantUnavailableError',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    ['a response that drips', { kind: 'drip', milliseconds: 20 }],
    ['a late response', { kind: 'latency', milliseconds: 60_000 }],
    ['interim responses', { kind: 'break', how: 'interim' }],
    ['a response that stops', { kind: 'break', how: 'stall' }],
  ])('gives up on %s at the deadline', async (_, what) => {
    fault(what);
    await expect(fetch(AbortSignal.timeout(300))).rejects.toMatchObject({
      name: 'TenantUnavailableError',
      message: expect.stringMatching(/sent no complete response in time/) as string,
    });
  });

  it('gives up on a server that is not trusted', async () => {
    const stranger = createAgent({});
    await expect(
      getJson(url, { agent: stranger, headers: {}, signal: new AbortController().signal }),
    ).rejects.toThrow(/untrusted/);
    stranger.destroy();
  });
});
