import { describe, expect, it } from 'vitest';
import { isLoopback } from './loopback.js';

describe('isLoopback', () => {
  it.each(['localhost', 'LOCALHOST', 'tenant.localhost', '127.0.0.1', '127.8.9.10', '[::1]'])(
    'accepts %s',
    (hostname) => {
      expect(isLoopback(hostname)).toBe(true);
    },
  );

  it.each([
    'localhost.example.com',
    'x-localhost',
    '.localhost',
    '127.0.0.1.example.com',
    '127.evil.example',
    '127.0.0.256',
    'x127.0.0.1',
    '10.0.0.1',
    '0.0.0.0',
    '[::2]',
    '::1',
    '',
  ])('rejects %j', (hostname) => {
    expect(isLoopback(hostname)).toBe(false);
  });
});
