import { BindingError, ConfigurationError, TokenRequestError } from 'nest-ias';
import { describe, expect, it } from 'vitest';
import { messageWithDoctor } from './doctor-hint.js';

describe('messageWithDoctor', () => {
  it.each([
    new BindingError('binding_invalid', 'No client ID.'),
    new TokenRequestError('client_rejected', 'No token.'),
  ])('names the doctor for $code, in one sentence', (error) => {
    const start = error.message.slice(0, -1);
    expect(messageWithDoctor(error, true)).toBe(`${start} (find the cause with npm run -s ias -- doctor).`);
    expect(messageWithDoctor(error, false)).toBe(
      `${start} (see https://github.com/nest-ias/nest-ias/tree/main/docs/how-to/find-out-what-is-wrong.md).`,
    );
  });

  it('names the landscape where no binding is', () => {
    const message =
      'No binding: https://github.com/nest-ias/nest-ias/tree/main/docs/how-to/develop-locally.md';
    const error = new BindingError('binding_missing', message);
    expect(messageWithDoctor(error, true)).toBe(
      `${message} (start the landscape with npm run landscape, or find the cause with npm run -s ias -- doctor).`,
    );
    expect(messageWithDoctor(error, false)).toBe(message);
  });

  it('leaves other messages as they are', () => {
    expect(messageWithDoctor(new ConfigurationError('Wrong value.'), true)).toBe('Wrong value.');
  });
});
