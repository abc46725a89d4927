/**
 * Keeps a crowd of connections open that never get a request done, until its parent ends it.
 *
 * Parameters: port, kind of attack, connections, rate. Opens connections at that rate a second until it has that many, and
 * then others for those that are closed.
 */
import { connect } from 'node:net';

const [, , port, kind, connections, rate] = process.argv;

const TICK_MS = 50;
const FILLER = 'a'.repeat(60_000);

/** What a connection of each kind sends; it never sends more. @type {Readonly<Record<string, string>>} */
const BEGINNINGS = {
  idle: '',
  headers: `GET /endpoint HTTP/1.1\r\nHost: a\r\nX-Filler: ${FILLER}`,
  'short-headers': `GET /endpoint HTTP/1.1\r\nHost: a\r\nX-Filler: ${FILLER.slice(0, 16_000)}`,
  'small-headers': `GET /endpoint HTTP/1.1\r\nHost: a\r\n${'abc: def\r\n'.repeat(1_600)}`,
  bodies: `POST /endpoint HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n"${FILLER}`,
  'unknown-bodies': `POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n"${FILLER}`,
  pipelined: 'GET /endpoint HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(1_700),
};

const beginning = BEGINNINGS[kind ?? ''];
if (beginning === undefined) throw new Error(`There is no attack ${kind}.`);

let open = 0;
let opened = 0;
let closed = 0;

function join() {
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
  for (let index = 0; index < missing; index += 1) join();
  process.send?.({ open, opened, closed });
}, TICK_MS);
