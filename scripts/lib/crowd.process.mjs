/**
 * Keeps a crowd of connections open that never get a request done, until its parent ends it.
 *
 * Parameters: port, kind of attack, connections. Opens all of them as fast as it can, and one more for each that closes.
 */
import { connect } from 'node:net';

const [, , port, kind, connections] = process.argv;

/** Connections that wait for the other side to accept them. */
const MAX_OPENING = 200;
const FILLER = 'a'.repeat(60_000);

/** What a connection of each kind sends; it never sends more. @type {Readonly<Record<string, string>>} */
const BEGINNINGS = {
  idle: '',
  headers: `GET /endpoint HTTP/1.1\r\nHost: a\r\nX-Filler: ${FILLER}`,
  'small-headers': `GET /endpoint HTTP/1.1\r\nHost: a\r\n${`a: ${'b'.repeat(60)}\r\n`.repeat(900)}`,
  bodies: `POST /endpoint HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n"${FILLER}`,
  'unknown-bodies': `POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n"${FILLER}`,
  pipelined: 'GET /endpoint HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(1_700),
};

const beginning = BEGINNINGS[kind ?? ''];
if (beginning === undefined) throw new Error(`There is no attack ${kind}.`);

let open = 0;
let opening = 0;
let opened = 0;
let closed = 0;

function fill() {
  while (open < Number(connections) && opening < MAX_OPENING) join();
}

function join() {
  open += 1;
  opening += 1;
  let isOpening = true;
  const settle = () => {
    if (isOpening) opening -= 1;
    isOpening = false;
  };
  const socket = connect({ port: Number(port), host: '127.0.0.1' }, () => {
    opened += 1;
    settle();
    socket.write(beginning ?? '');
    fill();
  });
  socket.resume();
  socket.on('error', () => {});
  socket.once('close', () => {
    settle();
    open -= 1;
    closed += 1;
    setImmediate(fill);
  });
}

fill();
setInterval(() => process.send?.({ open, opened, closed }), 250);
