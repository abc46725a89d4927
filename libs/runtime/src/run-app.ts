import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IdentityBindings, loadDefaultEnvironment } from 'nest-ias';
import { registerAccessLog } from './access-log.js';
import { allInterfaces } from './listen-address.js';
import { registerAnswerHeaders } from './answer-headers.js';
import { AppLogger } from './app-logger.js';
import { registerBodyPolicy } from './body-policy.js';
import { ConnectionLimit } from './connection-limit.js';
import { registerCorrelation } from './correlation-context.js';
import { assertDirectConnections } from './direct-connections.js';
import { refuseUnsupported } from './malformed-request.js';
import { limitHeaders } from './header-limits.js';
import { exitOnUncaughtErrors, logStartFailure, logWarnings } from './fatal-errors.js';
import { startManagementServer } from './management-server.js';
import { OpenConnections } from './open-connections.js';
import { waitForPort } from './port.js';
import { ProblemFilter } from './problem.filter.js';
import { SERVER_OPTIONS } from './server-options.js';
import { readServerSettings, whereLogsGo } from './server-settings.js';
import type { ServerSettings } from './server-settings.js';
import { ShutdownService } from './shutdown.service.js';

/** What tells one app from another. */
export interface AppDescription {
  /** Name of the folder under `apps/`, which may hold a `default-env.json`. */
  readonly name: string;
  readonly module: Type;
  /** Port where the environment names none. */
  readonly defaultPort: number;
  /** URLs of the apps it calls, as the environment names them. */
  readonly targets?: () => readonly (string | undefined)[];
}

/**
 * Starts an app and keeps it running until SIGTERM.
 *
 * What can be mended by whoever starts it (a broken binding, an invalid variable, an occupied port) ends the process
 * with exit code 1 and one sentence; anything else with its stack trace.
 */
export async function runApp(description: AppDescription): Promise<void> {
  const logs = whereLogsGo(process.env);
  exitOnUncaughtErrors(description.name, logs);
  logWarnings(description.name, logs);
  try {
    loadDefaultEnvironment([
      join(process.cwd(), 'default-env.json'),
      join(process.cwd(), 'apps', description.name, 'default-env.json'),
    ]);
    const settings = readServerSettings(process.env, description.defaultPort);
    const app = await createApp(description.module);
    assertDirectConnections([
      ...app.get(IdentityBindings, { strict: false }).all.map(({ url }) => url),
      ...(process.env['IAS_TRUSTED_ISSUERS'] ?? '').split(',').map((issuer) => issuer.trim()),
      ...(description.targets?.() ?? []).filter((url) => url !== undefined),
    ]);
    await serve(app, settings);
    app.get(ShutdownService).start(app, settings.shutdownSeconds * 1_000);
    new Logger(description.name).log(`listening on port ${portOf(app)}`);
    // For a program that started it and opened a channel, as process managers and `npm start` do.
    process.send?.('ready');
  } catch (error) {
    logStartFailure(description.name, logs, error);
    process.exit(1);
  }
}

/** Where it listens; the system chose the port where it was to be 0. */
function portOf(app: NestFastifyApplication): number {
  return (app.getHttpServer().address() as AddressInfo).port;
}

/** The app as it is deployed, not yet listening. */
export async function createApp(module: Type): Promise<NestFastifyApplication> {
  // Buffered until the app serves: of a failed start Nest would print a stack trace beside our one sentence.
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(SERVER_OPTIONS), {
    abortOnError: false,
    bufferLogs: true,
    autoFlushLogs: false,
  });
  app.useGlobalFilters(new ProblemFilter());
  const server: Server = app.getHttpServer();
  const connections = app.get(OpenConnections);
  connections.watch(server);
  refuseUnsupported(server);
  registerAnswerHeaders(app);
  limitHeaders(app, connections);
  registerBodyPolicy(app);
  registerCorrelation(app);
  return app;
}

/** Listens on all interfaces, and from then on logs. */
export async function serve(app: NestFastifyApplication, settings: ServerSettings): Promise<void> {
  if (settings.accessLog) registerAccessLog(app);
  if (settings.managementPort !== undefined) await startManagementServer(app, settings.managementPort);
  new ConnectionLimit(app.get(OpenConnections), settings.maxConnections).enforce(app.getHttpServer());
  await waitForPort(settings.port);
  await app.listen(settings.port, allInterfaces());
  app.useLogger(new AppLogger(settings));
  app.flushLogs();
}
