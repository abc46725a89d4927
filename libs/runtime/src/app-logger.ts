import { inspect } from 'node:util';
import { ConsoleLogger } from '@nestjs/common';
import type { LogLevel } from '@nestjs/common';
import { currentCorrelationId } from './correlation-context.js';
import { redactSecrets } from './secret-redaction.js';
import type { ServerSettings } from './server-settings.js';

/** What Nest tells of its own start; of interest to whoever debugs it. */
const CHATTER: ReadonlySet<unknown> = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

const MAX_CAUSES = 4;

const MILLISECONDS_A_MINUTE = 60_000;

/**
 * One line an event: JSON on Cloud Foundry, with the correlation id of the request and the code of a failure, text
 * elsewhere. Nest's own start is told at level `debug`. No line holds a token or a key.
 */
export class AppLogger extends ConsoleLogger {
  constructor({ jsonLogs, colors, logLevels }: Pick<ServerSettings, 'jsonLogs' | 'colors' | 'logLevels'>) {
    super({ json: jsonLogs, colors, logLevels, compact: true });
  }

  override log(message: unknown, ...context: unknown[]): void {
    if (CHATTER.has(context.at(-1))) this.debug(message, ...context);
    else super.log(message, ...context);
  }

  protected override stringifyJsonLogObject(event: Record<string, unknown>): string {
    const { message, params, error } = event;
    const code = codeOf(params) ?? codeOf(error) ?? codeOf(message);
    const correlationId = currentCorrelationId() ?? fieldOf(params, 'correlation_id');
    const written = { ...event, ...asText(message), code, correlation_id: correlationId };
    return redactSecrets(
      super.stringifyJsonLogObject({
        ...written,
        ...(isRecord(written.params) && { params: this.#plain(written.params) }),
      }),
    );
  }

  protected override stringifyMessage(message: unknown, logLevel: LogLevel): string {
    const shown =
      message instanceof Error ? traceOf(message) : isRecord(message) ? this.#plain(message) : message;
    return redactSecrets(super.stringifyMessage(shown, logLevel));
  }

  protected override stringifyParams(params: Record<string, unknown>): string {
    return redactSecrets(super.stringifyParams(this.#plain(params)));
  }

  /** Errors of HTTP clients carry the whole request: of an error only what tells what happened is written. */
  #plain(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        value instanceof Error ? this.serializeError(value) : value,
      ]),
    );
  }

  /** Local time, `2026-01-31 13:45:59`, for a reader at a terminal; the formats of `Intl` take long at their first use. */
  protected override getTimestamp(): string {
    const now = new Date();
    const local = new Date(now.getTime() - now.getTimezoneOffset() * MILLISECONDS_A_MINUTE);
    return local.toISOString().slice(0, 19).replace('T', ' ');
  }

  protected override printStackTrace(stack: string | undefined): void {
    super.printStackTrace(redactSecrets(stack ?? ''));
  }
}

/** The stack trace of an error, and of what caused it. */
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

/** Whoever collects logs wants text as the message: of an event its name, what it tells are its parameters. */
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
