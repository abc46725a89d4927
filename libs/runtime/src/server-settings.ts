import { isatty } from 'node:tty';
import type { LogLevel } from '@nestjs/common';
import { ConfigurationError, isDeployed } from 'nest-ias';
import { z } from 'zod';

/** How the server of an app runs, from the environment. */
export interface ServerSettings {
  readonly port: number;
  readonly logLevels: LogLevel[];
  /** One JSON object a line: where the app is deployed and logs are collected. */
  readonly jsonLogs: boolean;
  readonly colors: boolean;
  /** One event a request; off where the router writes one already. */
  readonly accessLog: boolean;
  /** Port on loopback that tells details of the app's health; none where it is not set. */
  readonly managementPort: number | undefined;
  /** Connections at once; beyond it the one that has been idle or incomplete longest is closed. */
  readonly maxConnections: number;
  /** How long the end may take from SIGTERM on; the platform kills a process that takes longer than it grants. */
  readonly shutdownSeconds: number;
}

/** From the most to the least urgent; a level includes those before it. */
const LEVELS = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const satisfies LogLevel[];

const port = z
  .string()
  .trim()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((value) => value <= 65_535);

const shutdownSeconds = z
  .string()
  .trim()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .refine((value) => value >= 2 && value <= 600);

/** SAP BTP grants 60; no answer of ours takes longer than 10, its call included. */
const DEFAULT_SHUTDOWN_SECONDS = 25;

const maxConnections = z
  .string()
  .trim()
  .regex(/^\d{1,6}$/)
  .transform(Number)
  .refine((value) => value > 0);

/** What holds in the shipped quota of 112M on Node.js 24, with a reserve (docs/how-to/memory.md). */
const DEFAULT_MAX_CONNECTIONS = 512;

const managementPort = port.refine((value) => value > 0);

/** @throws {ConfigurationError} `PORT`, `MANAGEMENT_PORT`, `MAX_CONNECTIONS`, `SHUTDOWN_SECONDS` or a variable of the logs cannot be used */
export function readServerSettings(environment: NodeJS.ProcessEnv, defaultPort: number): ServerSettings {
  const level = read('LOG_LEVEL', z.enum(LEVELS), environment, `one of ${LEVELS.join(', ')}`) ?? 'log';
  read('LOG_FORMAT', z.enum(['json', 'text']), environment, 'one of json, text');
  const ports = {
    port: read('PORT', port, environment, 'a port number from 0 to 65535') ?? defaultPort,
    managementPort: read('MANAGEMENT_PORT', managementPort, environment, 'a port number from 1 to 65535'),
  };
  if (ports.port === ports.managementPort) {
    throw new ConfigurationError(
      `The environment variable MANAGEMENT_PORT names the port of the app itself, ${ports.port}: choose another one.`,
    );
  }
  return {
    ...ports,
    logLevels: LEVELS.slice(0, LEVELS.indexOf(level) + 1),
    maxConnections:
      read('MAX_CONNECTIONS', maxConnections, environment, 'a number of connections from 1 to 999999') ??
      DEFAULT_MAX_CONNECTIONS,
    shutdownSeconds:
      read('SHUTDOWN_SECONDS', shutdownSeconds, environment, 'a number of seconds from 2 to 600') ??
      DEFAULT_SHUTDOWN_SECONDS,
    accessLog: read('ACCESS_LOG', z.enum(['on', 'off']), environment, 'one of on, off') === 'on',
    ...whereLogsGo(environment),
  };
}

/** A program reads the logs of a deployed app, a person at a terminal all others; `LOG_FORMAT` wins. */
export function whereLogsGo(environment: NodeJS.ProcessEnv): Pick<ServerSettings, 'jsonLogs' | 'colors'> {
  const format = environment['LOG_FORMAT'];
  // One that does not exist ends the start; how that is told, the platform decides.
  const isKnown = format === 'json' || format === 'text';
  const jsonLogs = isKnown ? format === 'json' : isDeployed(environment);
  return { jsonLogs, colors: isatty(1) && !jsonLogs };
}

function read<T>(
  variable: string,
  schema: z.ZodType<T, string>,
  environment: NodeJS.ProcessEnv,
  expected: string,
): T | undefined {
  const value = environment[variable];
  if (value === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigurationError(
    `The environment variable ${variable} is not ${expected}: correct it and start again.`,
  );
}
