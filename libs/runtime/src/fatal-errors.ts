import { AppLogger } from './app-logger.js';
import { isStartedInRepository } from './doctor-hint.js';
import { EXIT_CODES } from './exit-codes.js';
import type { LogSettings } from './server-settings.js';
import { codeOfStartFailure, explainStartFailure } from './start-failure.js';

/** The members of `process` that are used here. */
type Host = Pick<NodeJS.Process, 'on' | 'exit'>;

/** Logs an uncaught error and exits with code 1, because the state of the process is unknown. The platform restarts it. */
export function exitOnUncaughtErrors(name: string, settings: LogSettings, host: Host = process): void {
  const exit = (error: unknown) => {
    const logger = new AppLogger({ ...settings, logLevels: ['fatal'] });
    logger.fatal(error instanceof Error ? error : new Error(`uncaught: ${String(error)}`), name);
    host.exit(EXIT_CODES.failed);
  };
  host.on('uncaughtException', exit);
  host.on('unhandledRejection', exit);
}

/** Logs why an app cannot start: as an event if a program reads the logs, otherwise as text. */
export function logStartFailure(name: string, settings: LogSettings, error: unknown): void {
  const sentence = `${name} cannot start: ${explainStartFailure(error, !settings.jsonLogs && isStartedInRepository())}`;
  if (!settings.jsonLogs) process.stderr.write(`${sentence}\n`);
  else {
    const logger = new AppLogger({ ...settings, logLevels: ['fatal'] });
    logger.fatal(sentence, { code: codeOfStartFailure(error) }, name);
  }
}

/** Logs warnings of Node.js as events if a program reads the logs. Otherwise Node.js prints them itself. */
export function logWarnings(
  name: string,
  settings: LogSettings,
  host: Pick<NodeJS.Process, 'on' | 'removeAllListeners'> = process,
): void {
  if (!settings.jsonLogs) return;
  // Removes the listener of Node.js, which prints text.
  host.removeAllListeners('warning');
  host.on('warning', (warning: Error & { code?: string }) => {
    const logger = new AppLogger({ ...settings, logLevels: ['warn'] });
    logger.warn(`${warning.name}: ${warning.message}`, { code: warning.code ?? 'node_warning' }, name);
  });
}
