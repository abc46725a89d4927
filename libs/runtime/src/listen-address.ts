import { networkInterfaces } from 'node:os';

/** The address that stands for all interfaces: `::` takes IPv4 as well, but needs a machine that has IPv6. */
export function allInterfaces(interfaces = networkInterfaces()): '::' | '0.0.0.0' {
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  return addresses.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0';
}
