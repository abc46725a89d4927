/** The landscape cannot start; the message is a sentence for the user. */
export class StartError extends Error {}

/** Explains why a port could not be opened, and what to do; returns any other error as a start error. */
export function explainStartFailure(
  error: unknown,
  settingOf: (port: number | undefined) => string,
): StartError {
  if (error instanceof StartError) return error;
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  const remedy = `set ${settingOf(port)} to another port`;
  if (code === 'EADDRINUSE') {
    return new StartError(`Port ${port} is already in use: stop the program that uses it, or ${remedy}.`);
  }
  if (code === 'EACCES' && port !== undefined) {
    return new StartError(`This user is not allowed to use port ${port}: ${remedy}.`);
  }
  return new StartError(`The landscape cannot start: ${message}`, { cause: error });
}
