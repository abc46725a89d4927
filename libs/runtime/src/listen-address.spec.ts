import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { allInterfaces } from './listen-address.js';

const withFamily = (family: 'IPv4' | 'IPv6') => ({ family }) as NetworkInterfaceInfo;

describe('allInterfaces', () => {
  it('returns the address for IPv4 and IPv6 on a machine with IPv6', () => {
    expect(allInterfaces({ lo: [withFamily('IPv4'), withFamily('IPv6')] })).toBe('::');
  });

  it('returns the address for IPv4 on any other machine', () => {
    expect(allInterfaces({ lo: [withFamily('IPv4')], none: undefined })).toBe('0.0.0.0');
  });
});
