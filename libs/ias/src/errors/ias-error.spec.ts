import { describe, expect, it } from 'vitest';
import {
  BindingError,
  ConfigurationError,
  DownstreamError,
  printable,
  printablePath,
  TokenRequestError,
} from './ias-error.js';

describe('IasError', () => {
  it.each([new BindingError('binding_missing', 'No binding.'), new ConfigurationError('Wrong value.')])(
    'has no stack if the app cannot start: $name',
    (error) => {
      expect(error.stack).toBe(`${error.name}: ${error.message}`);
    },
  );

  it.each([
    new TokenRequestError('client_rejected', 'No token.'),
    new DownstreamError('downstream_failed', 'No answer.'),
  ])('has a stack if a request fails: $name', (error) => {
    expect(error.stack).toContain('ias-error.spec');
  });
});

describe('printable', () => {
  it.each([
    ['clicreIas', 'clicreIas'],
    ['a\nb\u001b[31mc\u2028d', 'a?b?[31mc?d'],
    ['admin\u202exe.exe\u2066\u200f\ufeff', 'admin?xe.exe???'],
    ['\ud800lone', '?lone'],
    ['ü 🔑', 'ü 🔑'],
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
