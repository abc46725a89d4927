/**
 * Requests tokens from a tenant over keep-alive mutual TLS connections and reports their number. It writes one prepared
 * request to every connection again as soon as the answer has arrived, because an HTTP client would take too much CPU time
 * from the tenant on the two shared cores.
 */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';

/**
 * @typedef {object} TokenLoad
 * @property {string} url of the tenant
 * @property {string} ca
 * @property {string} clientid
 * @property {string} certificate
 * @property {string} key
 * @property {number} connections
 * @property {number} seconds
 */

const MICROSECONDS = 1e6;

process.once('message', (/** @type {TokenLoad} */ load) => {
  void generate(load).then((result) => process.send?.(result, () => process.exit()));
});

/** @param {TokenLoad} load */
async function generate({ connections, seconds, ...tenant }) {
  const request = prepare(tenant);
  let tokens = 0;
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(tenant)));
  for (const socket of sockets) {
    onAnswer(socket, () => {
      tokens += 1;
      socket.write(request);
    });
  }
  const before = process.cpuUsage();
  const start = performance.now();
  for (const socket of sockets) socket.write(request);
  await delay(seconds * 1_000);
  const { user, system } = process.cpuUsage(before);
  return {
    tokens,
    seconds: (performance.now() - start) / 1_000,
    cpuSeconds: (user + system) / MICROSECONDS,
  };
}

/** @param {Pick<TokenLoad, 'url' | 'clientid'>} tenant */
function prepare({ url, clientid }) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientid }).toString();
  const lines = [
    'POST /oauth2/token HTTP/1.1',
    `Host: ${new URL(url).host}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
    '',
    body,
  ];
  return Buffer.from(lines.join('\r\n'));
}

/** @param {Pick<TokenLoad, 'url' | 'ca' | 'certificate' | 'key'>} tenant */
async function open({ url, ca, certificate: cert, key }) {
  const { hostname: servername, port } = new URL(url);
  const socket = connect({ host: '127.0.0.1', port: Number(port), servername, ca, cert, key });
  await once(socket, 'secureConnect');
  return socket.setNoDelay(true);
}

/**
 * Calls back when an answer is complete; any status other than 200 ends the process.
 *
 * @param {import('node:tls').TLSSocket} socket
 * @param {() => void} callback
 */
function onAnswer(socket, callback) {
  let missing = 0;
  socket.on('data', (chunk) => {
    missing = (missing === 0 ? lengthOf(chunk) : missing) - chunk.length;
    if (missing === 0) callback();
  });
}

/** Returns the length of the answer that begins with this chunk, including the header, in bytes. */
function lengthOf(/** @type {Buffer} */ chunk) {
  const end = chunk.indexOf('\r\n\r\n') + 4;
  const header = chunk.toString('latin1', 0, end);
  const [, length] = /\r\ncontent-length: (\d+)\r\n/i.exec(header) ?? [];
  if (header.startsWith('HTTP/1.1 200 ') && length !== undefined) return end + Number(length);
  throw new Error(`Unexpected answer of the tenant:\n${chunk.toString()}`);
}
