import './zod-configuration.js';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IdentityBindings, loadDefaultEnvironment } from 'nest-ias';
import type { Clock } from 'nest-ias';
import { registerAccessLog } from './access-log.js';
import { allInterfaces } from './listen-address.js';
import { registerAnswerHeaders } from './answer-headers.js';
import { AppLogger } from './app-logger.js';
import { rejectUnexpectedBodies } from './unexpected-body.js';
import { ConnectionLimit } from './connection-limit.js';
import { registerCorrelation } from './correlation-context.js';
import { assertDirectConnections } from './direct-connections.js';
import { EXIT_CODES } from './exit-codes.js';
import { FASTIFY_OPTIONS } from './fastify-options.js';
import { limitHeaders } from './header-limits.js';
import { exitOnUncaughtErrors, logStartFailure, logWarnings } from './fatal-errors.js';
import { startManagementServer } from './management-server.js';
import { MONOTONIC_CLOCK } from './monotonic-clock.js';
import { OpenConnections } from './open-connections.js';
import { ProblemFilter } from './problem.filter.js';
import { ProblemPages } from './problem-pages.js';
import { readLogSettings } from './server-settings.js';
import type { ServerSettings } from './server-settings.js';
import { ShutdownService } from './shutdown.service.js';
import { rejectUnsupportedRequests } from './unsupported-request.js';
import { waitForPort } from './wait-for-port.js';
import { leaveWebAssemblyUnoptimized } from './web-assembly.js';

/** An app that {@link runApp} can start. */
export interface AppDescription {
  /** Name of its folder under `apps/`, which can contain a `default-env.json`. */
  readonly name: string;
  readonly module: Type;
  /** Injection token of its settings, which include {@link ServerSettings}. */
  readonly settings: symbol;
  /** Adds routes for developers before the app listens. A deployed app does not have them. */
  readonly addDeveloperRoutes?: (app: NestFastifyApplication) => void;
}

/**
 * Starts an app and keeps it running until SIGTERM.
 *
 * If the app cannot start, the process exits with code 1. It logs one sentence if the user can fix the reason, such as
 * an invalid binding or variable or a port that is in use. Otherwise it logs a stack trace.
 */
export async function runApp(description: AppDescription): Promise<void> {
  leaveWebAssemblyUnoptimized();
  const logs = readLogSettings();
  exitOnUncaughtErrors(description.name, logs);
  logWarnings(description.name, logs);
  try {
    loadDefaultEnvironment([
      join(process.cwd(), 'default-env.json'),
      join(process.cwd(), 'apps', description.name, 'default-env.json'),
    ]);
    const app = await createApp(description.module);
    const settings = app.get<ServerSettings>(description.settings, { strict: false });
    const tenants = app.get(IdentityBindings, { strict: false }).all.map(({ url }) => url);
    assertDirectConnections([...tenants, ...settings.calledUrls], settings.proxyVariables);
    if (!settings.isDeployed) description.addDeveloperRoutes?.(app);
    await serve(app, settings);
    app.get(ShutdownService).start(app, settings.shutdownSeconds * 1_000);
    new Logger(description.name).log(`listening on port ${portOf(app)}`);
    // Notifies a parent process with an IPC channel, such as a process manager or `npm start`.
    process.send?.('ready');
  } catch (error) {
    logStartFailure(description.name, logs, error);
    process.exit(EXIT_CODES.failed);
  }
}

/** The port on which the app listens. If the setting is 0, the system chooses the port. */
function portOf(app: NestFastifyApplication): number {
  return (app.getHttpServer().address() as AddressInfo).port;
}

/** Creates the app as it is deployed. It does not listen yet. */
export async function createApp(module: Type): Promise<NestFastifyApplication> {
  // Logs are buffered until the app listens. Otherwise Nest prints a stack trace next to our one sentence.
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(FASTIFY_OPTIONS), {
    abortOnError: false,
    bufferLogs: true,
    autoFlushLogs: false,
  });
  app.useGlobalFilters(new ProblemFilter(app.get(ProblemPages)));
  const server: Server = app.getHttpServer();
  const connections = app.get(OpenConnections);
  connections.watch(server);
  rejectUnsupportedRequests(server);
  registerAnswerHeaders(app);
  limitHeaders(app, connections);
  rejectUnexpectedBodies(app);
  registerCorrelation(app);
  return app;
}

/** Listens on all interfaces and starts to write logs. */
export async function serve(app: NestFastifyApplication, settings: ServerSettings): Promise<void> {
  const logger = new AppLogger(settings);
  if (settings.accessLog) registerAccessLog(app, logger);
  if (settings.managementPort !== undefined) await startManagementServer(app, settings.managementPort);
  const limit = new ConnectionLimit(
    app.get(OpenConnections),
    settings.maxConnections,
    app.get<Clock>(MONOTONIC_CLOCK),
  );
  limit.enforce(app.getHttpServer());
  await waitForPort(settings.port);
  await app.listen(settings.port, allInterfaces());
  app.useLogger(logger);
  app.flushLogs();
}
