/** Exit codes of every command. */
export const EXIT = { done: 0, warnings: 1, broken: 2, usage: 3 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command was called in a way that it does not support: unknown code, invalid address, nothing on standard input. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command could not do what it was asked for. */
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
