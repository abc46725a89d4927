import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type ClientCertificateMode,
  type IdentityCredentials,
  type Landscape,
  startLandscape,
} from '@nest-ias/landscape';
import type { IasModuleOptions } from 'nest-ias';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type GuardedApp, startGuardedApp } from '../../../libs/ias/test/guarded-app.js';
import { diagnose, type Expected, expectFault, withStatus } from './diagnose.js';
import { runIas } from './run-ias.js';

let landscape: Landscape;
let credentials: IdentityCredentials;
let environment: NodeJS.ProcessEnv;
const apps: { close(): unknown }[] = [];

beforeAll(async () => {
  landscape = await startLandscape();
  credentials = await landscape.issueBinding({ type: 'X509_GENERATED' });
  environment = { IAS_CA_FILE: await landscape.caFile() };
});
afterEach(async () => {
  await Promise.all(apps.splice(0).map(async (app) => app.close()));
});
afterAll(() => landscape.stop());

async function guardedApp(ias: IasModuleOptions = {}): Promise<GuardedApp> {
  const app = await startGuardedApp({ ias: { credentials, caFile: await landscape.caFile(), ...ias } });
  apps.push(app);
  return app;
}

async function plainApp(listener: RequestListener, address = '127.0.0.1'): Promise<string> {
  const server: Server = createServer(listener);
  apps.push(server);
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Lets the router of the landscape route a host to an app, and returns the address to call. */
const route = (host: string, app: string, clientCertificate: ClientCertificateMode = 'sanitize_set') =>
  `${landscape.router.map(host, app, { clientCertificate })}/endpoint`;

const call = (target: string, binding: object = credentials) =>
  diagnose(binding, ['--target', target], { environment });

describe('the target', () => {
  it('that checks the certificate is ok, and the output says that a token was sent', async () => {
    const { url } = await guardedApp();
    const result = await call(route('app.cert.localhost', url));
    expect(result.ok).toBe(true);
    expect(withStatus(result, 'warning')).toEqual([]);
    expect(result.checks.target.summary).toMatch(
      /answered 200; it refuses the token without the certificate.*a live token was sent/,
    );
  });

  it.each<[string, IasModuleOptions, string, ClientCertificateMode, Expected]>([
    [
      'that accepts the token without the certificate',
      { proofOfPossession: 'off' },
      'app.cert.localhost',
      'sanitize_set',
      { id: 'target', status: 'warning', cause: /IAS_PROOF_OF_POSSESSION=off/, remedy: /if-bound/ },
    ],
    [
      'on a plain host',
      {},
      'app.localhost',
      'sanitize_set',
      {
        id: 'target',
        cause: /plain host: the router asks for no client certificate/,
        remedy: /https:\/\/app\.cert\.localhost:\d+\/endpoint/,
        code: 'proof_missing',
      },
    ],
    [
      'behind a proxy that drops the header',
      {},
      'app.cert.localhost',
      'always_forward',
      {
        id: 'target',
        cause: /approuter, a service mesh or another proxy in between drops/,
        remedy: /instead of the approuter/,
        code: 'proof_missing',
      },
    ],
  ])('%s is named', async (_, ias, host, mode, expected) => {
    const { url } = await guardedApp(ias);
    expectFault(await call(route(host, url, mode)), expected);
  });

  it('that trusts a forged certificate header is named', async () => {
    // A router that adds its own header where there is none, and otherwise passes on what the caller sent.
    const { certificate = '' } = credentials;
    const app = await guardedApp({ trustedCertHosts: ['127.0.0.1'] });
    const leaf = certificate.slice(0, certificate.indexOf('-----END')).replaceAll(/-----[^-]+-----|\s/g, '');
    let calls = 0;
    const router = await plainApp((request, response) => {
      calls += 1;
      const own = request.headers['x-forwarded-client-cert'] ?? (calls === 1 ? leaf : undefined);
      const headers = {
        authorization: request.headers.authorization ?? '',
        ...(own !== undefined && { 'x-forwarded-client-cert': String(own) }),
      };
      void fetch(`${app.url}/endpoint`, { headers }).then(({ status }) => response.writeHead(status).end());
    });
    expectFault(await call(`${router}/endpoint`), {
      id: 'target',
      status: 'warning',
      cause: /Anyone who steals a token can write it into the header/,
      remedy: /IAS_TRUSTED_CERT_HOSTS/,
    });
  });

  it.each<[string, IasModuleOptions, Expected]>([
    [
      'the caller',
      { allowedCallers: ['other'] },
      { id: 'target', cause: /azp of the token is not in/, remedy: /client id/, code: 'caller_not_allowed' },
    ],
  ])('that refuses %s is explained by its code', async (_, ias, expected) => {
    const { url } = await guardedApp(ias);
    expectFault(await call(route('app.cert.localhost', url)), expected);
  });

  it.each<[number, object, Expected]>([
    [
      401,
      { 'www-authenticate': 'Bearer realm="x\u0080"' },
      {
        id: 'target',
        cause: /without a reason.*Bearer realm/,
        remedy: /log of the target/,
        code: 'downstream_rejected',
      },
    ],
    [
      403,
      {},
      { id: 'target', cause: /refuses the token/, remedy: /same instance/, code: 'downstream_rejected' },
    ],
    [
      302,
      { location: 'https://evil.example/' },
      {
        id: 'target',
        cause: /does not follow redirects/,
        remedy: /https:\/\/evil\.example/,
        code: 'downstream_failed',
      },
    ],
    [
      404,
      {},
      {
        id: 'target',
        cause: /no such host.*no such path/,
        remedy: /Check host and path/,
        code: 'downstream_failed',
      },
    ],
    [503, {}, { id: 'target', cause: /failed/, remedy: /that the app runs/, code: 'downstream_overloaded' }],
  ])('that answers %i is named', async (status, headers, expected) => {
    const url = await plainApp((_, response) =>
      response.writeHead(status, headers as Record<string, string>).end(),
    );
    expectFault(await call(url), expected);
  });

  it('gets all requests: none follows a redirect to another server', async () => {
    const seen: string[] = [];
    const other = await plainApp((_, response) => {
      seen.push('other');
      response.end();
    });
    const url = await plainApp(({ headers }, response) => {
      seen.push(headers['x-forwarded-client-cert'] === undefined ? 'target' : 'target, forged');
      // The second and third request are the probes without the certificate.
      if (seen.length === 1) return response.end();
      return response.writeHead(307, { location: other }).end();
    });
    expect((await call(url)).checks.target.status).toBe('ok');
    expect(seen).toEqual(['target', 'target', 'target, forged']);
  });

  it('is shown without the query, which can contain secrets', async () => {
    const url = await plainApp((_, response) =>
      response.writeHead(302, { location: '/next?code=hush-hush#hush-hush' }).end(),
    );
    const file = join(tmpdir(), `ias-report-${process.pid}.txt`);
    const run = { environment, input: JSON.stringify(credentials) };
    for (const query of ['?token=hush-hush', '#hush-hush']) {
      const options = ['doctor', '--from', '-', '--target', `${url}/app${query}`, '--report', file];
      const { stdout, stderr } = await runIas(options, run);
      expect(stdout).toMatch(/\/app[?#]… answered 302/);
      expect(stdout).toContain('/next?…');
      expect(stdout + stderr + (await readFile(file, 'utf8'))).not.toContain('hush');
      await rm(file);
    }
    const usage = await runIas(['doctor', '--target', 'http://app.example/?token=hush-hush'], run);
    expect(usage.stderr).toContain('http://app.example/?…');
    expect(usage.stderr).not.toContain('hush');
  });

  it.each(['127.0.0.1', 'localhost', '[::1]'])(
    'on %s, which has no ".cert." host, is told to use its route',
    async (host) => {
      const url = await plainApp(
        (_, response) => response.writeHead(401).end('{"code":"proof_missing"}'),
        host === '[::1]' ? '::1' : '127.0.0.1',
      );
      const result = await call(`http://${host}:${new URL(url).port}/`);
      expectFault(result, {
        id: 'target',
        cause: /no router passes the certificate/,
        remedy: /^Call the target through its router/,
        code: 'proof_missing',
      });
      expect(result.checks.target.remedy).not.toContain('127');
    },
  );

  it('that does not answer is named', async () => {
    expectFault(await call('https://localhost:1/x'), {
      id: 'target',
      cause: /connection failed/,
      remedy: /Check the URL/,
      code: 'downstream_unreachable',
    });
  });

  it('gets no token without a certificate of the caller', async () => {
    const result = await call('https://localhost:1/', { ...credentials, key: undefined });
    expect(result.checks.target).toMatchObject({
      status: 'skipped',
      summary: expect.stringContaining('"key"') as string,
    });
  });

  it.each(['http://app.example.com/', 'not a URL', 'ftp://localhost/', 'https://user:password@localhost/'])(
    'must be https or loopback, not %s',
    async (target) => {
      const { exitCode, stderr, stdout } = await runIas(['doctor', '--from', '-', '--target', target], {
        input: '{}',
      });
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
      expect(stderr).not.toContain('password@');
    },
  );
});
