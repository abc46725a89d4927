import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/** The TCP socket below each TLS socket. */
const transports = new WeakMap<Socket, Socket>();

/** Records the TCP socket of each TLS socket, because only a TCP socket can be reset. */
export function rememberTransports(server: Server): void {
  const byPort = new Map<number | undefined, Socket>();
  server.on('connection', (connection) => {
    const transport = connection as Socket;
    const { remotePort } = transport;
    byPort.set(remotePort, transport);
    transport.once('close', () => byPort.delete(remotePort));
  });
  server.on('secureConnection', (socket) => {
    const transport = byPort.get(socket.remotePort);
    if (transport !== undefined) transports.set(socket, transport);
  });
}

/** Ends a connection with RST instead of FIN; data in transit is lost. */
export function resetConnection(socket: Socket): void {
  const transport = transports.get(socket) ?? socket;
  if (!transport.destroyed) transport.resetAndDestroy();
}
