import { constants } from 'node:crypto';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { ClientAuthority } from '../pki/client-authority.js';
import type { IssuedCertificate } from '../pki/issued-certificate.js';
import { rememberTransports } from './connection-reset.js';

/** gorouter's limit on request headers (`docs/reference/ias-facts.md#header-size`). */
const MAXIMUM_HEADER_BYTES = 64 * 1024;
/** Longer than the keep-alive of our clients, so that no client reuses a connection while the server closes it. */
const KEEP_ALIVE_MILLISECONDS = 90_000;

/**
 * Creates an HTTPS server that requests a client certificate but accepts every connection. The tenant or the router
 * decides for each request, and answers with an HTTP error instead of a TLS alert, as IAS and gorouter do.
 */
export function createTlsServer(
  clients: ClientAuthority,
  served: IssuedCertificate,
  perServerName: Pick<ServerOptions, 'SNICallback' | 'sessionIdContext'> = {},
): Server {
  const options: ServerOptions = {
    key: served.key,
    cert: served.certificate,
    ca: clients.pem,
    requestCert: true,
    rejectUnauthorized: false,
    maxHeaderSize: MAXIMUM_HEADER_BYTES,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ...perServerName,
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
  };
  const server = createServer(options);
  rememberTransports(server);
  return server;
}
