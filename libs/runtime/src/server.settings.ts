import { isatty } from 'node:tty';
import type { LogLevel } from '@nestjs/common';
import { ConfigurationError } from 'nest-ias';
import { z } from 'zod';

/** How the server of an app runs, from the environment. */
export interface ServerSettings {
  readonly port: number;
  readonly logLevels: LogLevel[];
  /** One JSON object a line: on Cloud Foundry, where logs are collected. */
  readonly jsonLogs: boolean;
  readonly colors: boolean;
  /** One event a request; off where the router writes one already. */
  readonly accessLog: boolean;
  /** Port on loopback that tells details of the app's health; none where it is not set. */
  readonly managementPort: number | undefined;
}

/** From the most to the least urgent; a level includes those before it. */
const LEVELS = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const satisfies LogLevel[];

const port = z
  .string()
  .trim()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((value) => value <= 65_535);

const managementPort = port.refine((value) => value > 0);

/** @throws {ConfigurationError} `PORT`, `MANAGEMENT_PORT`, `LOG_LEVEL` or `ACCESS_LOG` cannot be used */
export function readServerSettings(environment: NodeJS.ProcessEnv, defaultPort: number): ServerSettings {
  const level = read('LOG_LEVEL', z.enum(LEVELS), environment, `one of ${LEVELS.join(', ')}`) ?? 'log';
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
    accessLog: read('ACCESS_LOG', z.enum(['on', 'off']), environment, 'one of on, off') === 'on',
    ...whereLogsGo(environment),
  };
}

/** On Cloud Foundry a program reads the logs, elsewhere somebody at a terminal. */
export function whereLogsGo(environment: NodeJS.ProcessEnv): Pick<ServerSettings, 'jsonLogs' | 'colors'> {
  const onCloudFoundry = environment['VCAP_APPLICATION'] !== undefined;
  return { jsonLogs: onCloudFoundry, colors: isatty(1) && !onCloudFoundry };
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
