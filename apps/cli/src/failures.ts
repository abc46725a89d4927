/** The command was called in a way that it does not support: unknown code, invalid address, nothing on standard input. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command failed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  /** @param code stable code of the product, if there is one */
  constructor(
    message: string,
    readonly code?: string,
  ) {
    super(message);
  }
}
