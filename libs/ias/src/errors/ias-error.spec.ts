import { describe, expect, it } from 'vitest';
import { printable, printablePath } from './ias-error.js';

describe('printable', () => {
  it.each([
    ['clicreIas', 'clicreIas'],
    ['a\nb\u001b[31mc\u2028d', 'a?b?[31mc?d'],
    ['x'.repeat(101), `${'x'.repeat(100)}…`],
    [undefined, '(none)'],
    [5, '(none)'],
  ])('shows %j as %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe('printablePath', () => {
  it.each([
    ['/etc/keys/own key.pem', '/etc/keys/own key.pem'],
    ['C:\\keys\\own.pem', 'C:\\keys\\own.pem'],
    ['-----BEGIN PRIVATE KEY-----\\nMIIE', '(the value is not a path)'],
    ['MIIE\nMIIE', '(the value is not a path)'],
    ['{"clientsecret":"s"}', '(the value is not a path)'],
  ])('shows %j as %j', (path, shown) => {
    expect(printablePath(path)).toBe(shown);
  });
});
