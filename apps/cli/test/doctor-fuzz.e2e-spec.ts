import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type IdentityCredentials, type Landscape, startLandscape } from '@nest-ias/landscape';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { diagnose, expectFault } from './diagnose.js';

/** What can stand where something else should. */
const HOSTILE: readonly (readonly [what: string, value: unknown])[] = [
  ['null', null],
  ['a number', 5],
  ['a list', [null, {}, []]],
  ['an object', { toString: 5, length: -1, a: { b: null } }],
  ['an empty text', ''],
  ['spaces', '  '],
  ['a huge text', 'A'.repeat(300_000)],
  ['control characters', '\u{1b}[2J\u{0}\r\n\u{202e}$(id)`id`\u{d800}'],
];

let landscape: Landscape;
let generated: IdentityCredentials;
let secret: IdentityCredentials;
let environment: NodeJS.ProcessEnv;
/** Answers as its test says. */
let tenant: Server;
let listener: RequestListener;
let tokenRequests = 0;
let origin: string;

beforeAll(async () => {
  landscape = await startLandscape();
  generated = await landscape.issueBinding({ type: 'X509_GENERATED' });
  secret = await landscape.issueBinding({ type: 'SECRET' });
  environment = { IAS_CA_FILE: await landscape.caFile() };
  const { certificate, key } = await landscape.issueServerCertificate({ dnsNames: ['localhost'] });
  tenant = createServer({ cert: certificate, key }, (request, response) => {
    if (request.url === '/oauth2/token') tokenRequests += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => tenant.listen(0, '127.0.0.1', resolve));
  origin = `https://localhost:${(tenant.address() as AddressInfo).port}`;
});
beforeEach(() => {
  landscape.tenant.reset();
});
afterAll(async () => {
  tenant.close();
  await landscape.stop();
});

/** The properties that the apps read. */
const PROPERTIES =
  'clientid url domains credential-type certificate key clientsecret app_tid zone_uuid certurl'.split(' ');

describe('whatever a binding contains, the doctor prints its whole report', () => {
  it.each(HOSTILE)('with %s as a property', async (_, value) => {
    for (const property of PROPERTIES) {
      for (const [binding, ...options] of [
        [generated],
        [secret],
        [{ ...generated, 'credential-type': 'X509_PROVIDED' }, '--offline'],
        [generated, '--offline', '--role', 'receiver'],
      ] as const)
        await expectWholeReport({ ...binding, [property]: value }, ...options);
    }
  });

  it.each(HOSTILE)('with %s in its envelope', async (_, value) => {
    const credentials = generated;
    const identity = [{ name: 'x', credentials }];
    const metadata = { name: 'x' };
    const stringData = { ...credentials, domains: JSON.stringify(credentials.domains), label: 'identity' };
    const secretResource = { apiVersion: 'v1', kind: 'Secret', metadata, stringData };
    const policy = (spec: unknown) => ({
      apiVersion: 'v1',
      kind: 'List',
      items: [secretResource, { kind: 'ServiceBinding', metadata, spec }, value],
    });
    const documents = [
      value,
      { credentials: value },
      { label: value, name: value, instance_name: value, credentials },
      { entity: value },
      { VCAP_SERVICES: value },
      { VCAP_SERVICES: { identity: value } },
      { VCAP_SERVICES: { identity: [value] } },
      { VCAP_SERVICES: { identity: [{ name: value, label: value, credentials }] } },
      { VCAP_SERVICES: { identity: [{ name: 'x', credentials: value }] } },
      { VCAP_SERVICES: { identity }, VCAP_APPLICATION: value },
      { VCAP_SERVICES: { identity }, VCAP_APPLICATION: { application_name: value } },
      { system_env_json: value, application_env_json: value },
      ...['data', 'stringData', 'items', 'metadata', 'kind'].map((member) =>
        Object.assign({}, secretResource, { [member]: value }),
      ),
      ...['instance_name', 'label', 'type', 'clientid', 'certificate', 'key'].map((member) =>
        Object.assign({}, secretResource, { stringData: { ...stringData, [member]: value } }),
      ),
      policy(value),
      policy({ credentialsRotationPolicy: value }),
      policy({ credentialsRotationPolicy: { enabled: true, rotationFrequency: value } }),
    ];
    for (const document of documents) await expectWholeReport(JSON.stringify(document), '--offline');
  });
});

/** Besides what holds for each run: no check fails by itself, and at most one token request is sent. */
async function expectWholeReport(binding: unknown, ...options: readonly string[]): Promise<void> {
  tokenRequests = 0;
  const { checks } = await diagnose(binding, options, { environment });
  for (const { summary } of Object.values(checks)) expect(summary).not.toContain('This check failed');
  expect(tokenRequests).toBeLessThanOrEqual(1);
}

/** What the tenant answers; what a test does not give is valid. */
interface Answers {
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly discovery?: unknown;
  readonly token?: unknown;
  readonly header?: object;
  readonly claims?: object;
  readonly keys?: unknown;
  readonly target?: unknown;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function jwt({ header, claims }: Answers): string {
  const now = Math.floor(Date.now() / 1_000);
  const valid = { iss: origin, aud: 'a', azp: 'a', exp: now + 3_600, iat: now };
  return `${encode({ alg: 'RS256', kid: 'x', ...header })}.${encode({ ...valid, ...claims })}.AQAB`;
}

function answering(answers: Answers): RequestListener {
  const send = (response: ServerResponse, status: number, body: unknown) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...answers.headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  const given = (member: keyof Answers, valid: unknown) => (member in answers ? answers[member] : valid);
  return ({ url }, response) => {
    if (url === '/.well-known/openid-configuration') {
      const valid = { issuer: origin, jwks_uri: `${origin}/oauth2/certs` };
      return send(response, 200, given('discovery', valid));
    }
    if (url === '/oauth2/token') {
      const valid = { access_token: jwt(answers), token_type: 'Bearer', expires_in: 3_600 };
      return send(response, answers.status ?? 200, given('token', valid));
    }
    if (url === '/oauth2/certs')
      return send(response, 200, given('keys', { keys: [{ kid: 'x', kty: 'RSA', n: 'AQAB', e: 'AQAB' }] }));
    return send(response, answers.status ?? 200, given('target', {}));
  };
}

const expectWholeReportOn = (answers: Answers) => {
  listener = answering(answers);
  return expectWholeReport(ofTenant(), '--target', `${origin}/app`);
};
const ofTenant = () => ({ ...secret, url: origin, domains: [new URL(origin).host] });

describe('a check that fails by itself', () => {
  it('is reported as a defect, with all others', async () => {
    const now = () => {
      throw new TypeError('a defect');
    };
    const { checks } = await diagnose(generated, ['--offline'], { environment, now });
    expectFault(
      { checks, ok: false, exitCode: 2 },
      {
        id: 'validity',
        cause: /a bug in the command/,
        remedy: /Report the bug/,
      },
    );
    expect(checks.validity.summary).toBe('This check failed (TypeError)');
    expect(checks.chain.status).toBe('ok');
  });
});

describe('whatever a tenant answers, the doctor prints its whole report', () => {
  it.each(HOSTILE)('%s', async (_, value) => {
    const configuration = { issuer: origin, jwks_uri: `${origin}/oauth2/certs` };
    const token = { access_token: 'a.b.c', token_type: 'Bearer', expires_in: 3_600 };
    const key = { kid: 'x', kty: 'RSA', n: 'AQAB', e: 'AQAB' };
    const each = (names: string, wrap: (member: object) => Answers) =>
      names.split(' ').map((name) => wrap({ [name]: value }));
    const answers: Answers[] = [
      { discovery: value },
      { token: value },
      { keys: value },
      { keys: { keys: value } },
      { keys: { keys: [value] } },
      { status: 403, target: value },
      ...each('issuer jwks_uri', (member) => ({ discovery: { ...configuration, ...member } })),
      ...each('access_token token_type expires_in', (member) => ({ token: { ...token, ...member } })),
      ...each('alg kid', (header) => ({ header })),
      ...each('iss ias_iss aud azp cnf exp iat app_tid', (claims) => ({ claims })),
      ...each('x5t#S256', (cnf) => ({ claims: { cnf, aud: [value] } })),
      ...each('kid kty n', (member) => ({ keys: { keys: [{ ...key, ...member }] } })),
      ...each('error error_description', (member) => ({
        status: 400,
        token: { error: 'invalid_request', ...member },
      })),
      ...each('code', (target) => ({ status: 401, target })),
    ];
    for (const each of answers) await expectWholeReportOn(each);
  });

  it.each([204, 206, 304, 307, 405, 418, 429, 451, 599, 999])('with status %i', (status) =>
    expectWholeReportOn({ status, token: {}, target: { code: {} } }),
  );

  it.each([
    ['date', 'yesterday'],
    ['retry-after', '-1e999'],
    ['content-type', 'text/html; charset=\u{80}'],
    ['location', '//[::'],
    ['content-encoding', 'gzip'],
  ])('with the header %s: %s', (name, value) =>
    expectWholeReportOn({ headers: { [name]: value }, status: 401, token: {}, target: {} }),
  );

  it.each([
    ['deep', '['.repeat(100_000)],
    ['with a byte order mark', '\u{feff}{}'],
    ['large', 'x'.repeat(2_000_000)],
    ['that would change a prototype', '{"__proto__":{"keys":[1]},"jwks_uri":"https://localhost"}'],
    ['of another kind', '<html>'],
  ])('with a body %s', async (_, body) => {
    for (const member of ['discovery', 'token', 'keys']) await expectWholeReportOn({ [member]: body });
  });

  it('that it does not end, or that it ends early', async () => {
    for (const path of ['/.well-known/openid-configuration', '/oauth2/token', '/oauth2/certs']) {
      const valid = answering({});
      listener = (request, response) => {
        if (request.url !== path) return valid(request, response);
        response.writeHead(200, { 'content-length': 100 }).write('{');
        return response.destroy();
      };
      await expectWholeReport(ofTenant());
    }
  });
});
