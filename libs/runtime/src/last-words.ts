import { AppLogger } from './app.logger.js';
import type { ServerSettings } from './server.settings.js';

/** The part of a process that its end needs. */
type Host = Pick<NodeJS.Process, 'on' | 'exit'>;

/**
 * Logs an error that nobody caught, and ends the process with exit code 1: its state is unknown, and the platform
 * starts another.
 */
export function exitOnUncaughtErrors(
  name: string,
  settings: Pick<ServerSettings, 'jsonLogs' | 'colors'>,
  host: Host = process,
): void {
  const exit = (error: unknown) => {
    const logger = new AppLogger({ ...settings, logLevels: ['fatal'] });
    logger.fatal(error instanceof Error ? error : new Error(`uncaught: ${String(error)}`), name);
    host.exit(1);
  };
  host.on('uncaughtException', exit);
  host.on('unhandledRejection', exit);
}
