import { lookup } from 'node:dns';
import { isIPv4 } from 'node:net';
import type { LookupFunction } from 'node:net';

const LOCALHOST = /^(.+\.)?localhost$/i;

/**
 * Whether a host is this machine: `localhost`, a name under it (RFC 6761 §6.3), 127.0.0.0/8 or `[::1]`.
 *
 * @param hostname as in `URL.hostname`
 */
export function isLoopback(hostname: string): boolean {
  if (isIPv4(hostname)) return hostname.startsWith('127.');
  return LOCALHOST.test(hostname) || hostname === '[::1]';
}

/** Names under `.localhost` are loopback, but many resolvers do not resolve them (RFC 6761 §6.3). */
export const lookupLoopback: LookupFunction = (hostname, options, callback) => {
  if (!/\.localhost\.?$/i.test(hostname)) return lookup(hostname, options, callback);
  const addresses = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
  process.nextTick(() =>
    options.all
      ? callback(null, addresses)
      : callback(null, addresses[0]?.address ?? '', addresses[0]?.family),
  );
};
