import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type Server } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueLeaf, restoreAuthority } from '../src/pki/authority.js';
import { serverExtensions } from '../src/pki/certificate-extensions.js';
import { generateClientKeyPair } from '../src/pki/client-key.js';
import { ServerAuthority } from '../src/pki/server-authority.js';
import { VALIDITY_DAYS, validityAround } from '../src/pki/validity.js';
import { openssl } from './openssl.js';

const run = promisify(execFile);
const TRUST_CHECK = fileURLToPath(new URL('java/TrustCheck.java', import.meta.url));
/** What runs the clients other than Node.js. */
const PROGRAMS: Readonly<Record<string, string>> = { openssl: 'openssl', Java: 'keytool' };
const TIMEOUT_MS = 60_000;

interface TestedServer {
  readonly name: string;
  readonly port: number;
}

/** What a thief can do with the key of the server authority and the certificates. */
describe('a certificate that is signed with the key of the server authority', { timeout: TIMEOUT_MS }, () => {
  let ca: ServerAuthority;
  const servers: Server[] = [];

  beforeAll(async () => {
    ca = await ServerAuthority.create();
  });
  afterAll(() => servers.forEach((server) => server.close()));

  /** Starts a server with a certificate for a name, which is in the subjectAltName or only in the subject. */
  const serve = async (name: string, place: 'subjectAltName' | 'subject'): Promise<TestedServer> => {
    const authority = restoreAuthority(
      { root: 'Landscape Root CA', intermediate: 'Landscape Server CA' },
      ca.keep(),
    );
    const { certificate, key } = issueLeaf(authority, {
      subject: [['CN', name]],
      keys: await generateClientKeyPair('EC'),
      validity: validityAround(Date.now(), VALIDITY_DAYS.testServer),
      extensions: serverExtensions({
        dnsNames: place === 'subjectAltName' ? [name] : [],
        ipAddresses: [],
      }),
    });
    const server = createServer({ cert: certificate, key }, (socket) => socket.end()).listen(0, '127.0.0.1');
    server.on('tlsClientError', () => undefined);
    servers.push(server);
    await once(server, 'listening');
    return { name, port: (server.address() as AddressInfo).port };
  };

  const CLIENTS: Record<string, (servers: readonly TestedServer[]) => Promise<readonly string[]>> = {
    'Node.js': async (tested) => Promise.all(tested.map(async (server) => byNode(ca.pem, server))),
    openssl: async (tested) => Promise.all(tested.map(async (server) => byOpenssl(ca.pem, server))),
    Java: async (tested) => byJava(ca.pem, tested),
  };

  it.for(Object.keys(CLIENTS))('is accepted by %s for localhost only', async (client, { skip }) => {
    const program = PROGRAMS[client];
    skip(
      program !== undefined && !(await isInstalled(program)) && process.env['CI'] === undefined,
      `Foreign names were not tested with ${client}, because this machine has no ${program}. With CI this is a failure.`,
    );
    const tested = await Promise.all([
      serve('localhost', 'subjectAltName'),
      serve('backend.cert.localhost', 'subjectAltName'),
      serve('example.com', 'subjectAltName'),
      serve('example.com', 'subject'),
      serve('not-localhost', 'subjectAltName'),
    ]);
    const [own, route, ...foreign] = (await CLIENTS[client]?.(tested)) ?? [];
    expect([own, route]).toEqual(['accepted', 'accepted']);
    const refused = expect.stringMatching(
      /refused: .*(permitted subtree violation|PERMITTED_VIOLATION|name constraints)/i,
    );
    expect(foreign).toEqual([refused, refused, refused]);
  });
});

async function isInstalled(program: string): Promise<boolean> {
  return run(program, ['--version']).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT',
  );
}

async function byNode(ca: string, { name, port }: TestedServer): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, servername: name, ca });
  try {
    await once(socket, 'secureConnect');
    return 'accepted';
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return `refused: ${code} ${message}`;
  } finally {
    socket.destroy();
  }
}

async function byOpenssl(ca: string, { name, port }: TestedServer): Promise<string> {
  const target = ['-connect', `127.0.0.1:${port}`, '-servername', name, '-verify_hostname', name];
  const output = await openssl(['s_client', ...target, '-verify_return_error', '-CAfile', 'ca.pem'], '', {
    'ca.pem': ca,
  });
  const failure = /verify error:(.*)/.exec(output)?.[1];
  if (failure !== undefined) return `refused: ${failure}`;
  return output.includes('Verification: OK') ? 'accepted' : output;
}

async function byJava(ca: string, servers: readonly TestedServer[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'trust-store-'));
  try {
    const [caFile, store] = [join(folder, 'ca.pem'), join(folder, 'trust.p12')];
    await writeFile(caFile, ca);
    const format = ['-storetype', 'PKCS12', '-storepass', 'changeit', '-noprompt'];
    await run('keytool', [
      '-importcert',
      '-alias',
      'landscape',
      '-file',
      caFile,
      '-keystore',
      store,
      ...format,
    ]);
    const { stdout } = await run('java', [
      TRUST_CHECK,
      store,
      ...servers.map(({ name, port }) => `${name}:${port}`),
    ]);
    return stdout.trim().split('\n');
  } finally {
    await rm(folder, { recursive: true });
  }
}
