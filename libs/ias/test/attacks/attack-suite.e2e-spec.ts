import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BAD_REQUESTS, Forger } from '@nest-ias/testing';
import type { Header } from '@nest-ias/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORMS, startGuardedApp } from '../guarded-app.js';
import type { GuardedApp } from '../guarded-app.js';
import { sendRaw } from '../raw-request.js';
import { startTrustedLandscape } from '../trusting-landscape.js';
import type { TrustedLandscape } from '../trusting-landscape.js';

const ATTACKS = BAD_REQUESTS.map((attack) => [attack.cause, attack] as const);
const CERT_HOST = 'backend.cert.localhost';
const bearer = (token: string): Header => ['authorization', `Bearer ${token}`];

/** The end of the token; a text that no answer contains where none was sent. */
function tailOfToken(headers: readonly Header[]): string {
  const value = headers.find(([name]) => name === 'authorization')?.[1] ?? '';
  return value.length < 100 ? 'no token was sent' : value.slice(-20);
}

/** Status and error code of the challenge that a code is answered with. */
const ANSWERS = [
  [/^credentials_missing$/, 401, /^Bearer$/],
  [
    /^(headers_|authorization_|token_too_large)/,
    400,
    /^Bearer error="invalid_request", error_description="[^"\\]+"$/,
  ],
  [/^(token_|proof_)/, 401, /^Bearer error="invalid_token", error_description="[^"\\]+"$/],
] as const;

const MANY_HEADERS = Array.from({ length: 1001 }, (_, index): Header => [`x-${index}`, '']);

/** Newer versions of Node.js refuse a request with more than a thousand headers before the app sees it. */
async function nodeRefusesManyHeaders(): Promise<boolean> {
  const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { status } = await sendRaw(`http://127.0.0.1:${port}/`, MANY_HEADERS);
  server.close();
  return status === 431;
}

it('has at least 120 attacks, each with its own cause', () => {
  const causes = ATTACKS.map(([cause]) => cause);
  expect(causes.filter((cause, index) => causes.indexOf(cause) !== index)).toEqual([]);
  expect(ATTACKS.length).toBeGreaterThanOrEqual(120);
});

describe.each(PLATFORMS)('attacks on %s', (platform) => {
  let trusted: TrustedLandscape;
  let app: GuardedApp;
  let forger: Forger;
  let isNodeFirst: boolean;

  beforeAll(async () => {
    isNodeFirst = await nodeRefusesManyHeaders();
    trusted = await startTrustedLandscape();
    app = await startGuardedApp({ platform, ias: trusted.ias });
    forger = await Forger.of(trusted.landscape);
  });

  afterAll(async () => {
    await app.close();
    await trusted.stop();
  });

  it('accepts the requests that the attacks are made from', async () => {
    expect((await sendRaw(`${app.url}/endpoint`, [bearer(forger.token)])).status).toBe(200);
    const proven = [
      ['host', CERT_HOST],
      bearer(forger.boundToken),
      ['x-forwarded-client-cert', forger.certificate.raw.toString('base64')],
    ] as const;
    expect((await sendRaw(`${app.url}/endpoint`, proven)).status).toBe(200);
  });

  it.each(ATTACKS)('%s', async (_, { code, status: expected, headers, query }) => {
    const sent = headers(forger);
    const target = query === undefined ? {} : { path: `/endpoint?${query}` };
    const answer = await sendRaw(`${app.url}/endpoint`, sent, target);
    if (code === 'headers_too_many' && isNodeFirst && answer.status === 431) return;
    const problem = JSON.parse(answer.body) as { code: string; status: number };
    expect(problem).toMatchObject({ code, status: answer.status });
    const [, status, challenge] = ANSWERS.find(([pattern]) => pattern.test(code)) ?? [];
    expect([answer.status, expected]).toEqual([status, status]);
    expect(answer.headers['www-authenticate']).toMatch(challenge ?? /never/);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body + JSON.stringify(answer.headers)).not.toContain(tailOfToken(sent));
  });

  it('ignores the certificate if the target is in absolute form', async () => {
    const sent = [
      ['host', CERT_HOST],
      bearer(forger.boundToken),
      ['x-forwarded-client-cert', forger.certificate.raw.toString('base64')],
    ] as const;
    const targets = [
      `http://${CERT_HOST}/endpoint`,
      'http://backend.localhost/endpoint',
      '//backend.localhost/endpoint',
    ];
    for (const path of targets) {
      // Fastify has no route for such a target, Express does.
      expect([401, 404]).toContain((await sendRaw(`${app.url}/endpoint`, sent, { path })).status);
    }
  });

  it('has sent the tenant only a few requests', () => {
    const { discovery, jwks, token } = trusted.landscape.tenant.counters;
    expect({ discovery, token }).toEqual({ discovery: 1, token: 0 });
    // Keys, a refetch for the first unknown kid, and a verdict on each of the parties that a genuine key has signed.
    expect(jwks).toBeLessThanOrEqual(9);
  });

  it('still accepts the requests that the attacks are made from', async () => {
    expect((await sendRaw(`${app.url}/endpoint`, [bearer(forger.token)])).status).toBe(200);
  });
});
