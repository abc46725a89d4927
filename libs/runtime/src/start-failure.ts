import { inspect } from 'node:util';
import { IasError } from 'nest-ias';
import { messageWithLinks } from './doctor-hint.js';

/**
 * One sentence for a failure that the user can fix, otherwise a stack trace.
 *
 * @param isInRepository whether a person reads it where the app was started
 */
export function explainStartFailure(error: unknown, isInRepository: boolean): string {
  if (error instanceof IasError) return messageWithLinks(error, isInRepository);
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
