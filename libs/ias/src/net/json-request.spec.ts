import { startLandscape } from '@nest-ias/landscape';
import type { Fault, Landscape } from '@nest-ias/landscape';
import type { Agent } from 'node:https';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

  const fetch = (deadline = 2_000) =>
    getJson(url, { agent, headers: {}, signal: AbortSignal.timeout(deadline) });
  const fault = (what: object) => landscape.tenant.faults.add({ endpoint: 'discovery', ...what } as Fault);

  it('returns status and content', async () => {
    expect(await fetch()).toMatchObject({ status: 200, body: { issuer: landscape.tenant.url } });
  });

  it('returns no content for other statuses', async () => {
    fault({ kind: 'status', status: 500 });
    expect(await fetch()).toEqual({ status: 500, body: undefined });
  });

  it('tries once more if a reused connection breaks', async () => {
    await fetch();
    fault({ kind: 'reset', times: 1 });
    expect(await fetch()).toMatchObject({ status: 200 });
  });

  it.each([
    ['a connection that breaks', { kind: 'reset' }, /did not respond: unreachable \(ECONNRESET\)/],
    ['a response that drips', { kind: 'drip', milliseconds: 20 }, /sent no complete response in time/],
    ['a late response', { kind: 'latency', milliseconds: 5_000 }, /sent no complete response in time/],
    ['another protocol', { kind: 'break', how: 'upgrade' }, /did not respond: malformed \(ERR_UPGRADE\)/],
    ['a connection that ends', { kind: 'break', how: 'close' }, /did not respond: unreachable/],
    ['a connection that half ends', { kind: 'break', how: 'half-close' }, /did not respond: unreachable/],
    ['interim responses', { kind: 'break', how: 'interim' }, /sent no complete response in time/],
    ['a truncated response', { kind: 'break', how: 'truncate' }, /did not respond: unreachable/],
    ['a response that stops', { kind: 'break', how: 'stall' }, /sent no complete response in time/],
    ['too much', { kind: 'oversized', bytes: 2_000_000 }, /is larger than 1048576 bytes/],
    ['text that is not JSON', { kind: 'malformed' }, /is not JSON/],
  ])('gives up on %s', async (_, what, message) => {
    fault(what);
    await expect(fetch(300)).rejects.toMatchObject({
      name: 'TenantUnavailableError',
      message: expect.stringMatching(message) as string,
    });
  });

  it('gives up on a server that is not trusted', async () => {
    const stranger = createAgent({});
    await expect(
      getJson(url, { agent: stranger, headers: {}, signal: AbortSignal.timeout(2_000) }),
    ).rejects.toThrow(/untrusted/);
    stranger.destroy();
  });
});
