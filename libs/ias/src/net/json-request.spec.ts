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

  it('gives status and content', async () => {
    expect(await fetch()).toMatchObject({ status: 200, body: { issuer: landscape.tenant.url } });
  });

  it('leaves the content of other answers alone', async () => {
    fault({ kind: 'status', status: 500 });
    expect(await fetch()).toEqual({ status: 500, body: undefined });
  });

  it('tries once more where a connection breaks that has been used before', async () => {
    await fetch();
    fault({ kind: 'reset', times: 1 });
    expect(await fetch()).toMatchObject({ status: 200 });
  });

  it.each([
    ['a connection that breaks', { kind: 'reset' }, /gave no answer: unreachable \(ECONNRESET\)/],
    ['an answer that drips', { kind: 'drip', milliseconds: 20 }, /gave no complete answer in time/],
    ['an answer that is late', { kind: 'latency', milliseconds: 5_000 }, /gave no complete answer in time/],
    ['another protocol', { kind: 'break', how: 'upgrade' }, /gave no answer: malformed \(ERR_UPGRADE\)/],
    ['a connection that ends', { kind: 'break', how: 'close' }, /gave no answer: unreachable/],
    ['a connection that half ends', { kind: 'break', how: 'half-close' }, /gave no answer: unreachable/],
    ['interim answers', { kind: 'break', how: 'interim' }, /gave no complete answer in time/],
    ['an answer that breaks off', { kind: 'break', how: 'truncate' }, /gave no answer: unreachable/],
    ['an answer that stops', { kind: 'break', how: 'stall' }, /gave no complete answer in time/],
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
