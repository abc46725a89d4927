/**
 * Keeps many connections open that never complete a request, until the parent process ends it.
 *
 * Parameters: port, attack, connections, rate. It opens `rate` connections per second until it has `connections`, and
 * replaces those that the app closes.
 */
import { connect } from 'node:net';

const [, , port, attack, connections, rate] = process.argv;

const TICK_MS = 50;
const FILLER = 'a'.repeat(60_000);

/** What each connection of an attack sends, once. @type {Readonly<Record<string, string>>} */
const BEGINNINGS = {
  idle: '',
  headers: `GET /endpoint HTTP/1.1\r\nHost: a\r\nX-Filler: ${FILLER}`,
  'short-headers': `GET /endpoint HTTP/1.1\r\nHost: a\r\nX-Filler: ${FILLER.slice(0, 16_000)}`,
  'small-headers': `GET /endpoint HTTP/1.1\r\nHost: a\r\n${'abc: def\r\n'.repeat(1_600)}`,
  bodies: `POST /endpoint HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n"${FILLER}`,
  'unknown-bodies': `POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n"${FILLER}`,
  pipelined: 'GET /endpoint HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(1_700),
};

const beginning = BEGINNINGS[attack ?? ''];
if (beginning === undefined) throw new Error(`Unknown attack ${attack}.`);

let open = 0;
let opened = 0;
let closed = 0;

function openConnection() {
  open += 1;
  const socket = connect({ port: Number(port), host: '127.0.0.1' }, () => {
    opened += 1;
    socket.write(beginning ?? '');
  });
  socket.resume();
  socket.on('error', () => {});
  socket.once('close', () => {
    open -= 1;
    closed += 1;
  });
}

setInterval(() => {
  const missing = Math.min(Number(connections) - open, (Number(rate) * TICK_MS) / 1_000);
  for (let index = 0; index < missing; index += 1) openConnection();
  process.send?.({ open, opened, closed });
}, TICK_MS);
