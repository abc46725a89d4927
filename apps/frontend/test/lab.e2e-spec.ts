import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { IdentityCredentials } from '@nest-ias/landscape';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IasTokenProvider } from 'nest-ias';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppModule as BackendModule } from '../../backend/src/app.module.js';
import { BACKEND_CERT_HOST, InProcessApps, urlOf } from '../../../test/helper/in-process-apps.js';
import { SecretScanner } from '../../../test/helper/secret-scanner.js';
import { AppModule } from '../src/app.module.js';

const ACTIONS = [
  'replay-without-certificate',
  'replay-with-other-certificate',
  'replay-with-forged-header',
  'fresh-token',
  'rotate-certificate',
  'revoke-certificate',
  'ias-down',
  'ias-up',
  'reset',
];
const REPLAYS = ACTIONS.slice(0, 3);

let scenario: InProcessApps;
let folder: string;
let backendUrl: string;
let openBackendUrl: string;
let app: NestFastifyApplication;
let url: string;

beforeAll(async () => {
  scenario = await InProcessApps.start();
  folder = mkdtempSync(join(tmpdir(), 'nest-ias-lab-'));
  const { landscape } = scenario;
  const none = await landscape.issueBinding({ type: 'NONE' });
  const backend = await scenario.startApp(BackendModule, none);
  const open = await scenario.startApp(BackendModule, none, { IAS_PROOF_OF_POSSESSION: 'off' });
  backendUrl = landscape.router.map(BACKEND_CERT_HOST, urlOf(backend));
  openBackendUrl = landscape.router.map('open.cert.localhost', urlOf(open));
  writeFileSync(join(folder, 'admin-token'), `${landscape.admin.token}\n`, { mode: 0o600 });
  app = await startFrontend('frontend', backendUrl);
  url = urlOf(app);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await scenario.stop();
  rmSync(folder, { recursive: true });
});

const bindingFile = (name: string) => join(folder, `${name}.json`);

/** Lets xsenv find the binding in the file again: `startApp` restores the environment. */
function watch(name: string): void {
  vi.stubEnv('VCAP_SERVICES', '');
  vi.stubEnv('VCAP_SERVICES_FILE_PATH', bindingFile(name));
}

/** Starts a frontend whose binding is in a file, as the landscape starts it. */
async function startFrontend(
  name: string,
  backend: string,
  type: 'X509_GENERATED' | 'SECRET' = 'X509_GENERATED',
): Promise<NestFastifyApplication> {
  const { landscape } = scenario;
  const file = bindingFile(name);
  const publish = async (credentials: IdentityCredentials): Promise<void> => {
    writeFileSync(`${file}.new`, JSON.stringify(landscape.vcapServices(credentials)), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const credentials = await landscape.addBinding(name, { type }, { publish });
  const started = await scenario.startApp(AppModule, credentials, {
    BACKEND_URL: backend,
    VCAP_SERVICES: '',
    VCAP_SERVICES_FILE_PATH: file,
    LANDSCAPE_ADMIN_URL: landscape.admin.url,
    LANDSCAPE_ADMIN_TOKEN_FILE: join(folder, 'admin-token'),
  });
  watch(name);
  return started;
}

const act = (action: string, at = url) => request(at).post(`/lab/${action}`).set('accept', 'text/html');
const actAsJson = (action: string, at = url) =>
  request(at).post(`/lab/${action}`).set('accept', 'application/json');
const homepage = (at = url) => request(at).get('/homepage').set('accept', 'application/json');
const thumbprint = async () => (await homepage()).body.proof.thumbprint as string;

describe('a replay', () => {
  it.each([
    ['replay-without-certificate', 'proof_missing'],
    ['replay-with-other-certificate', 'proof_mismatch'],
    ['replay-with-forged-header', 'proof_missing'],
  ])('%s gets the genuine answer of the backend: %s', async (action, code) => {
    const json = await actAsJson(action);
    expect(json.status).toBe(200);
    expect(json.body).toEqual({
      action,
      sent: expect.stringContaining('GET /endpoint'),
      answer: { status: 401, challenge: expect.stringContaining('error="invalid_token"'), code },
      why: expect.stringContaining('bound to our certificate'),
    });
    const page = await act(action);
    expect(page.status).toBe(200);
    const link = `/reference/errors.md#${code}">${code}</a>`;
    for (const text of ['The backend rejected the stolen token.', link, '401', 'action="/lab/reset"']) {
      expect(page.text).toContain(text);
    }
  });

  it.each(REPLAYS)('%s gets in if the proof is off, and the page says so', async (action) => {
    const open = urlOf(await startFrontend(`open-${action}`, openBackendUrl));
    const page = await act(action, open);
    expect(page.status).toBe(200);
    expect(page.text).toContain('The thief got in.');
    expect(page.text).toContain('IAS_PROOF_OF_POSSESSION=off');
    expect(page.text).not.toContain('rejected the stolen token');
    expect((await actAsJson(action, open)).body.answer).toEqual({ status: 200, challenge: null, code: null });
  });

  it('gets in with a token that is not bound, because the binding has a secret', async () => {
    const secret = urlOf(await startFrontend('with-secret', backendUrl, 'SECRET'));
    for (const action of REPLAYS) {
      const { body } = await actAsJson(action, secret);
      expect([body.answer.status, body.why]).toEqual([200, expect.stringContaining('the token has no cnf')]);
    }
    const revoked = await actAsJson('revoke-certificate', secret);
    expect([revoked.status, revoked.body.why]).toEqual([502, expect.stringContaining('client secret')]);
    expect(revoked.body.sent).toBe('nothing');
    const forged = await actAsJson('replay-with-forged-header', secret);
    expect(forged.body.sent).toContain('with a certificate in a forged');
    const fresh = await actAsJson('fresh-token', secret);
    expect(fresh.body.sent).toBe('POST /oauth2/token to the tenant, with our client secret');
    expect((await actAsJson('reset', secret)).status).toBe(200);
    expect((await homepage(secret)).status).toBe(200);
  });
});

describe('an action', () => {
  beforeEach(async () => {
    watch('frontend');
    await actAsJson('reset').expect(200);
  });

  it('fresh-token puts a new token into use', async () => {
    const tokens = app.get(IasTokenProvider, { strict: false });
    const before = await tokens.getToken();
    const { status, headers } = await act('fresh-token');
    expect([status, headers['location']]).toEqual([303, '/homepage']);
    expect(await tokens.getToken()).not.toBe(before);
    expect(await actAsJson('fresh-token').then(({ body }) => body)).toEqual({
      action: 'fresh-token',
      sent: expect.stringContaining('/oauth2/token'),
      answer: { status: 200, challenge: null, code: null },
      why: expect.stringContaining('new token'),
    });
  });

  it('fresh-token leaves the token in use if it fails, and ias-up fixes it', async () => {
    await homepage().expect(200);
    const tokens = app.get(IasTokenProvider, { strict: false });
    const before = await tokens.getToken();
    expect((await act('ias-down')).headers['location']).toBe('/homepage');
    const failed = await act('fresh-token');
    expect(failed.status).toBe(503);
    for (const text of ['token_endpoint_unreachable', '/lab/ias-up', '/lab/reset', 'form-action']) {
      expect(failed.text + failed.headers['content-security-policy']).toContain(text);
    }
    expect(await tokens.getToken()).toBe(before);
    await homepage().expect(200);
    expect((await act('ias-up')).status).toBe(303);
    expect((await act('fresh-token')).status).toBe(303);
  });

  it('rotate-certificate puts a new certificate into use before it answers', async () => {
    const before = await thumbprint();
    expect((await act('rotate-certificate')).status).toBe(303);
    const { proof } = (await homepage()).body;
    expect(proof.thumbprint).not.toBe(before);
    expect(proof).toMatchObject({ matches: true, verified: 'verified' });
  });

  it('revoke-certificate makes the tenant reject us; reset brings a new certificate and no cool-down', async () => {
    const revoked = await thumbprint();
    expect((await act('revoke-certificate')).status).toBe(303);
    expect((await homepage()).status).toBe(200);
    const first = await actAsJson('fresh-token');
    expect([first.status, first.body]).toEqual([
      502,
      {
        action: 'fresh-token',
        sent: 'POST /oauth2/token to the tenant, with our certificate',
        answer: { status: 401, challenge: null, code: 'client_rejected' },
        why: expect.any(String),
      },
    ]);
    const { body } = await actAsJson('fresh-token');
    expect([body.answer.code, body.sent]).toEqual(['client_cooling_down', 'nothing']);
    const paused = await act('fresh-token');
    expect([paused.status, paused.text]).toEqual([503, expect.stringContaining('Sent: nothing.')]);
    expect((await act('reset')).status).toBe(303);
    expect(await thumbprint()).not.toBe(revoked);
    expect((await act('fresh-token')).status).toBe(303);
  });

  it('reset closes an open circuit', async () => {
    await act('ias-down');
    for (let attempt = 0; attempt < 3; attempt += 1) {
      // the third opens the circuit, but it sends requests before
      const { body } = await actAsJson('fresh-token');
      expect(body.sent).toContain('POST /oauth2/token');
    }
    const { body } = await actAsJson('fresh-token');
    expect([body.answer.code, body.sent]).toEqual(['token_endpoint_circuit_open', 'nothing']);
    await act('reset').expect(303);
    await act('fresh-token').expect(303);
  }, 60_000);

  it.each([
    [
      'fresh-token',
      'The tenant issued a new token',
      'POST /oauth2/token to the tenant, with our certificate',
    ],
    ['rotate-certificate', 'This app uses a new certificate, without a restart', 'POST /rotations'],
    ['revoke-certificate', 'The tenant rejects our certificate from now on', 'POST /revocations'],
    ['ias-down', 'The tenant resets every connection', 'POST /faults'],
    ['ias-up', 'The tenant answers again', 'DELETE /faults to'],
    [
      'reset',
      'Faults and locks are cleared. This app has a new certificate',
      'DELETE /locks and POST /rotations',
    ],
  ])('%s shows a person once what happened', async (action, why, sent) => {
    await request(url).get('/homepage').set('accept', 'text/html');
    await act(action).expect(303);
    // programs do not take it away
    await homepage();
    const page = await request(url).get('/homepage').set('accept', 'text/html');
    const outcome = /<div class="outcome" role="status">.*?<\/div>/s.exec(page.text)?.[0];
    expect(outcome).toContain(why);
    expect(outcome).toContain(sent);
    expect(outcome).toMatch(/Answer: <code>20[0-4]<\/code>/);
    const again = await request(url).get('/homepage').set('accept', 'text/html');
    expect(again.text).not.toContain('class="outcome"');
  });

  it('shows its outcome on the failure page, if that is where it ends', async () => {
    await act('ias-down');
    await act('rotate-certificate').expect(303);
    const page = await request(url).get('/homepage').set('accept', 'text/html');
    expect(page.status).toBe(503);
    expect(page.text).toContain('This app uses a new certificate');
    expect(page.text).toContain('token_endpoint_unreachable');
    // without a token there is nothing to replay
    const { body } = await actAsJson('replay-without-certificate');
    expect(body.sent).toBe('POST /oauth2/token to the tenant, with our certificate');
  }, 60_000);

  it('waits for those before it', async () => {
    const sent = ['ias-down', 'fresh-token', 'ias-up', 'fresh-token'].map(async (action, index) => {
      await delay(index * 100);
      return actAsJson(action);
    });
    const answers = await Promise.all(sent);
    expect(answers.map(({ status }) => status)).toEqual([200, 503, 200, 200]);
  });

  it('says what is wrong if the landscape does not answer', async () => {
    const other = await InProcessApps.start();
    const lonely = urlOf(
      await scenario.startApp(AppModule, await scenario.landscape.issueBinding({ type: 'X509_GENERATED' }), {
        BACKEND_URL: backendUrl,
        LANDSCAPE_ADMIN_URL: other.landscape.admin.url,
        VCAP_SERVICES_FILE_PATH: '',
      }),
    );
    await other.stop();
    const { status, text } = await act('ias-down', lonely);
    expect(status).toBe(503);
    expect(text).toMatch(/The landscape at http:\S+ does not answer/);
    const { body } = await actAsJson('rotate-certificate', lonely);
    expect([body.why, body.sent]).toEqual([expect.stringContaining('not in a file'), 'nothing']);
  });
});

describe('a request that another page or machine may have caused', () => {
  it.each<[string, Record<string, string>]>([
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
    ['from the same site', { 'sec-fetch-site': 'same-site' }],
    ['from another site, with our origin', { 'sec-fetch-site': 'cross-site', origin: 'OWN' }],
    ['with an unknown Sec-Fetch-Site', { 'sec-fetch-site': 'same-origin, none' }],
    ['from another origin', { origin: 'https://evil.example' }],
    ['from another port', { origin: 'http://127.0.0.1:1' }],
    ['from another scheme', { origin: 'OWN-TLS' }],
    ['from a hidden origin', { origin: 'null' }],
    ['to another host', { host: 'evil.example' }],
    ['to another host that contains ours', { host: 'localhost.evil.example' }],
    ['to a host that is none', { host: 'evil.example/@localhost' }],
  ])('%s is refused', async (_, headers) => {
    const origin = headers['origin']?.replace('OWN-TLS', url.replace('http:', 'https:')).replace('OWN', url);
    for (const action of ACTIONS) {
      const answer = await act(action).set({ ...headers, ...(origin && { origin }) });
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('A form of the lab was sent by another page');
      expect(answer.text).toMatch(/403 · <a href="[^"]+errors\.md#lab_request_refused">/);
    }
  });

  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin', origin: 'null' },
    { origin: 'OWN' },
  ])('does not concern %j', async (headers) => {
    const origin = headers['origin']?.replace('OWN', url);
    const { status } = await act('ias-up').set({ ...headers, ...(origin && { origin }) });
    expect(status).toBe(303);
  });

  it('over the network is refused', async ({ skip }) => {
    const address = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4')?.address;
    skip(address === undefined, 'this machine has no network');
    const remote = url.replace('127.0.0.1', address ?? '');
    const { status } = await act('ias-up', remote).set('host', new URL(url).host);
    expect(status).toBe(403);
  });
});

describe('the routes', () => {
  it.each(ACTIONS)('GET /lab/%s does nothing', async (action) => {
    for (const accept of ['text/html', 'application/json']) {
      const answer = await request(url).get(`/lab/${action}`).set('accept', accept);
      expect([404, 405]).toContain(answer.status);
    }
  });

  it('do not exist for unknown actions', async () => {
    for (const action of ['nothing', 'constructor', '__proto__', 'reset/x']) {
      expect((await act(action)).status).toBe(404);
    }
  });

  it('do not exist without a landscape, and the page has no form', async () => {
    const plain = urlOf(
      await scenario.startApp(AppModule, await scenario.landscape.issueBinding({ type: 'X509_GENERATED' }), {
        BACKEND_URL: backendUrl,
        LANDSCAPE_ADMIN_URL: '',
      }),
    );
    for (const action of ACTIONS) {
      await act(action, plain).expect(404);
      await act(action, plain).type('form').send('a=b').expect(404);
    }
    const page = await request(plain).get('/homepage');
    expect(page.text).not.toContain('<form');
    expect(page.headers['content-security-policy']).toContain("form-action 'none'");
    expect((await request(url).get('/homepage')).text.match(/<form method="post"/g)).toHaveLength(9);
  });

  it('end the start of a deployed app, and of one whose landscape is elsewhere', async () => {
    const binding = await scenario.landscape.issueBinding({ type: 'X509_GENERATED' });
    const start = (environment: Record<string, string>) =>
      scenario.startApp(AppModule, binding, { BACKEND_URL: backendUrl, ...environment });
    const local = scenario.landscape.admin.url;
    for (const environment of [
      { LANDSCAPE_ADMIN_URL: 'http://landscape.example.com:1' },
      { LANDSCAPE_ADMIN_URL: local, VCAP_APPLICATION: '{}' },
      { LANDSCAPE_ADMIN_URL: local, NODE_ENV: 'production' },
    ]) {
      await expect(start(environment)).rejects.toThrow('LANDSCAPE_ADMIN_URL');
    }
  });
});

it('shows neither token nor key', async () => {
  const scanner = new SecretScanner();
  scanner.addToken(scenario.landscape.admin.token);
  const { value } = await app.get(IasTokenProvider, { strict: false }).getToken();
  scanner.addToken(value);
  for (const action of REPLAYS) {
    for (const { text, headers } of [await act(action), await actAsJson(action)]) {
      expect(scanner.find(text + JSON.stringify(headers))).toEqual([]);
    }
  }
});
