import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { allInterfaces } from './listen-address.js';

const withFamily = (family: 'IPv4' | 'IPv6') => ({ family }) as NetworkInterfaceInfo;

describe('allInterfaces', () => {
  it('are those of both families where the machine has IPv6', () => {
    expect(allInterfaces({ lo: [withFamily('IPv4'), withFamily('IPv6')] })).toBe('::');
  });

  it('are those of IPv4 on any other machine', () => {
    expect(allInterfaces({ lo: [withFamily('IPv4')], none: undefined })).toBe('0.0.0.0');
  });
});
