import { AccessToken } from 'nest-ias';
import { describe, expect, it } from 'vitest';
import type { AppDescription } from './app-description.js';
import { renderHomepage } from './homepage-page.js';
import type { HomepageVisit } from './homepage.service.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function visit(payload: object): HomepageVisit {
  const value = `${encode({ alg: 'RS256' })}.${encode(payload)}.AAAA`;
  const token = new AccessToken({
    value,
    obtainedAt: NOW,
    receivedAt: NOW,
    expiresAt: NOW + 60_000,
    agent: undefined as never,
  });
  return {
    homepage: {
      claims: { issuer: 'i', aud: 'a' },
      proof: { cnf: 't', thumbprint: 't', matches: true, verified: 'verified' },
      token: { source: 'ias', expiresAt: new Date(NOW + 60_000).toISOString() },
    },
    token,
    backendStatus: 200,
    backendDuration: 1,
    own: { cnf: 't', usesTls: true },
    state: 'proven',
  };
}

const APP: AppDescription = {
  now: NOW,
  credentialType: 'X509_GENERATED',
  tenant: 'https://acme.accounts.ondemand.com',
  isLocalTenant: false,
  certificate: undefined,
  address: 'https://frontend.example/homepage',
};

describe('renderHomepage', () => {
  it('names a real tenant as SAP Cloud Identity Services', () => {
    const page = String(renderHomepage(visit({}), APP, []));
    expect(page).toContain('SAP Cloud Identity Services (https://acme.accounts.ondemand.com)');
    expect(page).not.toMatch(/simulates|localhost/);
  });

  it('shows hostile claims as text, and no token inside a claim', () => {
    const inner = `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ sub: 'x' })}.sig`;
    const page = String(
      renderHomepage(
        visit({
          '<b>': '<script>alert(1)</script>',
          act: { token: inner },
          [inner]: 1,
          jwe: `${encode({ alg: 'dir', enc: 'A256GCM' })}..aXY.Y2lwaGVydGV4dA.dGFn`,
          constructor: 1,
          exp: 1e300,
          long: 'x'.repeat(9_999),
        }),
        APP,
        [],
      ),
    );
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('(a token, not shown)');
    expect(page).not.toMatch(/<b>|eyJ|function Object|x{501}/);
  });
});
