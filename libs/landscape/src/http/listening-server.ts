import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A server that accepts connections and can be stopped immediately. */
export interface ListeningServer {
  readonly port: number;
  /** Stops accepting and closes every connection, including idle ones and unfinished handshakes. */
  close(): Promise<void>;
}

/**
 * Binds a server to a port. The server does not keep the process running: a test runner that forgot to stop it must end.
 * @throws the `node:net` error with `code` and `port` (`EADDRINUSE`, `EACCES`, …) if the port cannot be bound
 */
export async function listen(server: Server, host: string, port: number): Promise<ListeningServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    socket.unref();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      // Failing to accept one connection (EMFILE) must not crash the landscape.
      server.on('error', () => undefined);
      server.unref();
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
