import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer } from '../http/answer.js';
import type { Fault } from './fault.js';

type Break = Extract<Fault, { kind: 'break' }>['how'];

const INTERIM_MS = 10;

/** Sends no usable answer, in a way that HTTP clients may not expect. */
export function breakAnswer(response: ServerResponse, answer: Answer, how: Break): void {
  const { socket } = response;
  if (socket === null) return;
  const half = answer.body.slice(0, answer.body.length / 2);
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.body.length}\r\n\r\n`;
  switch (how) {
    case 'upgrade':
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n');
      break;
    case 'close':
      socket.destroy();
      break;
    case 'half-close':
      socket.end();
      break;
    case 'interim':
      sendInterimAnswers(socket);
      break;
    case 'truncate':
      socket.end(head + half);
      break;
    case 'stall':
      socket.write(head + half);
      break;
  }
}

function sendInterimAnswers(socket: Socket): void {
  const timer = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), INTERIM_MS);
  socket.once('close', () => clearInterval(timer));
}
