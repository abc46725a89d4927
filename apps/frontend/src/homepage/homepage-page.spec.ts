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
    expect(page).toContain('SAP Cloud Identity Services (IAS) at https://acme.accounts.ondemand.com');
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

  it('shows the values of each visit, although it renders most parts once', () => {
    const other: HomepageVisit = {
      ...visit({ sub: 'other-sub' }),
      homepage: {
        claims: {
          subject: 'other-subject',
          zone_uuid: 'other-zone',
          issuer: 'other-issuer',
          aud: ['other-aud', 'b'],
          cnf: { 'x5t#S256': 'other-cnf' },
        },
        proof: { cnf: 'other-proof', thumbprint: 'other-thumbprint', matches: false, verified: null },
        token: { source: 'cache', expiresAt: '2030-01-01T00:00:00.000Z' },
      },
      own: { cnf: 'other-own', usesTls: false },
      state: 'contradictory',
    };
    const app: AppDescription = {
      ...APP,
      credentialType: 'X509_PROVIDED',
      certificate: {
        subject: 'CN=other-certificate',
        issuer: 'CN=other-authority',
        serialNumber: '0C',
        thumbprint: 'other-card',
        notAfter: '2031-01-01T00:00:00.000Z',
        daysLeft: 12,
        percentLeft: 34,
      },
      address: 'https://other.example/homepage',
    };
    const calls = ['other-tenant', 'other-router'].map((to) => ({
      from: 'frontend',
      to,
      notes: ['other-note'],
    }));
    const render = () => String(renderHomepage(visit({ sub: 'first-sub' }), APP, []));
    const first = render();
    const page = String(renderHomepage(other, app, calls));
    const found = new Set(page.match(/\bother-[a-z]+/g));
    expect([...found].toSorted()).toEqual(
      'aud authority card certificate cnf issuer note proof router sub subject tenant thumbprint zone'
        .split(' ')
        .map((name) => `other-${name}`),
    );
    expect(page).toMatch(/12 days[^]*34 %[^]*taken from the cache[^]*2030-01-01[^]*https:\/\/other\.example/);
    expect(page).toContain('until <time datetime="2031-01-01T00:00:00.000Z">1 Jan 2031</time>');
    expect(page).not.toContain('The platform generated the private key');
    expect(page).not.toContain('first-sub');
    expect(render()).toBe(first);
  });

  it('shortens the claims that the backend returned', () => {
    const aud = Array.from({ length: 100 }, (_, index) => `audience-${index}-${'x'.repeat(300)}`);
    const visited = visit({});
    const { claims } = visited.homepage;
    const page = String(
      renderHomepage({ ...visited, homepage: { ...visited.homepage, claims: { ...claims, aud } } }, APP, []),
    );
    expect(page).toContain('audience-0-');
    expect(page).not.toContain('audience-2-');
  });
});
