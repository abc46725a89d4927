import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadDefaultEnvironment } from 'nest-ias';
import { AppLogger } from './app.logger.js';
import { waitForPort } from './port.js';
import { ProblemFilter } from './problem.filter.js';
import { registerSecurityHeaders } from './security-headers.js';
import { readServerSettings } from './server.settings.js';
import type { ServerSettings } from './server.settings.js';
import { ShutdownService } from './shutdown.service.js';
import { explainStartFailure } from './start-failure.js';

/** What tells one app from another. */
export interface AppDescription {
  /** Name of the folder under `apps/`, which may hold a `default-env.json`. */
  readonly name: string;
  readonly module: Type;
  /** Port where the environment names none. */
  readonly defaultPort: number;
}

/** Longer than the 90 s for which the router keeps a connection, or it meets a closed one now and then (502). */
const KEEP_ALIVE_TIMEOUT_MS = 95_000;

/** The router passes headers of up to 64 KiB; with less, Node.js would answer for the guard. */
const MAX_HEADER_BYTES = 64 * 1024;
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Starts an app and keeps it running until SIGTERM.
 *
 * What can be mended by whoever starts it (a broken binding, an invalid variable, an occupied port) ends the process
 * with exit code 1 and one sentence; anything else with its stack trace.
 */
export async function runApp(description: AppDescription): Promise<void> {
  exitOnUncaughtErrors(description.name);
  try {
    loadDefaultEnvironment([
      join(process.cwd(), 'default-env.json'),
      join(process.cwd(), 'apps', description.name, 'default-env.json'),
    ]);
    const settings = readServerSettings(process.env, description.defaultPort);
    const app = await createApp(description.module);
    await serve(app, settings);
    app.get(ShutdownService).start(app);
    new Logger(description.name).log(`listening on port ${settings.port}`);
  } catch (error) {
    process.stderr.write(`${description.name} cannot start: ${explainStartFailure(error)}\n`);
    process.exit(1);
  }
}

/** The app as it is deployed, not yet listening. */
export async function createApp(module: Type): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: MAX_BODY_BYTES,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
  });
  // Buffered until the app serves: of a failed start Nest would print a stack trace beside our one sentence.
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    abortOnError: false,
    bufferLogs: true,
    autoFlushLogs: false,
  });
  app.useGlobalFilters(new ProblemFilter());
  app.get(ShutdownService).prepare(app);
  await registerSecurityHeaders(app);
  return app;
}

/** Listens on all interfaces, and from then on logs. */
export async function serve(app: NestFastifyApplication, settings: ServerSettings): Promise<void> {
  await waitForPort(settings.port);
  await app.listen(settings.port, '0.0.0.0');
  app.useLogger(new AppLogger(settings));
  app.flushLogs();
}

function exitOnUncaughtErrors(name: string): void {
  const exit = (error: unknown) => {
    process.stderr.write(`${name} ends: uncaught ${explainStartFailure(error)}\n`);
    process.exit(1);
  };
  process.on('uncaughtException', exit);
  process.on('unhandledRejection', exit);
}
