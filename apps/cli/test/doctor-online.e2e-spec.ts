import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:https';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { type Fault, type IdentityCredentials, type Landscape, startLandscape } from '@nest-ias/landscape';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../src/doctor/check.js';
import { diagnose, type Diagnosed, type Expected, expectFault, withStatus } from './diagnose.js';

const HOUR_MS = 3_600_000;

let landscape: Landscape;
let credentials: IdentityCredentials;
let environment: NodeJS.ProcessEnv;
let folder: string;
const servers: Server[] = [];

beforeAll(async () => {
  landscape = await startLandscape();
  environment = { IAS_CA_FILE: await landscape.caFile() };
  folder = await mkdtemp(join(tmpdir(), 'ias-doctor-'));
});
beforeEach(async () => {
  landscape.tenant.reset();
  credentials = await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'doctor' });
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(async () => {
  await landscape.stop();
  await rm(folder, { recursive: true });
});

async function writeBinding(binding: object): Promise<string> {
  const file = join(folder, 'binding.json');
  await writeFile(file, JSON.stringify(binding));
  return file;
}

const doctor = (binding: unknown = credentials, ...options: string[]) =>
  diagnose(binding, options, { environment });
const fault = (what: Fault) => landscape.tenant.faults.add(what);
const tokenRequests = () => landscape.tenant.requests.filter(({ path }) => path === '/oauth2/token').length;

/** Lets the token endpoint answer with this token. */
const answerWith = (token: string) =>
  fault({
    kind: 'malformed',
    endpoint: 'token',
    body: JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 3_600 }),
  });

/** Starts a TLS server with a certificate of the landscape, and returns a binding for it. */
async function tlsServer(
  listener: RequestListener,
  names = ['localhost'],
  withRoot = false,
): Promise<object> {
  const { certificate, key } = await landscape.issueServerCertificate({ dnsNames: names });
  const server = createTlsServer({ cert: certificate + (withRoot ? landscape.ca.pem : ''), key }, listener);
  return bindingFor(await listening(server));
}

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `localhost:${(server.address() as AddressInfo).port}`;
}

const bindingFor = (host: string) => ({ ...credentials, url: `https://${host}`, domains: [host] });

/** A tenant that refuses each token request with this answer. */
const refusingTenant = (status: number, body: object) =>
  tlsServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/oauth2/token') return response.writeHead(status).end(JSON.stringify(body));
    const origin = `https://${request.headers.host}`;
    return response.end(
      JSON.stringify({ issuer: origin, jwks_uri: `${origin}/oauth2/certs`, keys: [{ kid: 'x' }] }),
    );
  });

describe('a healthy binding', () => {
  it('is ok, with one token request', async () => {
    const result = await doctor();
    expect(result.ok).toBe(true);
    expect(withStatus(result, 'skipped')).toEqual(['target']);
    expect(withStatus(result, 'ok')).toEqual(CHECK_IDS.slice(0, -1));
    expect(tokenRequests()).toBe(1);
  });

  it('of a receiver is checked without a token', async () => {
    const result = await doctor(await landscape.issueBinding({ type: 'NONE' }));
    expect(result.ok).toBe(true);
    expect(withStatus(result, 'skipped')).toEqual([
      'certificate',
      'key',
      'validity',
      'chain',
      'token',
      'confirmation',
      'target',
    ]);
    expect(result.checks.keys.status).toBe('ok');
    expect(tokenRequests()).toBe(0);
  });

  it('with a secret has two warnings', async () => {
    const result = await doctor(await landscape.issueBinding({ type: 'SECRET' }));
    expect(result.ok).toBe(true);
    expect(withStatus(result, 'warning')).toEqual(['credentials', 'confirmation']);
    expect(withStatus(result, 'skipped')).toEqual(['certificate', 'key', 'validity', 'chain', 'target']);
  });

  it('may have an incomplete chain that the tenant accepts', async () => {
    const [leaf = ''] = credentials.certificate?.split(/(?<=-----END CERTIFICATE-----\n)/) ?? [];
    const result = await doctor({ ...credentials, certificate: leaf });
    expect(result.ok).toBe(true);
    expect(withStatus(result, 'warning')).toEqual(['chain']);
  });

  it('fetches a token for resources and for a user', async () => {
    const provider = landscape.tenant.addApplication({ providedApis: ['read'] });
    landscape.application.dependOn(provider, { name: 'other', apis: ['read'] });
    const resource = 'urn:sap:identity:application:provider:name:other';
    const { checks } = await doctor(credentials, '--resource', resource);
    expect(checks.token.summary).toContain(provider.clientId);
    expect(checks.keys.status).toBe('ok');
  });
});

describe('the tenant', () => {
  it.each<[string, () => Promise<unknown>, Expected, boolean?]>([
    [
      'with an unknown name',
      async () => bindingFor('tenant.invalid'),
      {
        id: 'tenant',
        cause: /No such host|name server/,
        remedy: /nslookup|name server/,
        code: 'token_endpoint_unreachable',
      },
    ],
    [
      'that refuses connections',
      async () => bindingFor('localhost:1'),
      {
        id: 'tenant',
        cause: /Nothing listens there/,
        remedy: /landscape/,
        code: 'token_endpoint_unreachable',
      },
    ],
    [
      'that does not answer',
      async () => bindingFor(await listening(createTcpServer())),
      { id: 'tenant', cause: /firewall drops/, remedy: /Allow outgoing/, code: 'token_endpoint_timeout' },
    ],
    [
      'that speaks no TLS',
      async () =>
        bindingFor(await listening(createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad\r\n\r\n')))),
      {
        id: 'tenant',
        cause: /does not speak TLS/,
        remedy: /Check host and port/,
        code: 'token_endpoint_unreachable',
      },
    ],
    [
      'whose TLS a proxy intercepts',
      () => tlsServer(() => {}, ['localhost'], true),
      {
        id: 'tenant',
        cause: /proxy probably intercepts TLS/,
        remedy: /Exempt localhost/,
        code: 'token_endpoint_untrusted',
      },
      false,
    ],
    [
      'of an unknown authority',
      () => tlsServer(() => {}),
      {
        id: 'tenant',
        cause: /authority that this process does not trust/,
        remedy: /IAS_CA_FILE/,
        code: 'token_endpoint_untrusted',
      },
      false,
    ],
    [
      'with an expired certificate',
      async () => {
        fault({ kind: 'expired-certificate', endpoint: 'connection' });
        return credentials;
      },
      { id: 'tenant', cause: /It expired on/, remedy: /date -u/, code: 'token_endpoint_untrusted' },
    ],
    [
      'with the certificate of a foreign server',
      () => tlsServer(() => {}, ['other.localhost']),
      {
        id: 'tenant',
        cause: /certificate for other names \(DNS:other\.localhost/,
        remedy: /Correct "url"/,
        code: 'token_endpoint_untrusted',
      },
    ],
  ])('%s is named', async (_, binding, expected, trusts = true) => {
    const result = await diagnose(await binding(), [], { environment: trusts ? environment : {} });
    expectFault(result, expected);
    expect(withStatus(result, 'skipped')).toEqual(CHECK_IDS.slice(9));
  });

  it('that answers with a page is not a tenant', async () => {
    const page = await tlsServer((_, response) =>
      response.setHeader('content-type', 'text/html').end('<html></html>'),
    );
    expectFault(await doctor(page), {
      id: 'discovery',
      cause: /not a tenant of IAS: it leads to an application/,
      remedy: /https:\/\/<tenant>/,
      code: 'keys_unavailable',
    });
  });

  it.each([
    [HOUR_MS, /1 hour ahead of/],
    [-HOUR_MS, /1 hour behind/],
  ])('with a clock that differs by %i ms is named', async (difference, summary) => {
    const result = await diagnose(credentials, [], { environment, now: Date.now() + difference * 1.2 });
    expectFault(result, {
      id: 'clock',
      status: 'warning',
      cause: /token_not_yet_valid/,
      remedy: /timedatectl/,
    });
    expect(result.checks.clock.summary).toMatch(summary);
  });
});

describe('the token request', () => {
  it.each<[string, () => Promise<unknown>, Expected, ...string[]]>([
    [
      'an unknown client',
      async () => ({ ...credentials, clientid: 'unknown' }),
      {
        id: 'token',
        cause: /does not know the client id.*service key is stale/,
        remedy: /cf create-service-key/,
        code: 'client_rejected',
      },
    ],
    [
      'an unknown certificate',
      async () => {
        const { certificate, key } = await landscape.issueCertificate({ commonName: 'unknown' });
        return { ...credentials, certificate, key };
      },
      {
        id: 'token',
        cause: /unknown to the tenant or was revoked/,
        remedy: /cf create-service-key/,
        code: 'client_rejected',
      },
    ],
    [
      'a revoked certificate',
      async () => {
        landscape.tenant.revokeCertificate(credentials.certificate ?? '');
        return credentials;
      },
      {
        id: 'token',
        cause: /was revoked: the binding was deleted or rotated/,
        remedy: /X509_GENERATED/,
        code: 'client_rejected',
      },
    ],
    [
      'a wrong secret',
      async () => ({
        ...(await landscape.issueBinding({ type: 'SECRET' })),
        clientsecret: 'not-the-secret-of-it',
      }),
      { id: 'token', cause: /client secret is wrong/, remedy: /X509_GENERATED/, code: 'client_rejected' },
    ],
    [
      'a locked client',
      () => refusingTenant(401, { error: 'invalid_client', error_description: 'Client is locked' }),
      {
        id: 'token',
        cause: /locks a client id for 60 minutes/,
        remedy: /Unlock the client id/,
        code: 'client_rejected',
      },
    ],
    [
      'too many requests',
      async () => {
        fault({ kind: 'throttle', endpoint: 'token', retryAfter: 120 });
        return credentials;
      },
      { id: 'token', cause: /1000 per minute/, remedy: /Wait 2 minutes/, code: 'token_endpoint_overloaded' },
    ],
    [
      'a missing app_tid',
      () => refusingTenant(400, { error: 'invalid_request', error_description: 'app_tid is required' }),
      {
        id: 'token',
        cause: /needs the tenant of the subscriber/,
        remedy: /--app-tid/,
        code: 'token_request_rejected',
      },
    ],
    [
      'a tenant that did not subscribe',
      async () => credentials,
      {
        id: 'token',
        cause: /does not serve the tenant "stranger"/,
        remedy: /app_tid/,
        code: 'token_request_rejected',
      },
      '--app-tid',
      'stranger',
    ],
    [
      'an unknown dependency',
      async () => credentials,
      {
        id: 'token',
        cause: /no dependency for "urn:.*:unknown".*:apptid:/,
        remedy: /administration console/,
        code: 'token_request_rejected',
      },
      '--resource',
      'urn:sap:identity:application:provider:name:unknown',
    ],
    [
      'a grant type that is not allowed',
      () => refusingTenant(400, { error: 'unauthorized_client' }),
      {
        id: 'token',
        cause: /jwt-bearer is not among/,
        remedy: /grant-types/,
        code: 'token_request_rejected',
      },
    ],
    [
      'a page instead of a token',
      async () => {
        fault({ kind: 'malformed', endpoint: 'token', body: '<html>log on</html>' });
        return credentials;
      },
      { id: 'token', cause: /HTML page/, remedy: /Correct "url"/, code: 'token_response_malformed' },
    ],
    [
      'a redirect',
      async () => {
        fault({ kind: 'redirect', endpoint: 'token', location: 'https://localhost:1/' });
        return credentials;
      },
      {
        id: 'token',
        cause: /never sent along a redirect/,
        remedy: /check "url"/,
        code: 'token_endpoint_redirected',
      },
    ],
    [
      'an outage',
      async () => {
        fault({ kind: 'status', endpoint: 'token', status: 503 });
        return credentials;
      },
      { id: 'token', cause: /503/, remedy: /try again later/, code: 'token_endpoint_unavailable' },
    ],
    [
      'a broken connection',
      async () => {
        fault({ kind: 'reset', endpoint: 'token' });
        return credentials;
      },
      {
        id: 'token',
        cause: /no connection \(ECONNRESET\)/,
        remedy: /network/,
        code: 'token_endpoint_unreachable',
      },
    ],
  ])('names %s', async (_, binding, expected, ...options) => {
    const result = await doctor(await binding(), ...options);
    expectFault(result, expected);
    expect(tokenRequests()).toBeLessThanOrEqual(1);
    expect(withStatus(result, 'skipped').slice(-3)).toEqual(['confirmation', 'keys', 'target']);
  });

  it('names an incomplete chain that the tenant rejects', async () => {
    const [leaf = ''] = credentials.certificate?.split(/(?<=-----END CERTIFICATE-----\n)/) ?? [];
    landscape.tenant.revokeCertificate(leaf);
    const result = await doctor({ ...credentials, certificate: leaf });
    expectFault(result, { id: 'chain', cause: /rejects the certificate/, remedy: /X509_GENERATED/ });
    expectFault(result, {
      id: 'token',
      cause: /intermediate certificate is missing/,
      remedy: /X509_GENERATED/,
    });
  });

  it('names an opaque token for a user, and a token of a user that was rejected', async () => {
    const user = await landscape.tenant.issueToken({ user: { id: 'u' } });
    const exchanging = (input: string) =>
      diagnose(undefined, ['--from', file, '--on-behalf-of', '-'], { environment, input });
    const file = await writeBinding(credentials);
    const expired = await landscape.tenant.issueToken({ user: { id: 'u' }, claims: { exp: 1_000, iat: 1 } });
    expectFault(await exchanging(expired), {
      id: 'token',
      cause: /token of the user/,
      remedy: /log on again/,
      code: 'assertion_rejected',
    });
    landscape.tenant.reset();
    answerWith('opaque-token-of-a-user');
    expectFault(await exchanging(user), {
      id: 'token',
      cause: /token_format=jwt/,
      remedy: /token_format=jwt/,
      code: 'token_malformed',
    });
  });
});

describe('the token', () => {
  const withToken = async (token: Promise<string>): Promise<Diagnosed> => {
    answerWith(await token);
    return doctor();
  };
  const mint = (claims: object = {}) =>
    landscape.tenant.issueToken({ certificate: credentials.certificate ?? '', claims: { ...claims } });

  it('without cnf is named', async () => {
    expectFault(await withToken(landscape.tenant.issueToken()), {
      id: 'confirmation',
      status: 'warning',
      cause: /without cnf although the app presented its certificate/,
      remedy: /proxy ends TLS/,
    });
  });

  it('bound to another certificate is named', async () => {
    const { certificate } = await landscape.issueCertificate({ commonName: 'proxy' });
    expectFault(await withToken(landscape.tenant.issueToken({ certificate })), {
      id: 'confirmation',
      cause: /presents its own certificate/,
      remedy: /Exempt localhost/,
      code: 'token_not_bound',
    });
  });

  it('of a custom domain without ias_iss is named', async () => {
    expectFault(await withToken(mint({ iss: 'https://id.example.com' })), {
      id: 'keys',
      cause: /custom domain/,
      remedy: /IAS_TRUSTED_ISSUERS=https:\/\/id\.example\.com/,
      code: 'token_issuer_untrusted',
    });
  });

  it('with a hostile issuer gets a quoted remedy', async () => {
    const { checks } = await withToken(mint({ iss: 'https://$(id).example.com' }));
    expect(checks.keys.remedy).toContain("IAS_TRUSTED_ISSUERS='https://$(id).example.com'");
  });

  it('with an issuer without https, or of a custom domain with ias_iss, is ok', async () => {
    const { host, origin } = new URL(landscape.tenant.url);
    expect((await withToken(mint({ iss: host }))).checks.keys.status).toBe('ok');
    landscape.tenant.reset();
    const custom = mint({ iss: 'https://id.example.com', ias_iss: origin });
    expect((await withToken(custom)).checks.keys.status).toBe('ok');
  });

  it('that the tenant refuses is named', async () => {
    expectFault(await withToken(mint({ azp: 'stranger' })), {
      id: 'keys',
      cause: /x-azp is not known/,
      remedy: /dependencies/,
      code: 'token_refused_by_tenant',
    });
  });

  it('signed with a key that is not published, or with another key, is named', async () => {
    const token = await landscape.tenant.issueToken({ header: { kid: 'withdrawn' } });
    expectFault(await withToken(Promise.resolve(token)), {
      id: 'keys',
      cause: /"withdrawn"/,
      remedy: /Try again/,
      code: 'token_key_unknown',
    });
    landscape.tenant.reset();
    const [header, , signature] = (await mint()).split('.');
    const [, payload] = (await mint({ extra: 1 })).split('.');
    expectFault(await withToken(Promise.resolve([header, payload, signature].join('.'))), {
      id: 'keys',
      cause: /did not sign/,
      remedy: /proxy/,
      code: 'token_signature_invalid',
    });
  });

  it.each<[string, Fault]>([
    ['an outage', { kind: 'status', endpoint: 'jwks', status: 500 }],
    ['a broken connection', { kind: 'reset', endpoint: 'jwks' }],
    ['an answer without keys', { kind: 'malformed', endpoint: 'jwks', body: '{"keys":[]}' }],
  ])('whose keys cannot be fetched because of %s is named', async (_, what) => {
    fault(what);
    expectFault(await doctor(), {
      id: 'keys',
      cause: /503 keys_unavailable/,
      remedy: /connection/,
      code: 'keys_unavailable',
    });
  });
});
