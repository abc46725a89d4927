import { inspect } from 'node:util';
import { IasError } from 'nest-ias';

/** One sentence for a failure that whoever starts the app can mend; the stack trace of any other. */
export function explainStartFailure(error: unknown): string {
  if (error instanceof IasError) return error.message;
  const { code, port } = (error ?? {}) as { code?: unknown; port?: number };
  if (code === 'EADDRINUSE') {
    return `port ${port} is in use: end the program that uses it, or choose another with PORT.`;
  }
  if (code === 'EACCES' && port !== undefined) {
    return `port ${port} may not be used: choose one above 1023 with PORT.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : inspect(error);
}

/** Tells one failure of the start from another: the code of ours or of the system, else `start_failed`. */
export function codeOfStartFailure(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : 'start_failed';
}
