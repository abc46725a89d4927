import { AppLogger } from './app-logger.js';
import type { LogSettings } from './server-settings.js';
import { codeOfStartFailure, explainStartFailure } from './start-failure.js';

/** The part of a process that its end needs. */
type Host = Pick<NodeJS.Process, 'on' | 'exit'>;

/**
 * Logs an error that nobody caught, and ends the process with exit code 1: its state is unknown, and the platform
 * starts another.
 */
export function exitOnUncaughtErrors(name: string, settings: LogSettings, host: Host = process): void {
  const exit = (error: unknown) => {
    const logger = new AppLogger({ ...settings, logLevels: ['fatal'] });
    logger.fatal(error instanceof Error ? error : new Error(`uncaught: ${String(error)}`), name);
    host.exit(1);
  };
  host.on('uncaughtException', exit);
  host.on('unhandledRejection', exit);
}

/** Tells why an app cannot start: an event where a program reads the logs, a sentence where somebody does. */
export function logStartFailure(name: string, settings: LogSettings, error: unknown): void {
  const sentence = `${name} cannot start: ${explainStartFailure(error)}`;
  if (!settings.jsonLogs) process.stderr.write(`${sentence}\n`);
  else {
    const logger = new AppLogger({ ...settings, logLevels: ['fatal'] });
    logger.fatal(sentence, { code: codeOfStartFailure(error) }, name);
  }
}

/** Logs what Node.js warns of as an event; where somebody reads along it prints its warnings itself. */
export function logWarnings(
  name: string,
  settings: LogSettings,
  host: Pick<NodeJS.Process, 'on' | 'removeAllListeners'> = process,
): void {
  if (!settings.jsonLogs) return;
  // Node's own listener, which prints text.
  host.removeAllListeners('warning');
  host.on('warning', (warning: Error & { code?: string }) => {
    const logger = new AppLogger({ ...settings, logLevels: ['warn'] });
    logger.warn(`${warning.name}: ${warning.message}`, { code: warning.code ?? 'node_warning' }, name);
  });
}
