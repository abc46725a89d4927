import { inspect } from 'node:util';
import { ConsoleLogger } from '@nestjs/common';
import type { LogLevel } from '@nestjs/common';
import { logLine, requestLine } from './cloud-foundry-log.js';
import type { ApplicationFields, LogEvent, RequestEvent } from './cloud-foundry-log.js';
import { currentCorrelationId } from './correlation-context.js';
import { redactSecrets } from './secret-redaction.js';
import type { LogSettings, ServerSettings } from './server-settings.js';

/** Contexts in which Nest logs its own start. */
const NEST_START: ReadonlySet<unknown> = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

const MAX_CAUSES = 4;

const MINUTE_MS = 60_000;

/**
 * Writes one line per event: JSON in a deployed app, with the correlation ID of the request and the code of a failure,
 * text otherwise. On Cloud Foundry, JSON has the format of SAP's logging library. Messages about Nest's own start have level `debug`. No line contains a token or a key.
 */
export class AppLogger extends ConsoleLogger {
  readonly #application: ApplicationFields | undefined;

  constructor({ jsonLogs, colors, logLevels, application }: LogSettings & Pick<ServerSettings, 'logLevels'>) {
    super({ json: jsonLogs, colors, logLevels, compact: true });
    this.#application = jsonLogs ? application : undefined;
  }

  /** Writes the access log. */
  request(event: RequestEvent): void {
    if (this.#application !== undefined) {
      if (this.isLevelEnabled('log')) process.stdout.write(`${requestLine(event, this.#application)}\n`);
      return;
    }
    const { method, path, status, milliseconds, correlationId } = event;
    this.log('request', { method, path, status, milliseconds, correlation_id: correlationId }, 'Access');
  }

  override log(message: unknown, ...context: unknown[]): void {
    if (NEST_START.has(context.at(-1))) this.debug(message, ...context);
    else super.log(message, ...context);
  }

  protected override stringifyJsonLogObject(event: Record<string, unknown>): string {
    const { message, params, error } = event;
    const code = codeOf(params) ?? codeOf(error) ?? codeOf(message);
    const correlationId = currentCorrelationId() ?? fieldOf(params, 'correlation_id');
    const written = { ...event, ...asText(message), code, correlation_id: correlationId };
    const line = { ...written, ...(isRecord(written.params) && { params: this.#plain(written.params) }) };
    if (this.#application !== undefined) return logLine(line as unknown as LogEvent, this.#application);
    return redactSecrets(super.stringifyJsonLogObject(line));
  }

  protected override stringifyMessage(message: unknown, logLevel: LogLevel): string {
    const shown =
      message instanceof Error ? traceOf(message) : isRecord(message) ? this.#plain(message) : message;
    return redactSecrets(super.stringifyMessage(shown, logLevel));
  }

  protected override stringifyParams(params: Record<string, unknown>): string {
    return redactSecrets(super.stringifyParams(this.#plain(params)));
  }

  /** Serializes errors without their additional properties: errors of HTTP clients contain the whole request. */
  #plain(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        value instanceof Error ? this.serializeError(value) : value,
      ]),
    );
  }

  /** Local time for a reader at a terminal, such as `2026-01-31 13:45:59`. It avoids `Intl`, whose first use is slow. */
  protected override getTimestamp(): string {
    const now = new Date();
    const local = new Date(now.getTime() - now.getTimezoneOffset() * MINUTE_MS);
    return local.toISOString().slice(0, 19).replace('T', ' ');
  }

  protected override printStackTrace(stack: string | undefined): void {
    super.printStackTrace(redactSecrets(stack ?? ''));
  }
}

/** The stack trace of an error and of its causes. */
function traceOf(error: Error, depth = 0): string {
  const { cause } = error;
  const trace = error.stack ?? `${error.name}: ${error.message}`;
  const code = codeOf(error);
  const own = code === undefined ? trace : `${trace} (${code})`;
  const isTraced = cause instanceof Error && depth < MAX_CAUSES;
  return isTraced ? `${own}\ncaused by ${traceOf(cause, depth + 1)}` : own;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
}

/** Log collectors expect text as the message. For an event, the message is its name; its fields become parameters. */
function asText(message: unknown): { message?: string; params?: object } {
  if (typeof message === 'string' || message instanceof Error) return {};
  if (!isRecord(message)) return { message: inspect(message, { breakLength: Infinity }) };
  const { event, ...params } = message;
  return { message: typeof event === 'string' ? event : 'event', params };
}

function codeOf(part: unknown): string | undefined {
  return fieldOf(part, 'code');
}

function fieldOf(part: unknown, name: string): string | undefined {
  const value = ((part ?? {}) as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}
