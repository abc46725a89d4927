import { randomBytes } from 'node:crypto';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { callbackify } from 'node:util';
import { createExpiredContext } from '../fault/expired-certificate.js';
import { FaultRegistry } from '../fault/fault-registry.js';
import { createTlsServer } from '../http/tls-server.js';
import type { ClientAuthority } from '../pki/client-authority.js';
import type { IssuedCertificate } from '../pki/issued-certificate.js';
import type { ServerAuthority } from '../pki/server-authority.js';

/** TLS settings of the server. */
export interface TenantServerSettings {
  readonly servers: ServerAuthority;
  readonly clients: ClientAuthority;
  readonly serverCertificate: IssuedCertificate;
}

/** A server that does not listen yet, and the registry of its faults. */
export interface TenantServer {
  readonly server: Server;
  readonly faults: FaultRegistry;
}

/** Creates the TLS server of a tenant, which applies the faults of connections: `down` and `expired-certificate`. */
export function createTenantServer({
  servers,
  clients,
  serverCertificate,
}: TenantServerSettings): TenantServer {
  const faults: FaultRegistry = new FaultRegistry(({ kind }) => {
    if (kind === 'expired-certificate') forceHandshakes(server);
    if (kind === 'down') server.closeAllConnections();
  });
  const server = createTlsServer(clients, serverCertificate, {
    SNICallback: callbackify(async (_serverName: string) =>
      faults.take('connection', 'expired-certificate') === undefined
        ? undefined
        : createExpiredContext(servers, clients.pem),
    ),
  });
  server.on('connection', (socket: Socket) => {
    if (faults.take('connection', 'down') !== undefined) socket.resetAndDestroy();
  });
  return { server, faults };
}

/** Clients see a new server certificate in a full handshake only, not in a resumed session or an open connection. */
function forceHandshakes(server: Server): void {
  server.setTicketKeys(randomBytes(48));
  server.closeIdleConnections();
}
