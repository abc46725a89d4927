import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

const presented = new WeakMap<Socket, X509Certificate>();

/**
 * Returns the certificate that the peer presented, from any issuer. It is the same object for every request of a
 * connection, so that its thumbprint is computed only once. This is safe because the servers forbid renegotiation.
 */
export function peerCertificateOf(socket: Socket): X509Certificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const known = presented.get(socket);
  if (known !== undefined) return known;
  const certificate = socket.getPeerX509Certificate();
  if (certificate !== undefined) presented.set(socket, certificate);
  return certificate;
}
