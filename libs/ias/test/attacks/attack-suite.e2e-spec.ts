import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORMS, startGuardedApp } from '../guarded-app.js';
import type { GuardedApp } from '../guarded-app.js';
import { sendRaw } from '../raw-request.js';
import { startTrustedLandscape } from '../trusting-landscape.js';
import type { TrustedLandscape } from '../trusting-landscape.js';
import { AUTHORIZATION_ATTACKS } from './authorization.attacks.js';
import { CLAIMS_ATTACKS } from './claims.attacks.js';
import { bearer, CERT_HOST, Forger } from './forger.js';
import type { Header } from './forger.js';
import { POSSESSION_ATTACKS } from './possession.attacks.js';
import { SIGNATURE_ATTACKS } from './signature.attacks.js';
import { TOKEN_HEADER_ATTACKS } from './token-header.attacks.js';
import { TOKEN_SHAPE_ATTACKS } from './token-shape.attacks.js';

const ATTACKS = [
  ...AUTHORIZATION_ATTACKS,
  ...TOKEN_SHAPE_ATTACKS,
  ...TOKEN_HEADER_ATTACKS,
  ...CLAIMS_ATTACKS,
  ...SIGNATURE_ATTACKS,
  ...POSSESSION_ATTACKS,
].map((attack) => [attack.cause, attack] as const);

/** The end of the token; a text that no answer contains where none was sent. */
function tailOfToken(headers: readonly Header[]): string {
  const value = headers.find(([name]) => name === 'authorization')?.[1] ?? '';
  return value.length < 100 ? 'no token was sent' : value.slice(-20);
}

/** Status and error code of the challenge that a code is answered with. */
const ANSWERS = [
  [/^credentials_missing$/, 401, /^Bearer$/],
  [/^(authorization_|token_too_large)/, 400, /^Bearer error="invalid_request", error_description="[^"\\]+"$/],
  [/^(token_|proof_)/, 401, /^Bearer error="invalid_token", error_description="[^"\\]+"$/],
] as const;

it('knows at least 120 attacks, each of a cause of its own', () => {
  const causes = ATTACKS.map(([cause]) => cause);
  expect(causes.filter((cause, index) => causes.indexOf(cause) !== index)).toEqual([]);
  expect(ATTACKS.length).toBeGreaterThanOrEqual(120);
});

describe.each(PLATFORMS)('attacks on %s', (platform) => {
  let trusted: TrustedLandscape;
  let app: GuardedApp;
  let forger: Forger;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
    app = await startGuardedApp({ platform, ias: trusted.ias });
    forger = await Forger.of(trusted.landscape);
  });

  afterAll(async () => {
    await app.close();
    await trusted.stop();
  });

  it('lets in what the attacks are made from', async () => {
    expect((await sendRaw(`${app.url}/endpoint`, [bearer(forger.token)])).status).toBe(200);
    const proven = [
      ['host', CERT_HOST],
      bearer(forger.boundToken),
      ['x-forwarded-client-cert', forger.certificate.raw.toString('base64')],
    ] as const;
    expect((await sendRaw(`${app.url}/endpoint`, proven)).status).toBe(200);
  });

  it.each(ATTACKS)('%s', async (_, { code, headers, target }) => {
    const sent = headers(forger);
    const path = target === undefined ? {} : { path: target };
    const answer = await sendRaw(`${app.url}/endpoint`, sent, path);
    const problem = JSON.parse(answer.body) as { code: string; status: number };
    expect(problem).toMatchObject({ code, status: answer.status });
    const [, status, challenge] = ANSWERS.find(([pattern]) => pattern.test(code)) ?? [];
    expect(answer.status).toBe(status);
    expect(answer.headers['www-authenticate']).toMatch(challenge ?? /never/);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body + JSON.stringify(answer.headers)).not.toContain(tailOfToken(sent));
  });

  it('does not believe a certificate behind a target in absolute form', async () => {
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

  it('has asked the tenant a handful of questions for all of that', () => {
    const { discovery, jwks, token } = trusted.landscape.tenant.counters;
    expect({ discovery, token }).toEqual({ discovery: 1, token: 0 });
    // Keys, a refetch for the first unknown kid, and a verdict on each of the parties that a genuine key has signed.
    expect(jwks).toBeLessThanOrEqual(9);
  });

  it('still lets in what the attacks are made from', async () => {
    expect((await sendRaw(`${app.url}/endpoint`, [bearer(forger.token)])).status).toBe(200);
  });
});
