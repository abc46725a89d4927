import { describe, expect, it } from 'vitest';
import { DOWNSTREAM_ERRORS, TOKEN_REQUEST_ERRORS } from './error-codes.js';
import { DownstreamError, TokenRequestError } from './ias-error.js';

describe('kind', () => {
  it.each([
    new TokenRequestError('token_endpoint_overloaded', ''),
    new TokenRequestError('token_endpoint_timeout', ''),
    new TokenRequestError('client_rejected', ''),
  ])('of $code comes from the table of token requests', ({ code, kind }) => {
    expect(kind).toBe(TOKEN_REQUEST_ERRORS[code].kind);
  });

  it.each([
    new DownstreamError('downstream_overloaded', ''),
    new DownstreamError('downstream_timeout', ''),
    new DownstreamError('downstream_rejected', ''),
  ])('of $code comes from the table of calls', ({ code, kind }) => {
    expect(kind).toBe(DOWNSTREAM_ERRORS[code].kind);
  });
});

describe('documentation', () => {
  it('is the address of the section of the code', () => {
    expect(new DownstreamError('downstream_timeout', '').documentation).toBe(
      'https://github.com/nest-ias/nest-ias/tree/main/docs/reference/errors.md#downstream_timeout',
    );
  });
});
