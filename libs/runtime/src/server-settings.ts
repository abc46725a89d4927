import { isatty } from 'node:tty';
import type { LogLevel } from '@nestjs/common';
import { ConfigurationError, isDeployed } from 'nest-ias';
import { z } from 'zod';
import { readApplicationFields } from './cloud-foundry-log.js';
import type { ApplicationFields } from './cloud-foundry-log.js';
import { readVariables, wholeNumber } from './environment-variables.js';

/** Where the logs of an app go. */
export interface LogSettings {
  /** Whether each line is a JSON object, for a program that collects logs, instead of text. */
  readonly jsonLogs: boolean;
  readonly colors: boolean;
  /** On Cloud Foundry, JSON has the format of SAP's logging library, with these fields. */
  readonly application?: ApplicationFields | undefined;
}

/** How the server of an app runs. */
export interface ServerSettings extends LogSettings {
  readonly port: number;
  readonly logLevels: LogLevel[];
  /** Whether each request is logged. Routers of platforms usually do that. */
  readonly accessLog: boolean;
  readonly isDeployed: boolean;
  /** Port on loopback for health details. */
  readonly managementPort: number | undefined;
  /** Maximum number of open connections. */
  readonly maxConnections: number;
  /** How long a graceful stop may take. The platform kills a process that takes longer than it allows. */
  readonly shutdownSeconds: number;
  /** URLs that the app calls, in addition to the tenants of its bindings. */
  readonly calledUrls: readonly string[];
  /** Names of the environment variables that set a proxy. */
  readonly proxyVariables: readonly string[];
}

/** From the most to the least severe. A level includes those before it. */
const LEVELS = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const satisfies LogLevel[];

/** The largest number that fits 112 MB on Node.js 24, less than the shipped quota (docs/how-to/memory.md). */
const DEFAULT_MAX_CONNECTIONS = '512';

/** SAP BTP allows 60 seconds. No request takes longer than 10, including the calls that it makes. */
const DEFAULT_SHUTDOWN_SECONDS = '25';

const PROXY_VARIABLE = /^(https?|all)_proxy$/i;

/** The environment variables of each app. An app adds its own with `extend`. */
export function serverVariables(defaultPort: number) {
  return z.object({
    /**
     * Least severe level to log: `fatal`, `error`, `warn`, `log`, `debug` or `verbose`.
     *
     * @default `log`
     */
    LOG_LEVEL: z
      .enum(LEVELS)
      .default('log')
      .describe(`one of ${LEVELS.join(', ')}`),
    /**
     * `json`: one object per line; `text`.
     *
     * @default `json` if the app is deployed, otherwise `text`
     */
    LOG_FORMAT: z.enum(['json', 'text']).optional().describe('one of json, text'),
    /**
     * HTTP port, on all interfaces.
     *
     * @default backend 3001, frontend 3000
     */
    PORT: wholeNumber(0, 65_535).prefault(String(defaultPort)).describe('a port number from 0 to 65535'),
    /**
     * Port on 127.0.0.1 for `GET /health` with details; 1 to 65535, not the same as `PORT`.
     *
     * @default no such port
     */
    MANAGEMENT_PORT: wholeNumber(1, 65_535).optional().describe('a port number from 1 to 65535'),
    /**
     * Maximum number of open connections, 1 to 999999. Beyond it, the app closes the connection that has been incomplete
     * or idle longest.
     *
     * @default `512`
     */
    MAX_CONNECTIONS: wholeNumber(1, 999_999)
      .prefault(DEFAULT_MAX_CONNECTIONS)
      .describe('a number of connections from 1 to 999999'),
    /**
     * How long a graceful stop may take after SIGTERM, 2 to 600. Choose less than the time after which the platform kills
     * the app: 60 on SAP BTP, 10 on open-source Cloud Foundry.
     *
     * @default `25`
     */
    SHUTDOWN_SECONDS: wholeNumber(2, 600)
      .prefault(DEFAULT_SHUTDOWN_SECONDS)
      .describe('a number of seconds from 2 to 600'),
    /**
     * `on`: logs one event per request, without query, headers and body; `off`: for platforms whose router writes an
     * access log.
     *
     * @default `off`
     */
    ACCESS_LOG: z.enum(['on', 'off']).default('off').describe('one of on, off'),
    // `IasModule` validates them.
    IAS_TRUSTED_ISSUERS: z.string().default(''),
  });
}

/**
 * Reads the settings of a server that has no additional variables.
 *
 * @throws {ConfigurationError} naming the first variable whose value is invalid
 */
export function readServerSettings(environment: NodeJS.ProcessEnv, defaultPort: number): ServerSettings {
  return toServerSettings(readVariables(serverVariables(defaultPort), environment), environment);
}

/** @throws {ConfigurationError} `MANAGEMENT_PORT` is the port of the app itself */
export function toServerSettings(
  variables: z.output<ReturnType<typeof serverVariables>>,
  environment: NodeJS.ProcessEnv,
): ServerSettings {
  const { PORT, MANAGEMENT_PORT, LOG_LEVEL } = variables;
  if (PORT === MANAGEMENT_PORT) {
    throw new ConfigurationError(
      `The environment variable MANAGEMENT_PORT is the port of the app itself, ${PORT}: choose another port.`,
    );
  }
  return {
    port: PORT,
    managementPort: MANAGEMENT_PORT,
    logLevels: LEVELS.slice(0, LEVELS.indexOf(LOG_LEVEL) + 1),
    maxConnections: variables.MAX_CONNECTIONS,
    shutdownSeconds: variables.SHUTDOWN_SECONDS,
    accessLog: variables.ACCESS_LOG === 'on',
    isDeployed: isDeployed(environment),
    calledUrls: variables.IAS_TRUSTED_ISSUERS.split(',').map((issuer) => issuer.trim()),
    proxyVariables: Object.keys(environment).filter((name) => PROXY_VARIABLE.test(name) && environment[name]),
    ...readLogSettings(environment),
  };
}

/**
 * Reads where logs go, before any other setting, so that an invalid setting can be logged. An invalid `LOG_FORMAT`
 * counts as unset here.
 */
export function readLogSettings(environment: NodeJS.ProcessEnv = process.env): LogSettings {
  const format = environment['LOG_FORMAT'];
  const isValid = format === 'json' || format === 'text';
  const jsonLogs = isValid ? format === 'json' : isDeployed(environment);
  return { jsonLogs, colors: isatty(1) && !jsonLogs, application: readApplicationFields(environment) };
}
