import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server as HttpsServer } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import tls from 'node:tls';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { IdentityCredentials } from '@nest-ias/landscape';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BindingRenewal } from '../src/binding/binding-renewal.js';
import { IasClient, IasClientModule } from '../src/index.js';
import { createAgent, MAX_SOCKETS } from '../src/net/agent.js';
import { CallLimit } from '../src/net/call-limit.js';
import { ConnectionPool } from '../src/net/connection-pool.js';
import { useOutbound } from './outbound-hooks.js';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
const CALLS = 20;

const outbound = useOutbound();
const servers: (Server | HttpsServer)[] = [];
const sockets: Socket[] = [];

afterEach(() => {
  vi.unstubAllEnvs();
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

const portOf = (server: Server | HttpsServer) => (server.address() as AddressInfo).port;

async function open(server: Server | HttpsServer): Promise<void> {
  servers.push(server);
  server.on('connection', (socket: Socket) => sockets.push(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
}

/** A server that does with each piece that it receives what the test says. */
async function listen(answer: (socket: Socket, received: string) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => answer(socket, data.toString()));
  });
  await open(server);
  return `http://127.0.0.1:${portOf(server)}`;
}

async function listenSecurely(
  options: TlsOptions,
  listener: RequestListener,
): Promise<[string, HttpsServer]> {
  const issued = await outbound.landscape.issueServerCertificate({ dnsNames: ['localhost'] });
  const server = createHttpsServer({ cert: issued.certificate, key: issued.key, ...options }, listener);
  await open(server);
  return [`https://localhost:${portOf(server)}`, server];
}

async function startClient(baseURL: string, credentials?: Record<string, unknown>): Promise<IasClient> {
  const module = await outbound.startModule({ ...(credentials && { credentials }) }, [
    IasClientModule.register({ baseURL }),
  ]);
  return module.get(IasClient, { strict: false });
}

/** Frees what nothing refers to. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

describe('a call that ends early opens no connection for itself', () => {
  const silence = () => undefined;
  const begin = (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nx');
  const failing = () => {
    const body = new Readable({ read: () => undefined });
    body.push('x');
    setTimeout(() => body.destroy(new Error('defect')), 10);
    return body;
  };

  it.each<[string, (socket: Socket) => void, (client: IasClient) => Promise<unknown>]>([
    ['at a time-out', silence, (client) => client.get('/', { timeout: 30 })],
    ['through a signal', silence, (client) => client.get('/', { signal: AbortSignal.timeout(30) })],
    ['at its size limit', begin, (client) => client.get('/', { maxResponseBytes: 1, timeout: 30 })],
    ['in the middle of its body', begin, (client) => client.get('/', { timeout: 30 })],
    ['through its own body', silence, (client) => client.post('/', { body: failing() })],
    [
      'because nobody reads it',
      begin,
      async (client) => (await client.stream({ path: '/' })).body.destroy(new Error('enough')),
    ],
    ['with status 099', (socket) => socket.write('HTTP/1.1 099 Low\r\n\r\n'), (client) => client.get('/')],
  ])('%s', async (_, answer, call) => {
    const client = await startClient(
      await listen((socket, received) => {
        if (received.startsWith('GET /last')) socket.write(OK);
        else if (received.startsWith('GET') || received.startsWith('POST')) answer(socket);
      }),
    );
    await client.get('/last');
    await Promise.allSettled(Array.from({ length: CALLS }, () => call(client)));
    await expect
      .poll(() => sockets.filter(({ destroyed }) => destroyed).length)
      .toBeGreaterThanOrEqual(CALLS - 1);
    expect((await client.get('/last')).status).toBe(200);
    expect(sockets.length).toBeLessThanOrEqual(CALLS + 1);
    await expect.poll(() => sockets.filter(({ destroyed }) => !destroyed)).toHaveLength(1);
  });
});

it('a complete stream keeps its connection', async () => {
  const client = await startClient(await listen((socket) => socket.write(OK)));
  for (let count = 0; count < 3; count++) {
    await (await client.stream({ path: '/' })).body.toArray();
    await setImmediate();
    await client.get('/');
    await setImmediate();
  }
  expect(sockets).toHaveLength(1);
});

describe('connections that cannot be opened', () => {
  const callOften = (client: IasClient, count: number) =>
    Promise.allSettled(Array.from({ length: count }, () => client.get('/')));

  it('cause none beyond the limit, and none that stays open', async () => {
    const waiting: ServerResponse[] = [];
    const [url, server] = await listenSecurely({}, (_, response) => {
      waiting.push(response);
      if (waiting.length < MAX_SOCKETS) return;
      for (const each of waiting.filter(({ writableEnded }) => !writableEnded)) each.end('{}');
    });
    server.prependListener('connection', (socket: Socket) => {
      if (sockets.length < MAX_SOCKETS) socket.destroy();
    });
    const client = await startClient(url);
    const first = callOften(client, MAX_SOCKETS + CALLS);
    await expect.poll(() => waiting.length, { timeout: 10_000 }).toBe(CALLS);
    const second = callOften(client, MAX_SOCKETS);
    const failed = (await Promise.all([first, second])).flat().filter(({ status }) => status === 'rejected');
    expect(failed).toHaveLength(MAX_SOCKETS);
    expect(sockets.length).toBeLessThanOrEqual(2 * MAX_SOCKETS);

    await outbound.closeModules();
    await expect.poll(() => sockets.filter(({ destroyed }) => !destroyed), { timeout: 10_000 }).toEqual([]);
  });

  it('do not keep later calls waiting if the server has another name', async () => {
    const { certificate, key } = await outbound.landscape.issueServerCertificate({
      dnsNames: ['other.localhost'],
    });
    const [url] = await listenSecurely({ cert: certificate, key }, (_, response) => void response.end());
    const client = await startClient(url);
    const results = await callOften(client, MAX_SOCKETS + 1);
    const codes = results.map((result) => result.status === 'rejected' && result.reason.code);
    expect(new Set(codes)).toEqual(new Set(['downstream_untrusted']));
  });
});

describe('TLS', () => {
  it('sessions are reused, although nothing else refers to them', async () => {
    const reused: boolean[] = [];
    const [url] = await listenSecurely({}, ({ socket }, response) => {
      reused.push((socket as TLSSocket).isSessionReused());
      response.writeHead(200, { connection: 'close' }).end();
    });
    const client = await startClient(url);
    for (let count = 0; count < 3; count++) {
      await client.get('/');
      await expect.poll(() => sockets.at(-1)?.destroyed).toBe(true);
      collectGarbage();
    }
    expect(reused).toEqual([false, true, true]);
  });

  describe('in an app that allows TLS 1.1', () => {
    const defaults = { version: tls.DEFAULT_MIN_VERSION, ciphers: tls.DEFAULT_CIPHERS };
    beforeAll(() =>
      Object.assign(tls, { DEFAULT_MIN_VERSION: 'TLSv1', DEFAULT_CIPHERS: 'DEFAULT@SECLEVEL=0' }),
    );
    afterAll(() =>
      Object.assign(tls, { DEFAULT_MIN_VERSION: defaults.version, DEFAULT_CIPHERS: defaults.ciphers }),
    );

    it.each(['X509_GENERATED', 'SECRET'] as const)('1.2 is the minimum, with %s', async (type) => {
      const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      const [url, server] = await listenSecurely(old, (_, response) => void response.end());
      const credentials = { ...(await outbound.landscape.issueBinding({ type })) };
      const client = await startClient(url, credentials);
      await expect(client.get('/')).rejects.toMatchObject({ name: 'DownstreamError' });
      // the server would accept it
      const socket = tls.connect({
        port: portOf(server),
        servername: 'localhost',
        ca: outbound.landscape.ca.pem,
      });
      await once(socket, 'secureConnect');
      expect(socket.getProtocol()).toBe('TLSv1.1');
      socket.destroy();
    });
  });
});

describe('when the certificate is renewed', () => {
  const file = () => outbound.file('vcap.json');
  const bind = async () =>
    writeFileSync(
      file(),
      JSON.stringify(
        outbound.landscape.vcapServices((await outbound.bind()) as unknown as IdentityCredentials),
      ),
    );

  it('a running call ends over its connection, new calls open others, and the old ones are closed', async () => {
    await bind();
    vi.stubEnv('VCAP_SERVICES', undefined);
    vi.stubEnv('VCAP_SERVICES_FILE_PATH', file());
    const waiting: (() => void)[] = [];
    const certificates: string[] = [];
    const [url] = await listenSecurely(
      { requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        certificates.push((request.socket as TLSSocket).getPeerCertificate().fingerprint256);
        if (request.url === '/slow') waiting.push(() => response.end('done'));
        else response.end();
      },
    );
    const module = await outbound.startModule({ credentials: undefined }, [
      IasClientModule.register({ baseURL: url }),
    ]);
    const client = module.get(IasClient, { strict: false });
    const slow = client.get('/slow');
    await expect.poll(() => waiting.length).toBe(1);
    await client.get('/idle');
    expect(sockets).toHaveLength(2);

    await bind();
    for (const _ of [1, 2]) module.get(BindingRenewal).check();
    await client.get('/new');
    expect(new Set(certificates).size).toBe(2);
    const [running, idle, current] = sockets;
    await expect.poll(() => idle?.destroyed).toBe(true);
    expect([running?.destroyed, current?.destroyed]).toEqual([false, false]);

    waiting[0]?.();
    expect((await slow).text()).toBe('done');
    await expect.poll(() => running?.destroyed).toBe(true);
    expect(current?.destroyed).toBe(false);
    await client.get('/again');
    expect(sockets).toHaveLength(3);
  });

  it('concurrent calls present the certificate that their token is bound to, and leave no old connection', async () => {
    await bind();
    vi.stubEnv('VCAP_SERVICES', undefined);
    vi.stubEnv('VCAP_SERVICES_FILE_PATH', file());
    const proofs: { bound: unknown; presented: string }[] = [];
    const [url] = await listenSecurely(
      { requestCert: true, rejectUnauthorized: false },
      ({ socket, headers }, response) => {
        const { cnf } = decodeJwt(headers.authorization?.replace('Bearer ', '') ?? '');
        const { raw } = (socket as TLSSocket).getPeerCertificate();
        const presented = createHash('sha256').update(raw).digest('base64url');
        proofs.push({ bound: (cnf as Record<string, string>)['x5t#S256'], presented });
        setTimeout(() => response.end(), 5);
      },
    );
    const module = await outbound.startModule({ credentials: undefined }, [
      IasClientModule.register({ baseURL: url }),
    ]);
    const client = module.get(IasClient, { strict: false });
    for (let round = 0; round < 4; round++) {
      const calls = Array.from({ length: CALLS }, () => client.get('/'));
      await bind();
      for (const _ of [1, 2]) module.get(BindingRenewal).check();
      const answers = await Promise.all([...calls, ...calls.map(() => client.get('/'))]);
      expect(answers.every(({ ok }) => ok)).toBe(true);
    }
    expect(proofs.filter(({ bound, presented }) => bound !== presented)).toEqual([]);
    expect(new Set(proofs.map(({ bound }) => bound)).size).toBeGreaterThanOrEqual(4);
    await expect.poll(() => sockets.filter(({ destroyed }) => !destroyed).length).toBeLessThanOrEqual(CALLS);
  });

  it('a call whose kept connection closes at the same moment is sent over another one', async () => {
    const pool = new ConnectionPool(
      await listen((socket) => {
        if (sockets.length > 1 || socket.bytesWritten === 0) socket.write(OK);
        else setTimeout(() => socket.resetAndDestroy(), 50);
      }),
      createAgent({}),
    );
    const send = () => {
      const limit = new CallLimit(5_000, undefined, () => performance.now());
      const request = { method: 'GET', path: '/', headers: [], body: null, maxBytes: 99 };
      return pool.send({ ...request, toStreamError: undefined }, limit).finally(() => limit.release());
    };
    await send();
    await setImmediate();
    const call = send();
    pool.drain();
    expect((await call).status).toBe(200);
    expect(sockets).toHaveLength(2);
    await expect.poll(() => sockets.every(({ destroyed }) => destroyed)).toBe(true);
  });
});
