import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get, createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { inspect, promisify } from 'node:util';
import axios from 'axios';
import { transformWithOxc } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServerAuthority } from '../pki/server-authority.js';
import { VALIDITY_DAYS, validityAround } from '../pki/validity.js';
import type { ProcessTrust } from './process-trust.js';

const SOURCE = new URL('process-trust.ts', import.meta.url);

let folder: string;
const servers: Server[] = [];

async function start(ca: ServerAuthority): Promise<string> {
  const { certificate: cert, key } = await ca.issueServerCertificate({
    dnsNames: ['localhost'],
    ipAddresses: ['127.0.0.1'],
    validity: validityAround(Date.now(), VALIDITY_DAYS.testServer),
  });
  const server = createServer({ cert, key }, (_, response) => response.end()).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trust-'));
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true });
});

const headers = { connection: 'close' };
const clients = {
  'node:https': async (url: string) =>
    new Promise((resolve, reject) => {
      get(url, { agent: false }, (response) => resolve(response.resume().statusCode)).on('error', reject);
    }),
  axios: async (url: string) => (await axios.get(url, { headers, proxy: false })).status,
  fetch: async (url: string) => (await fetch(url, { headers })).status,
};

/** Simulates Node before 22.19, which cannot change its default authorities. */
describe('trust on a Node.js that keeps its default authorities', () => {
  const changeable = tls as { setDefaultCACertificates?: unknown };
  const { setDefaultCACertificates } = changeable;
  const { createSecureContext } = tls;
  let trust: ProcessTrust;
  let ca: ServerAuthority;
  let own: string;
  let foreign: string;
  let create: ReturnType<typeof vi.fn<typeof createSecureContext>>;

  beforeAll(async () => {
    ca = await ServerAuthority.create();
    [own, foreign] = await Promise.all([start(ca), start(ca)]);
  });
  beforeEach(async () => {
    changeable.setDefaultCACertificates = undefined;
    create = vi.fn<typeof createSecureContext>(createSecureContext);
    tls.createSecureContext = create;
    vi.resetModules();
    const { ProcessTrust: Fresh } = await import('./process-trust.js');
    trust = new Fresh(ca.pem, () => new Set([Number(new URL(own).port)]));
  });
  afterEach(() => {
    trust.end();
    tls.createSecureContext = createSecureContext;
    if (setDefaultCACertificates === undefined) delete changeable.setDefaultCACertificates;
    else changeable.setDefaultCACertificates = setDefaultCACertificates;
  });

  it.each(Object.entries(clients))('is for the given ports only: %s', async (_, statusOf) => {
    trust.acquire();
    expect(await statusOf(own)).toBe(200);
    const failure = await statusOf(foreign).catch((error: unknown) => error);
    expect(inspect(failure)).toContain('UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
    trust.end();
    expect(tls.createSecureContext).toBe(create);
  });

  it('keeps the authorities of Node.js', async () => {
    trust.acquire();
    await clients['node:https'](own);
    expect(create.mock.lastCall?.[0]?.ca).toEqual([...tls.rootCertificates, ca.pem]);
  });

  it('does not change a connection with its own authorities', async () => {
    trust.acquire();
    const other = await ServerAuthority.create();
    const socket = tls.connect({ port: Number(new URL(own).port), host: '127.0.0.1', ca: other.pem });
    await expect(once(socket, 'secureConnect')).rejects.toThrow('certificate');
    expect(create.mock.lastCall?.[0]?.ca).toBe(other.pem);
  });
});

it('keeps the store of OpenSSL', async () => {
  const [ca, other] = [await ServerAuthority.create(), await ServerAuthority.create()];
  const [own, known] = [await start(ca), await start(other)];
  const compiled = join(folder, 'process-trust.mjs');
  await writeFile(
    compiled,
    (await transformWithOxc(await readFile(SOURCE, 'utf8'), 'process-trust.ts')).code,
  );
  await writeFile(join(folder, 'store.pem'), other.pem);
  const script = join(folder, 'script.mjs');
  await writeFile(
    script,
    `import { get } from 'node:https';
    import { ProcessTrust } from './process-trust.mjs';
    const [own, known] = ${JSON.stringify([own, known])};
    const reach = (url) => new Promise((resolve) =>
      get(url, { agent: false }, (answer) => resolve(answer.resume().statusCode)).on('error', () => resolve('refused')));
    const both = async () => [await reach(own), await reach(known)].join(' ');
    const outcomes = [await both()];
    const trust = new ProcessTrust(${JSON.stringify(ca.pem)}, () => new Set([Number(new URL(own).port)]));
    trust.acquire();
    outcomes.push(await both());
    trust.end();
    outcomes.push(await both());
    console.log(outcomes.join(', '));`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, ['--use-openssl-ca', script], {
    env: { SSL_CERT_FILE: join(folder, 'store.pem') },
  });
  expect(stdout.trim()).toBe('refused 200, 200 200, refused 200');
});
