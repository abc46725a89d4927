import { networkInterfaces } from 'node:os';

/** The address for all interfaces: `::` includes IPv4, but works only on a machine with IPv6. */
export function allInterfaces(interfaces = networkInterfaces()): '::' | '0.0.0.0' {
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  return addresses.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0';
}
