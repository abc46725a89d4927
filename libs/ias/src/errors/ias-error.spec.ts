import { describe, expect, it } from 'vitest';
import { BindingError, ConfigurationError, DownstreamError, TokenRequestError } from './ias-error.js';

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
