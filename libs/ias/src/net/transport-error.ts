/** A failure that this package found in a connection, request or response; `code` is one of those that transport-failure.ts knows. */
export class TransportError extends Error {
  override readonly name = 'TransportError';

  /** @param message free of tokens and secrets, because errors for operators repeat it */
  constructor(
    readonly code:
      | 'ABORT_ERR'
      | 'ERR_CONTENT_CODING'
      | 'ERR_REQUEST_BODY'
      | 'ERR_RESPONSE_MALFORMED'
      | 'ERR_RESPONSE_TOO_LARGE'
      | 'ETIMEDOUT',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function responseTooLarge(limit: number): TransportError {
  return new TransportError('ERR_RESPONSE_TOO_LARGE', `the response is larger than ${limit} bytes`);
}
