import { once } from 'node:events';
import { Agent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../test/https-client.js';
import { DAY_MILLISECONDS } from '../pki/validity.js';
import { echo, RoutedApp } from '../../test/routed-app.js';
import { type IdentityCredentials, type Landscape, startLandscape } from '../index.js';

describe('router', () => {
  let routed: RoutedApp;
  let landscape: Landscape;
  let binding: IdentityCredentials;
  let target: string;
  let plainUrl: string;
  let certUrl: string;

  beforeAll(async () => {
    routed = await RoutedApp.start();
    ({ landscape, binding, target, plainUrl, certUrl } = routed);
  });
  afterEach(() => {
    routed.handler = echo;
  });
  afterAll(() => routed.stop());

  const headersSeen = (answer: { json: () => Record<string, unknown> }) =>
    answer.json()['headers'] as Record<string, string>;

  it('returns the URLs of its routes', () => {
    expect(landscape.router.domain).toBe('localhost');
    expect(certUrl).toBe(`https://backend.cert.localhost:${new URL(landscape.router.url).port}`);
  });

  it('passes the leaf certificate as single-line base64 DER on a .cert. host', async () => {
    const answer = await send(`${certUrl}/endpoint`, { landscape, credentials: binding });
    const leaf = new X509Certificate(binding.certificate ?? '');
    expect(headersSeen(answer)['x-forwarded-client-cert']).toBe(leaf.raw.toString('base64'));
  });

  it.each([
    ['a plain host with certificate', () => plainUrl, true],
    ['a plain host without certificate', () => plainUrl, false],
    ['a .cert. host without certificate', () => certUrl, false],
  ])('drops x-forwarded-client-cert of a client: %s', async (_, url, presents) => {
    const answer = await send(url(), {
      landscape,
      headers: { 'X-Forwarded-Client-Cert': ['spoofed', 'twice'] },
      ...(presents ? { credentials: binding } : {}),
    });
    expect(answer.status).toBe(200);
    expect(headersSeen(answer)).not.toHaveProperty('x-forwarded-client-cert');
  });

  it('replaces a spoofed header with the real certificate, even if the client declares it hop-by-hop', async () => {
    const headers = { connection: 'x-forwarded-client-cert', 'x-forwarded-client-cert': 'spoofed' };
    const answer = await send(certUrl, { landscape, credentials: binding, headers });
    expect(headersSeen(answer)['x-forwarded-client-cert']).toMatch(/^MII[\w+/=]+$/);
  });

  it('passes the certificate on a resumed session too', async () => {
    const agent = new Agent({ keepAlive: false, maxCachedSessions: 10 });
    for (const _ of [1, 2, 3]) {
      const answer = await send(certUrl, { landscape, credentials: binding, agent });
      expect(headersSeen(answer)).toHaveProperty('x-forwarded-client-cert');
    }
  });

  it('does not forward a certificate of another authority', async () => {
    const other = await startLandscape();
    const strange = await other.issueBinding({ type: 'X509_GENERATED' });
    await other.stop();
    const answer = await send(certUrl, { landscape, credentials: strange });
    expect(headersSeen(answer)).not.toHaveProperty('x-forwarded-client-cert');
  });

  it('does not forward a certificate that has expired, or is not valid yet', async () => {
    for (const startsInDays of [-3, 1]) {
      const stale = await landscape.issueBinding({ type: 'X509_GENERATED', startsInDays, validityDays: 2 });
      const answer = await send(certUrl, { landscape, credentials: stale });
      expect(headersSeen(answer)).not.toHaveProperty('x-forwarded-client-cert');
    }
  });

  it('checks the dates of a certificate by the clock of the landscape', async () => {
    let now = Date.now();
    const other = await startLandscape({ now: () => now });
    const url = other.router.map('backend.cert.localhost', target);
    const credentials = await other.issueBinding({ type: 'X509_GENERATED' });
    const valid = await send(url, { landscape: other, credentials });
    now += 31 * DAY_MILLISECONDS;
    const expired = await send(url, { landscape: other, credentials });
    await other.stop();
    expect(headersSeen(valid)).toHaveProperty('x-forwarded-client-cert');
    expect(headersSeen(expired)).not.toHaveProperty('x-forwarded-client-cert');
  });

  it('forwards x-forwarded-client-cert of any client in the mode always_forward, and sets none', async () => {
    const url = landscape.router.map('naive.cert.localhost', target, { clientCertificate: 'always_forward' });
    const headers = { 'x-forwarded-client-cert': 'spoofed' };
    const spoofed = await send(url, { landscape, headers, credentials: binding });
    const honest = await send(url, { landscape, credentials: binding });
    expect(headersSeen(spoofed)['x-forwarded-client-cert']).toBe('spoofed');
    expect(headersSeen(honest)).not.toHaveProperty('x-forwarded-client-cert');
  });

  it('uses the format of Istio in the mode istio, on any host', async () => {
    const url = landscape.router.map('mesh.localhost', target, { clientCertificate: 'istio' });
    const headers = { 'x-forwarded-client-cert': 'spoofed' };
    const answer = await send(url, { landscape, headers, credentials: binding });
    const leaf = new X509Certificate(binding.certificate ?? '');
    const value = headersSeen(answer)['x-forwarded-client-cert'] ?? '';
    const parts = /^By=[^;]+;Hash=([0-9a-f]{64});Cert="([^"]+)";Subject="(CN=frontend,[^"]+)"$/.exec(value);
    expect(parts?.[1]).toBe(leaf.fingerprint256.replaceAll(':', '').toLowerCase());
    expect(new X509Certificate(decodeURIComponent(parts?.[2] ?? '')).raw).toEqual(leaf.raw);
    expect(headersSeen(await send(url, { landscape, headers }))).not.toHaveProperty(
      'x-forwarded-client-cert',
    );
  });

  it('keeps Host, path and body, and adds the headers of gorouter', async () => {
    const answer = await send(`${plainUrl}/a%20b?c=d`, {
      landscape,
      method: 'PUT',
      body: 'content',
      headers: { 'x-forwarded-for': '10.0.0.1', 'x-forwarded-host': 'evil', 'x-vcap-request-id': 'mine' },
    });
    const { host } = new URL(plainUrl);
    expect(answer.json()).toMatchObject({ method: 'PUT', url: '/a%20b?c=d', body: 'content' });
    expect(headersSeen(answer)).toMatchObject({
      host,
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'x-forwarded-host': host,
      'x-forwarded-proto': 'https',
      'x-vcap-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('keeps each value of a repeated header, and headers of any name', async () => {
    const answer = await send(plainUrl, {
      landscape,
      headers: ['Host', new URL(plainUrl).host, 'X-Twice', 'a', 'x-twice', 'b', 'Constructor', 'c'],
    });
    const seen = new Map(Object.entries(headersSeen(answer)));
    expect(['x-twice', 'constructor'].map((name) => seen.get(name))).toEqual(['a, b', 'c']);
  });

  it('drops hop-by-hop headers, but never the framing', async () => {
    const answer = await send(plainUrl, {
      landscape,
      method: 'POST',
      body: 'four',
      headers: {
        connection: 'x-private, content-length, host',
        'content-length': '4',
        'x-private': '1',
        te: 'trailers',
        'keep-alive': 'timeout=1',
      },
    });
    expect(answer.json()['body']).toBe('four');
    expect(headersSeen(answer)).not.toHaveProperty('x-private');
    expect(headersSeen(answer)).not.toHaveProperty('te');
    expect(headersSeen(answer)['host']).toBe(new URL(plainUrl).host);
  });

  it('keeps the framing of a GET with a chunked body', async () => {
    const answer = await send(plainUrl, {
      landscape,
      method: 'GET',
      body: 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n',
      headers: { 'transfer-encoding': 'chunked' },
    });
    expect(answer.json()).toMatchObject({ url: '/', body: expect.stringContaining('/smuggled') });
  });

  it('keeps connections to the app alive', async () => {
    await send(plainUrl, { landscape });
    const before = routed.connections;
    for (const _ of [1, 2, 3]) await send(plainUrl, { landscape });
    expect(routed.connections).toBe(before);
  });

  it('streams both ways', async () => {
    routed.handler = (request, response) => {
      response.writeHead(200);
      request.pipe(response);
    };
    const socket = await routed.connect();
    socket.write('POST / HTTP/1.1\r\nHost: backend.localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
    let received = '';
    for (const part of ['one', 'two']) {
      socket.write(`3\r\n${part}\r\n`);
      while (!received.includes(part)) received += String((await once(socket, 'data'))[0]);
    }
    socket.destroy();
    expect(received).toMatch(/one[^]*two/);
  });

  it('selects instances in round robin', async () => {
    const second = createServer((_, response) => response.end('second')).listen(0, '127.0.0.1');
    await once(second, 'listening');
    routed.handler = (_, response) => response.end('first');
    const url = landscape.router.map('many.localhost', [
      target,
      `http://127.0.0.1:${(second.address() as AddressInfo).port}`,
    ]);
    const texts: string[] = [];
    for (const _ of [1, 2, 3, 4]) texts.push((await send(url, { landscape })).text);
    second.closeAllConnections();
    second.close();
    expect(texts).toEqual(['first', 'second', 'first', 'second']);
  });
});
