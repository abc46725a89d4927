import { isIPv4 } from 'node:net';

/** The address on which the landscape listens by default. */
export const LOOPBACK_ADDRESS = '127.0.0.1';

/** Addresses of this machine (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export const LOOPBACK_NETWORKS = ['127.0.0.0/8', '::1/128'];

/** Whether a text is an address of this machine. A name is not an address, even if it starts like one. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}

/**
 * Whether a host is this machine: one of its addresses, `localhost`, or a name below it (RFC 6761 §6.3, RFC 8252 §7.3).
 *
 * @param hostname as in `URL.hostname`
 */
export function isLoopbackHostname(hostname: string): boolean {
  return /^(?:.+\.)?localhost$/.test(hostname) || hostname === '[::1]' || isLoopbackAddress(hostname);
}
