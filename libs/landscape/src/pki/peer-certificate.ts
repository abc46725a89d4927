import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

const presented = new WeakMap<Socket, X509Certificate>();

/**
 * The certificate the other side of a connection presented, whoever issued it. The same object for every request of a
 * connection, so that what is computed from it once holds for all of them (servers forbid renegotiation).
 */
export function peerCertificateOf(socket: Socket): X509Certificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const known = presented.get(socket);
  if (known !== undefined) return known;
  const certificate = socket.getPeerX509Certificate();
  if (certificate !== undefined) presented.set(socket, certificate);
  return certificate;
}
