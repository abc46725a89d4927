import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DeployedApp } from './helper/deployed-app.js';
import { skipWithoutSignals } from './helper/process-tree.js';

const APPS = ['backend', 'frontend'] as const;
const MEGABYTE = 1024 * 1024;

let landscape: Landscape;
let folder: string;
let common: Record<string, string>;
const running: DeployedApp[] = [];

beforeAll(async () => {
  landscape = await startLandscape();
  folder = mkdtempSync(join(tmpdir(), 'nest-ias-deployed-'));
  writeFileSync(join(folder, 'ca.pem'), landscape.ca.pem);
  common = { IAS_CA_FILE: join(folder, 'ca.pem') };
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.stop()));
});
afterAll(async () => {
  await landscape.stop();
  rmSync(folder, { recursive: true });
});

const bind = async (type: 'X509_GENERATED' | 'NONE') =>
  JSON.stringify(landscape.vcapServices(await landscape.issueBinding({ type })));

async function start(name: string, environment: Record<string, string>): Promise<DeployedApp> {
  const app = await DeployedApp.start(name, { ...common, ...environment });
  running.push(app);
  return app;
}

async function startBoth(environment: Record<string, string> = {}) {
  const backend = await start('backend', { VCAP_SERVICES: await bind('NONE'), ...environment });
  const url = landscape.router.map('backend.cert.localhost', backend.url);
  const frontend = await start('frontend', {
    VCAP_SERVICES: await bind('X509_GENERATED'),
    BACKEND_URL: url,
    ...environment,
  });
  return { backend, frontend };
}

const getJson = async (url: string) => {
  const response = await fetch(url, { headers: { accept: 'application/json' } });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
};

describe.each(APPS)('dist/apps/%s', (name) => {
  const root = join('dist/apps', name);

  it('is small and complete', () => {
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const bytes = files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
    expect(files.length).toBeLessThanOrEqual(60);
    expect(bytes).toBeLessThanOrEqual(10 * MEGABYTE);
    expect(readdirSync(root)).not.toContain('node_modules');
  });

  it('has the OpenAPI document outside of the bundle that a deployed app loads', () => {
    expect(readFileSync(join(root, 'main.js'), 'utf8').includes('swagger/apiOperation')).toBe(false);
  });

  it("creates the date formats of Nest's loggers on demand only", () => {
    const bundle = readFileSync(join(root, 'main.js'), 'utf8');
    expect(bundle.match(/.{2}new Intl\.DateTimeFormat/g)).toEqual([
      '=>new Intl.DateTimeFormat',
      '=>new Intl.DateTimeFormat',
    ]);
  });

  it('builds forms without the package form-data, and checks input without compiling functions', () => {
    const bundle = readFileSync(join(root, 'main.js'), 'utf8');
    expect(bundle.includes('FormData boundary must be a string')).toBe(false);
    expect(bundle.includes('({jitless:true})')).toBe(true);
  });

  it('keeps the names of classes, functions and private methods', () => {
    const bundle = readFileSync(join(root, 'main.js'), 'utf8');
    const names = ['class IasTokenProvider', 'class IasAuthGuard', 'function runApp', '#startRequest('];
    expect(names.filter((name) => !bundle.includes(name))).toEqual([]);
  });

  it('has the same start command as manifest.yml and mta.yaml', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: { start: string };
    };
    for (const descriptor of ['manifest.yml', 'mta.yaml']) {
      const lines = [...readFileSync(descriptor, 'utf8').matchAll(/^ +command: (.+)$/gm)].map(
        ([, line]) => line,
      );
      expect(lines).toEqual([scripts.start, scripts.start]);
    }
  });

  it.each([
    ['no binding', {}, 'No service instance with label "identity" is bound'],
    ['an unparsable binding', { VCAP_SERVICES: '{"identity":' }, 'the environment variable VCAP_SERVICES'],
    [
      'an incomplete binding',
      { VCAP_SERVICES: '{"identity":[{"name":"clicreIas","label":"identity","credentials":{}}]}' },
      'The identity binding "clicreIas" has no property "clientid"',
    ],
    ['an invalid variable', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    ['an invalid port', { PORT: '99999' }, 'PORT'],
    ['an invalid format of logs', { LOG_FORMAT: 'xml' }, 'LOG_FORMAT'],
    ['an invalid number of connections', { MAX_CONNECTIONS: '0' }, 'MAX_CONNECTIONS'],
    ['an invalid time to stop', { SHUTDOWN_SECONDS: '1' }, 'SHUTDOWN_SECONDS'],
  ])('exits with code 1 and a one-line error: %s', async (_, environment, sentence) => {
    const { code, output } = await (await DeployedApp.launch(name, environment)).exited();
    expect(code).toBe(1);
    expect(output).toContain(`${name} cannot start: `);
    expect(output).toContain(sentence);
    expect(output.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    [{ VCAP_APPLICATION: '{}' }, { logger: name }],
    [{ LOG_FORMAT: 'json' }, { context: name }],
  ])('exits with one log event on a platform: %o', async (environment, component) => {
    const { code, output } = await (await DeployedApp.launch(name, environment)).exited();
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(output)).toMatchObject({ level: 'fatal', ...component, code: 'binding_missing' });
  });

  it('reports an invalid LOG_FORMAT in the format of the platform', async () => {
    const environment = { VCAP_APPLICATION: '{}', LOG_FORMAT: 'xml' };
    const { code, output } = await (await DeployedApp.launch(name, environment)).exited();
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      level: 'fatal',
      msg: expect.stringContaining('LOG_FORMAT'),
    });
  });

  it('rejects a proxy for an additional trusted issuer', async () => {
    const { code, output } = await (
      await DeployedApp.launch(name, {
        ...common,
        VCAP_SERVICES: await bind('X509_GENERATED'),
        IAS_TRUSTED_ISSUERS: 'https://custom.example.com',
        https_proxy: 'http://proxy.example.com:8080',
      })
    ).exited();
    expect([code, output]).toEqual([1, expect.stringContaining('add custom.example.com to NO_PROXY')]);
  });

  it('names a port that is in use', async () => {
    const server = createServer().listen(0);
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const app = await DeployedApp.launch(name, {
      ...common,
      VCAP_SERVICES: await bind('X509_GENERATED'),
      PORT: String(port),
    });
    const { code, output } = await app.exited();
    server.close();
    expect([code, output]).toEqual([
      1,
      `${name} cannot start: port ${port} is in use: stop the program that uses it, or set PORT to another port.\n`,
    ]);
  });
});

describe('the deployed apps', () => {
  it('run the scenario, and log no token, key or secret', async () => {
    const { backend, frontend } = await startBoth({ LOG_LEVEL: 'verbose' });
    const { status, body } = await getJson(`${frontend.url}/homepage`);
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ proof: expect.objectContaining({ matches: true }) }),
    ]);
    const page = await (await fetch(`${frontend.url}/homepage`)).text();
    for (const text of [backend.output, frontend.output, page]) expect(text).not.toMatch(/PRIVATE KEY|eyJ/);
  });

  it('serve the OpenAPI document of the backend in development only', async () => {
    const VCAP_SERVICES = await bind('NONE');
    const developed = await start('backend', { VCAP_SERVICES });
    const { status, body } = await getJson(`${developed.url}/openapi.json`);
    expect(status).toBe(200);
    expect(await new Validator().validate(body as never)).toEqual({ valid: true });
    expect(Object.keys(body['paths'] ?? {})).toEqual(['/endpoint', '/health/live', '/health/ready']);
    for (const deployment of [{ VCAP_APPLICATION: '{}' }, { NODE_ENV: 'production' }]) {
      const deployed = await start('backend', { VCAP_SERVICES, ...deployment });
      expect(await getJson(`${deployed.url}/openapi.json`)).toMatchObject({ status: 404 });
    }
  });

  it('fetch nothing before the first request that needs it', async () => {
    landscape.tenant.reset();
    await startBoth();
    expect(landscape.tenant.counters.handshakes).toBe(0);
  });

  it('log one JSON object per line on Cloud Foundry', async () => {
    const { frontend } = await startBoth({ VCAP_APPLICATION: '{}' });
    const lines = frontend.output.trim().split('\n');
    expect(lines).not.toEqual([]);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level');
  });

  it.for([
    ['thrown', 'SIGUSR2'],
    ['in a promise', 'SIGHUP'],
  ] as const)('log an uncaught error, and exit with code 1: %s', async ([, signal], context) => {
    skipWithoutSignals(context);
    const trap = `process.on('SIGUSR2', () => { throw new Error('not caught'); });
      process.on('SIGHUP', () => { void Promise.reject(new Error('not caught')); });`;
    const app = await DeployedApp.start('backend', {
      ...common,
      VCAP_SERVICES: await bind('NONE'),
      VCAP_APPLICATION: '{}',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(trap)}`,
    });
    app.signal(signal);
    const { code, output } = await app.exited();
    const last = JSON.parse(output.trim().split('\n').at(-1) ?? '') as unknown;
    expect([code, last]).toEqual([
      1,
      expect.objectContaining({ level: 'fatal', logger: 'backend', msg: 'not caught' }),
    ]);
  });

  it('stop on SIGTERM: report not ready, finish running requests, close within 2 s, exit with code 0', async (context) => {
    skipWithoutSignals(context);
    let finish: (() => void) | undefined;
    const slow = createServer((_, response) => {
      finish = () => response.writeHead(500).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => slow.once('listening', resolve));
    const frontend = await start('frontend', {
      VCAP_SERVICES: await bind('X509_GENERATED'),
      BACKEND_URL: `http://127.0.0.1:${(slow.address() as { port: number }).port}`,
    });
    running.length = 0;

    const answer = getJson(`${frontend.url}/homepage`);
    await expect.poll(() => finish, { timeout: 5_000 }).toBeDefined();
    frontend.signal('SIGTERM');
    await expect.poll(async () => (await fetch(`${frontend.url}/health/ready`)).status).toBe(503);
    await expect
      .poll(
        () =>
          fetch(`${frontend.url}/health/live`).then(
            () => 'open',
            () => 'closed',
          ),
        { timeout: 2_000 },
      )
      .toBe('closed');
    finish?.();
    expect((await answer).status).toBe(502);
    expect((await frontend.exited()).code).toBe(0);
    slow.close();
  });

  it('exit with code 0 within SHUTDOWN_SECONDS, even if a call is never answered', async (context) => {
    skipWithoutSignals(context);
    let called = false;
    const silent = createServer(() => (called = true)).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const frontend = await start('frontend', {
      VCAP_SERVICES: await bind('X509_GENERATED'),
      BACKEND_URL: `http://127.0.0.1:${(silent.address() as { port: number }).port}`,
      SHUTDOWN_SECONDS: '2',
    });
    running.length = 0;
    const answer = getJson(`${frontend.url}/homepage`).catch(() => 'cut off');
    await expect.poll(() => called, { timeout: 5_000 }).toBe(true);
    const signalled = Date.now();
    expect((await frontend.stop()).code).toBe(0);
    expect(Date.now() - signalled).toBeLessThan(4_000);
    expect(await answer).toBe('cut off');
    silent.closeAllConnections();
    silent.close();
  });

  it.each(APPS)('start with npm start without installed dependencies: %s', async (name) => {
    const environment = {
      ...common,
      VCAP_SERVICES: await bind('X509_GENERATED'),
      BACKEND_URL: 'http://127.0.0.1:1',
    };
    const app = await DeployedApp.start(name, environment, 'npm start');
    running.push(app);
    const answers = { backend: ['/endpoint', 401], frontend: ['/homepage', 503] } as const;
    const [path, status] = answers[name];
    expect((await fetch(`${app.url}${path}`)).status).toBe(status);
  });

  it('report to their parent process that they are ready', async () => {
    const environment = { ...common, VCAP_SERVICES: await bind('X509_GENERATED'), PORT: '0' };
    const messages = await Promise.all(
      APPS.map(async (name) => {
        const child = fork(resolve('dist/apps', name, 'main.js'), {
          cwd: folder,
          env: environment,
          silent: true,
        });
        const [message] = (await once(child, 'message')) as [unknown];
        child.kill('SIGKILL');
        return message;
      }),
    );
    expect(messages).toEqual(['ready', 'ready']);
  });
});
