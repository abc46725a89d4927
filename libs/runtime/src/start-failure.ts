import { inspect } from 'node:util';
import { IasError } from 'nest-ias';

/** One sentence for a failure that the user can fix, otherwise a stack trace. */
export function explainStartFailure(error: unknown): string {
  if (error instanceof IasError) return error.message;
  const { code, port } = (error ?? {}) as { code?: unknown; port?: number };
  if (code === 'EADDRINUSE') {
    return `port ${port} is in use: stop the program that uses it, or set PORT to another port.`;
  }
  if (code === 'EACCES' && port !== undefined) {
    return `this user is not allowed to use port ${port}: set PORT to a port above 1023.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : inspect(error);
}

/** The code of an error of `nest-ias` or of the system, otherwise `start_failed`. */
export function codeOfStartFailure(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : 'start_failed';
}
