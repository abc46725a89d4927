import { constants } from 'node:crypto';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { CertificateAuthority, IssuedCertificate } from '../pki/certificate-authority.js';
import { rememberTransports } from './connection-reset.js';

/** gorouter's limit on request headers (facts.md §6). */
const MAXIMUM_HEADER_BYTES = 64 * 1024;
/** Longer than the keep-alive of any client here, so that no client meets a connection just being closed. */
const KEEP_ALIVE_MILLISECONDS = 90_000;

/**
 * Makes an HTTPS server that asks for a client certificate and accepts the connection whatever comes: who may do
 * what is decided by request, with an answer that says so, as IAS and gorouter do it.
 */
export function createTlsServer(
  ca: CertificateAuthority,
  served: IssuedCertificate,
  perServerName: Pick<ServerOptions, 'SNICallback' | 'sessionIdContext'> = {},
): Server {
  const options: ServerOptions = {
    key: served.key,
    cert: served.certificate,
    ca: ca.trustedPem,
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
