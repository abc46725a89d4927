import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InProcessApps, urlOf } from '../../../test/helper/in-process-apps.js';
import { SecretScanner } from '../../../test/helper/secret-scanner.js';
import { AppModule } from '../src/app.module.js';

const scanner = new SecretScanner();
let scenario: InProcessApps;
let server: Server;
let url: string;
let respond: (response: ServerResponse, token: string) => unknown;

beforeAll(async () => {
  scenario = await InProcessApps.start();
  server = createServer((incoming, response) => {
    const token = (incoming.headers.authorization ?? '').replace('Bearer ', '');
    scanner.addToken(token);
    response.on('error', () => undefined);
    respond(response, token);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const binding = await scenario.landscape.issueBinding({ type: 'X509_GENERATED' });
  const app = await scenario.startApp(AppModule, binding, {
    BACKEND_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    LANDSCAPE_ADMIN_URL: scenario.landscape.admin.url,
  });
  url = urlOf(app);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await scenario.stop();
});

const problem = (response: ServerResponse, status: number, body: unknown, challenge = 'Bearer') =>
  response
    .writeHead(status, { 'content-type': 'application/problem+json', 'www-authenticate': challenge })
    .end(JSON.stringify(body));

const replay = (accept: string) => request(url).post('/lab/replay-without-certificate').set('accept', accept);

describe('a replay at a hostile backend', () => {
  it.each<[string, (token: string) => string]>([
    ['our token', (token) => `Bearer token="${token}"`],
    ['our token twice', (token) => `Bearer ${token} ${token}`],
    ['our token across the limit of length', (token) => `Bearer ${'x'.repeat(470)}${token}`],
    ['its beginning at the limit of length', (token) => `Bearer ${'x '.repeat(230)} ${token}`],
  ])('shows no challenge with %s', async (_, challenge) => {
    respond = (response, token) => problem(response, 401, {}, challenge(token));
    for (const accept of ['text/html', 'application/json']) {
      const { status, text } = await replay(accept);
      expect(status).toBe(200);
      expect(scanner.find(text)).toEqual([]);
      expect(text).not.toMatch(/eyJ[\w-]{8}/);
    }
  });

  it('shows nothing of the body but a code and a result that it knows', async () => {
    for (const [status, body] of [
      [401, { code: 'constructor' }],
      [401, { code: '<script>alert(1)</script>' }],
      [401, { code: '__proto__' }],
      [200, { proof: 'constructor', code: { toString: 1 } }],
      [200, null],
    ] as const) {
      respond = (response) => problem(response, status, body, '<script>alert(1)</script>');
      const page = await replay('text/html');
      expect(page.status).toBe(200);
      expect(page.text).not.toMatch(/verdict good|function|native code|<script>alert/);
    }
  });

  it('is not green for a 401 that is not about the proof', async () => {
    respond = (response) => problem(response, 401, { code: 'token_expired' });
    const { text } = await replay('text/html');
    expect(text).toContain('The backend rejected the token, but not because of the proof.');
    expect(text).not.toContain('verdict good');
  });

  it.each<[string, number, string, (response: ServerResponse) => unknown]>([
    ['a huge body', 502, 'downstream_malformed', (response) => response.end(Buffer.alloc(3_000_000, 'x'))],
    ['no HTTP', 502, 'downstream_malformed', (response) => response.socket?.end('SSH-2.0\r\n\r\n')],
    ['a closed connection', 503, 'downstream_unreachable', (response) => response.socket?.destroy()],
  ])('names %s', async (_, status, code, answer) => {
    respond = answer;
    const { body } = await replay('application/json');
    expect(body.answer).toEqual({ status, challenge: null, code });
    expect(body.sent).toContain('on a connection without TLS');
    expect((await replay('text/html')).text).toContain('Sent: GET /endpoint of the backend');
  });

  it('follows no redirect', async () => {
    respond = (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    const { body } = await replay('application/json');
    expect(body.answer.status).toBe(302);
  });
});
