import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mountBinding, startLandscape } from '@nest-ias/landscape';
import type { Fault, IdentityCredentials, Landscape } from '@nest-ias/landscape';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DeployedApp } from './helper/deployed-app.js';
import { SecretScanner } from './helper/secret-scanner.js';

const scanner = new SecretScanner();
const folder = mkdtempSync(join(tmpdir(), 'nest-ias-secrets-'));
/** All output and all answers of the apps. */
const outputs: string[] = [];
const running = new Set<DeployedApp>();

let landscape: Landscape;
let caFile: string;
let backend: DeployedApp;
let backendUrl: string;
/** Between router and backend: records the tokens. */
let interceptor: Server;
/** Answers instead of the backend, if defined. */
let backendStub: RequestListener | undefined;

beforeAll(async () => {
  landscape = await startLandscape({ clientKey: 'RSA-2048' });
  caFile = await landscape.caFile();
  backend = await start('backend', vcap(await landscape.issueBinding({ type: 'NONE' })));
  interceptor = createServer((request, response) => {
    scanner.addToken(String(request.headers.authorization).slice('Bearer '.length));
    if (backendStub) return backendStub(request, response);
    forwardToBackend(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => interceptor.once('listening', resolve));
  const { port } = interceptor.address() as AddressInfo;
  backendUrl = landscape.router.map('backend.cert.localhost', `http://127.0.0.1:${port}`);
});
afterAll(async () => {
  for (const app of running) await app.stop();
  interceptor.close();
  await landscape.stop();
  rmSync(folder, { recursive: true });
});

const forwardToBackend: RequestListener = (request: IncomingMessage, response) => {
  const { method, url: path, rawHeaders } = request;
  const headers = rawHeaders as unknown as NodeJS.ReadOnlyDict<string>;
  forward({ host: '127.0.0.1', port: backend.port, method, path, headers, setHost: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 0, answer.rawHeaders);
    answer.pipe(response);
  }).end();
};

const vcap = (credentials: IdentityCredentials) => ({
  VCAP_SERVICES: JSON.stringify(landscape.vcapServices(credentials)),
});

async function bind(type: 'X509_GENERATED' | 'SECRET' = 'X509_GENERATED'): Promise<IdentityCredentials> {
  const credentials = await landscape.issueBinding(
    type === 'SECRET' ? { type } : { type, appIdentifier: 'a' },
  );
  scanner.addCredentials(credentials);
  return credentials;
}

/** Starts an app with the most verbose logs. */
async function start(name: string, environment: Record<string, string>): Promise<DeployedApp> {
  const app = await DeployedApp.start(name, {
    IAS_CA_FILE: caFile,
    LOG_LEVEL: 'verbose',
    ACCESS_LOG: 'on',
    DEBUG: '*',
    // The backend logs as on Cloud Foundry, the frontend as on a local machine.
    ...(name === 'frontend' ? { BACKEND_URL: backendUrl } : { VCAP_APPLICATION: '{}' }),
    ...environment,
  });
  running.add(app);
  return app;
}

async function stop(app: DeployedApp): Promise<void> {
  running.delete(app);
  outputs.push((await app.stop()).output);
}

async function get(url: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(url, { headers });
  outputs.push(await response.text(), JSON.stringify([...response.headers]));
  return response.status;
}

/** Requests the page and its JSON from a newly started frontend, and returns the status. */
async function freshPage(credentials: IdentityCredentials, fault?: Fault): Promise<number> {
  const app = await start('frontend', vcap(credentials));
  if (fault) landscape.tenant.faults.add(fault);
  const status = await get(`${app.url}/homepage`);
  await get(`${app.url}/homepage`, { accept: 'application/json' });
  landscape.tenant.faults.clear();
  await stop(app);
  return status;
}

it('success and every failure of the token endpoint', async () => {
  const binding = await bind();
  const secret = await bind('SECRET');
  const revoked = await bind();
  landscape.tenant.revokeCertificate(String((revoked as { certificate?: string }).certificate));
  const wrong = { ...secret, clientsecret: 'wrong-secret-wrong-secret' } as IdentityCredentials;
  scanner.addCredentials(wrong);
  const endpoint = 'token';
  const token = await landscape.tenant.issueToken();
  const body = JSON.stringify({ access_token: token, token_type: 'mac', expires_in: 60 });
  scanner.addToken(token);
  const statuses = [
    await freshPage(binding),
    await freshPage(secret),
    await freshPage(revoked),
    await freshPage(wrong),
    await freshPage(binding, { endpoint, kind: 'reset' }),
    await freshPage(binding, { endpoint, kind: 'malformed' }),
    await freshPage(binding, { endpoint, kind: 'malformed', body }),
    await freshPage(binding, { endpoint, kind: 'redirect', location: 'https://elsewhere.localhost/' }),
    await freshPage(binding, { endpoint: 'connection', kind: 'expired-certificate' }),
  ];
  expect(statuses).toEqual([200, 200, 502, 502, 503, 502, 502, 502, 502]);
}, 120_000);

it('every failure of the backend', async () => {
  const app = await start('frontend', vcap(await bind()));
  const echo =
    (status: number, headers = {}): RequestListener =>
    ({ headers: { authorization } }, response) =>
      response.writeHead(status, { 'x-echo': authorization, ...headers }).end(authorization);
  const page = async (listener?: RequestListener): Promise<number> => {
    backendStub = listener;
    const status = await get(`${app.url}/homepage`);
    backendStub = undefined;
    return status;
  };
  let rejected = false;
  const statuses = [
    await page(),
    await page((request, response) => {
      if (rejected) return forwardToBackend(request, response);
      rejected = true;
      echo(401, { 'www-authenticate': 'Bearer error="invalid_token"' })(request, response);
    }),
    await page(echo(200)),
    await page(echo(302, { location: 'https://elsewhere.localhost/' })),
    await page(echo(401, { 'www-authenticate': 'Bearer error="invalid_token"' })),
    await page(echo(500)),
    await page((_, response) => response.destroy()),
    await get(`${app.url}/nowhere?token=${await landscape.tenant.issueToken()}`),
  ];
  expect(rejected).toBe(true);
  expect(statuses).toEqual([200, 200, 502, 502, 502, 502, 503, 404]);
  await stop(app);
}, 60_000);

it('a rotation that is accepted, and one that is rejected', async () => {
  const root = join(folder, 'bindings');
  await mountBinding(root, await bind());
  const app = await start('frontend', { SERVICE_BINDING_ROOT: root });
  const statuses = [await get(`${app.url}/homepage`)];
  const good = await bind();
  const { key } = (await bind()) as { key?: string };
  for (const [next, written] of [
    [{ ...good, key }, 'was rejected'],
    [good, 'was renewed'],
  ] as const) {
    await mountBinding(root, next as IdentityCredentials);
    await expect.poll(() => app.output, { timeout: 10_000 }).toContain(written);
    statuses.push(await get(`${app.url}/homepage`));
  }
  expect(statuses).toEqual([200, 200, 200]);
  await stop(app);
}, 60_000);

it('a start that fails', async () => {
  const good = await bind();
  const { key } = (await bind()) as { key?: string };
  const codes: (number | null)[] = [];
  for (const environment of [
    vcap({ ...good, key } as IdentityCredentials),
    vcap({ ...good, key: `${String(key)}x`, domains: 5 } as unknown as IdentityCredentials),
    { VCAP_SERVICES: `${vcap(good).VCAP_SERVICES}}` },
    { ...vcap(good), IAS_PRIVATE_KEY: String(key), IAS_CERTIFICATE_HOPS: String(key) },
    { ...vcap(good), BACKEND_URL: 'https://user:eyJhbGciOiJub25lIn0.e30.@localhost' },
  ]) {
    const app = await DeployedApp.launch('frontend', { LOG_LEVEL: 'verbose', DEBUG: '*', ...environment });
    const { code, output } = await app.exited();
    codes.push(code);
    outputs.push(output);
  }
  expect(codes).toEqual([1, 1, 1, 1, 1]);
}, 60_000);

it('callers that a backend rejects, and one whose keys cannot be fetched', async () => {
  const { tenant } = landscape;
  const valid = await tenant.issueToken();
  const seconds = Math.floor(Date.now() / 1_000);
  const headers = [
    `Bearer ${valid}`,
    `Bearer ${await tenant.issueToken({ claims: { exp: seconds - 600 } })}`,
    `Bearer ${await tenant.issueToken({ claims: { iss: 'https://evil.localhost' } })}`,
    `Bearer ${await tenant.issueToken({ claims: { cnf: { 'x5t#S256': 'A'.repeat(43) } } })}`,
    `Bearer ${valid.slice(0, -8)}AAAAAAAA`,
    `Bearer ${valid}, ${valid}`,
    `Basic ${valid}`,
    valid,
  ];
  for (const header of headers) scanner.addToken(header.split(' ').at(-1) ?? '');
  const unreachable = await start('backend', vcap(await landscape.issueBinding({ type: 'NONE' })));
  tenant.faults.add({ endpoint: 'jwks', kind: 'malformed', body: valid });
  const statuses = [await get(`${unreachable.url}/endpoint`, { authorization: headers[0] ?? '' })];
  tenant.faults.clear();
  await stop(unreachable);
  for (const authorization of headers) statuses.push(await get(`${backend.url}/endpoint`, { authorization }));
  expect(statuses).toEqual([503, 200, 401, 401, 401, 401, 400, 401, 401]);
});

it('no output contained a token, a key or a secret', async () => {
  await stop(backend);
  expect(outputs.join('').length).toBeGreaterThan(10_000);
  for (const output of outputs) {
    const lines = output.split('\n').filter((line) => scanner.find(line).length > 0);
    expect([lines, scanner.find(output)]).toEqual([[], []]);
  }
});
