import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { array, asyncProperty, assert, constantFrom, oneof, string, tuple, uint8Array } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityCredentials, type Landscape, startLandscape } from '../src/index.js';
import { requestToken, send } from './https-client.js';

const RUNS = { numRuns: 150 };

describe('hostile input', { timeout: 60_000 }, () => {
  let landscape: Landscape;
  let binding: IdentityCredentials;
  let app: Server;
  let appUrl: string;

  beforeAll(async () => {
    landscape = await startLandscape();
    binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
    app = createServer((request, response) => {
      response.end(JSON.stringify({ forwarded: request.headers['x-forwarded-client-cert'] ?? null }));
    }).listen(0, '127.0.0.1');
    await once(app, 'listening');
    appUrl = landscape.router.map('app.localhost', `http://127.0.0.1:${(app.address() as AddressInfo).port}`);
  });
  afterAll(async () => {
    await landscape.stop();
    app.closeAllConnections();
    app.close();
  });

  /** Writes bytes to a TLS port and waits until the server closes the connection. */
  const write = async (url: string, bytes: Uint8Array) =>
    new Promise<void>((resolve) => {
      const socket = connect({
        host: '127.0.0.1',
        port: Number(new URL(url).port),
        servername: new URL(url).hostname,
        ca: landscape.ca.pem,
      });
      socket.once('secureConnect', () => socket.end(bytes));
      socket.on('error', () => undefined).on('data', () => undefined);
      socket.once('close', () => resolve());
    });

  it('always gets an OAuth error from the token endpoint', async () => {
    const name = oneof(
      constantFrom(
        'grant_type',
        'client_id',
        'client_secret',
        'resource',
        'app_tid',
        'assertion',
        '__proto__',
      ),
      string(),
    );
    const value = oneof(
      constantFrom('client_credentials', binding.clientid, 'urn:ietf:params:oauth:grant-type:jwt-bearer'),
      string({ unit: 'binary' }),
    );
    const authorization = oneof(
      constantFrom('Basic', 'Basic Og==', 'Basic %%%', 'Bearer x'),
      constantFrom(''),
    );
    await assert(
      asyncProperty(array(tuple(name, value)), authorization, async (parameters, header) => {
        const answer = await send(`${binding.url}/oauth2/token`, {
          landscape,
          body: new URLSearchParams(parameters),
          headers: header === '' ? {} : { authorization: header },
        });
        expect([400, 401]).toContain(answer.status);
        expect(answer.json()).toEqual({ error: expect.any(String), error_description: expect.any(String) });
      }),
      RUNS,
    );
  });

  it('crashes neither tenant nor router with random bytes or malformed HTTP', async () => {
    const line = constantFrom(
      'GET / HTTP/1.1',
      'POST /oauth2/token HTTP/1.1',
      'OPTIONS * HTTP/1.1',
      'CONNECT x:1 HTTP/1.1',
      'GET http://app.localhost/ HTTP/1.1',
      'Host: app.localhost',
      'Host: app.localhost:99999',
      'Host: __proto__',
      'Connection: upgrade',
      'Upgrade: websocket',
      'Transfer-Encoding: chunked',
      'Content-Length: 5',
      'Expect: 100-continue',
      'X-Forwarded-Client-Cert: spoofed',
      '',
      'zz',
    );
    const broken = array(line, { maxLength: 8 }).map((lines) => Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
    await assert(
      asyncProperty(
        oneof(broken, uint8Array()),
        constantFrom(landscape.tenant.url, appUrl),
        async (bytes, url) => write(url, bytes),
      ),
      RUNS,
    );
    expect((await requestToken(landscape, binding)).status).toBe(200);
    expect((await send(appUrl, { landscape })).json()).toEqual({ forwarded: null });
  });

  it('cannot pass a spoofed client certificate header through the router, in any spelling', async () => {
    const spelling = constantFrom(
      'X-Forwarded-Client-Cert',
      'x-forwarded-client-cert',
      'X-FORWARDED-CLIENT-CERT',
      'Connection',
      'Keep-Alive',
    );
    const value = constantFrom('spoofed', 'x-forwarded-client-cert', 'close, x-forwarded-client-cert');
    const { host } = new URL(appUrl);
    await assert(
      asyncProperty(array(tuple(spelling, value), { maxLength: 6 }), async (headers) => {
        const answer = await send(appUrl, { landscape, headers: ['Host', host, ...headers.flat()] });
        expect(answer.json()).toEqual({ forwarded: null });
      }),
      RUNS,
    );
  });
});
