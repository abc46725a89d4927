import { currentRequestFields } from './request-fields.js';
import type { RequestFields } from './request-fields.js';
import { redactSecrets } from './secret-redaction.js';

/** Fields of a line that describe the app, from `VCAP_APPLICATION`. */
export type ApplicationFields = Readonly<Record<string, string | number>>;

/** An event, as {@link AppLogger} writes it as JSON on other platforms. */
export interface LogEvent {
  readonly level: string;
  readonly message: string;
  /** The component. */
  readonly context?: string;
  readonly code?: string | undefined;
  readonly correlation_id?: string | undefined;
  readonly stack?: unknown;
  readonly params?: object;
  readonly error?: unknown;
}

/** An answered request; times are milliseconds since the epoch. */
export interface RequestEvent {
  readonly correlationId: string;
  readonly status: number;
  readonly method?: string | undefined;
  /** Without the query, which can contain secrets. */
  readonly path?: string | undefined;
  readonly milliseconds?: number;
  readonly httpVersion?: string;
  readonly requestBytes?: number | undefined;
  readonly responseBytes?: number | undefined;
  readonly contentType?: string | undefined;
  readonly fields?: RequestFields;
}

/** Member of `VCAP_APPLICATION` of each field. */
const APPLICATION_FIELDS = {
  component_id: 'application_id',
  component_name: 'application_name',
  component_instance: 'instance_index',
  source_instance: 'instance_index',
  organization_name: 'organization_name',
  organization_id: 'organization_id',
  space_name: 'space_name',
  space_id: 'space_id',
} as const;

/**
 * Levels whose names differ. SAP's package has no `fatal`. We keep it, because it distinguishes a crash from a failed
 * request.
 */
const LEVELS: Readonly<Record<string, string>> = { log: 'info' };

const MAX_STACK_CHARACTERS = 55 * 1_024;

/** Nanoseconds between two lines: the distance between neighbouring JavaScript numbers of this size. */
const TIMESTAMP_STEP = 256;
const NANOSECONDS = 1_000_000;

let lastTimestamp = 0;

/**
 * Describes the app from the environment of Cloud Foundry.
 *
 * @returns undefined elsewhere
 */
export function readApplicationFields(environment: NodeJS.ProcessEnv): ApplicationFields | undefined {
  const application = environment['VCAP_APPLICATION'];
  if (application === undefined) return undefined;
  const members = parseObject(application);
  const fields = Object.entries(APPLICATION_FIELDS).map(([field, member]) => [field, members[member]]);
  return Object.fromEntries([
    ['component_type', 'application'],
    ...fields.filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
    ['layer', '[NODEJS]'],
    ...Object.entries({ container_id: environment['CF_INSTANCE_IP'] }).filter(([, value]) => value),
  ]) as ApplicationFields;
}

/**
 * A log line in the format of SAP's `cf-nodejs-logging-support`, which SAP Cloud Logging supports. As in that package,
 * further fields of an event are text at the top level; fields of the format itself take precedence.
 */
export function logLine(event: LogEvent, application: ApplicationFields): string {
  const stack = stackOf(event);
  return stringify({
    ...Object.fromEntries(Object.entries(event.params ?? {}).map(([name, value]) => [name, asText(value)])),
    logger: event.context ?? 'Nest',
    type: 'log',
    ...application,
    msg: event.message,
    level: LEVELS[event.level] ?? event.level,
    ...(stack !== undefined && { stacktrace: stack }),
    ...timestamps(),
    code: event.code,
    correlation_id: event.correlation_id,
    ...currentRequestFields(),
  });
}

/** A request line in the format of SAP's `cf-nodejs-logging-support`, without the fields that it redacts by default. */
export function requestLine(event: RequestEvent, application: ApplicationFields): string {
  const sent = Date.now();
  const { milliseconds, httpVersion } = event;
  return stringify({
    logger: 'Access',
    type: 'request',
    direction: 'IN',
    ...application,
    level: 'info',
    ...timestamps(),
    request: event.path,
    method: event.method,
    ...(httpVersion !== undefined && { protocol: `HTTP/${httpVersion}` }),
    request_size_b: event.requestBytes,
    response_status: event.status,
    response_size_b: event.responseBytes,
    response_content_type: event.contentType,
    ...(milliseconds !== undefined && { request_received_at: new Date(sent - milliseconds).toJSON() }),
    response_time_ms: milliseconds,
    response_sent_at: new Date(sent).toJSON(),
    correlation_id: event.correlationId,
    ...event.fields,
  });
}

function stringify(line: object): string {
  return redactSecrets(JSON.stringify(line));
}

/** `written_ts` grows with each line, so that lines of the same millisecond stay in order. */
function timestamps(): { written_at: string; written_ts: number } {
  const now = Date.now();
  lastTimestamp = Math.max(now * NANOSECONDS, lastTimestamp + TIMESTAMP_STEP);
  return { written_at: new Date(now).toJSON(), written_ts: lastTimestamp };
}

/** Redacts nested values first: once they are text within the line, their quotes are escaped twice. */
function asText(value: unknown): string | undefined {
  return typeof value === 'string' || value === undefined
    ? value
    : redactSecrets(JSON.stringify(value) ?? '');
}

function stackOf({ error, stack }: LogEvent): readonly string[] | undefined {
  const lines = typeof stack === 'string' ? stack.split('\n') : stackLines(error);
  if (lines.length === 0) return undefined;
  let characters = 0;
  return lines.filter((line) => (characters += line.length) <= MAX_STACK_CHARACTERS);
}

/** The stack of an error that is a plain object already, and of its causes. */
function stackLines(error: unknown): string[] {
  const { stack, cause } = (error ?? {}) as { stack?: unknown; cause?: unknown };
  if (typeof stack !== 'string') return [];
  const [first = '', ...further] = stackLines(cause);
  return [...stack.split('\n'), ...(first === '' ? [] : [`caused by ${first}`, ...further])];
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(json) ?? {}) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
