import { describe, expect, it } from 'vitest';
import { isLoopbackAddress, isLoopbackHostname } from './loopback.js';

describe('isLoopbackAddress', () => {
  it.each(['127.0.0.1', '127.8.9.10', '127.255.255.255', '::1'])('accepts %s', (address) => {
    expect(isLoopbackAddress(address)).toBe(true);
  });

  it.each([
    '127.evil.example',
    '127.0.0.1.evil.example',
    '127.1',
    '127.0.0.256',
    '127.0.0.1 ',
    '10.0.0.1',
    '0.0.0.0',
    '::',
    '::2',
    '[::1]',
    'localhost',
    '',
  ])('rejects %j', (address) => {
    expect(isLoopbackAddress(address)).toBe(false);
  });
});

describe('isLoopbackHostname', () => {
  it.each(['localhost', 'tenant.localhost', 'a.b.localhost', '127.0.0.1', '127.8.9.10', '[::1]'])(
    'accepts %s',
    (hostname) => {
      expect(isLoopbackHostname(hostname)).toBe(true);
    },
  );

  it.each([
    'localhost.example.com',
    'x-localhost',
    '.localhost',
    '127.evil.example',
    '127.0.0.1.example.com',
    '127.999.0.1',
    'x127.0.0.1',
    '10.0.0.1',
    '[::2]',
    '',
  ])('rejects %j', (hostname) => {
    expect(isLoopbackHostname(hostname)).toBe(false);
  });
});
