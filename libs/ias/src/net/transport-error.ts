/** A failure that this package found in a connection or response; `code` is one of those that transport-failure.ts knows. */
export class TransportError extends Error {
  override readonly name = 'TransportError';

  constructor(
    readonly code:
      'ABORT_ERR' | 'ERR_CONTENT_CODING' | 'ERR_RESPONSE_MALFORMED' | 'ERR_RESPONSE_TOO_LARGE' | 'ETIMEDOUT',
    message: string,
  ) {
    super(message);
  }
}

export function responseTooLarge(limit: number): TransportError {
  return new TransportError('ERR_RESPONSE_TOO_LARGE', `the response is larger than ${limit} bytes`);
}
