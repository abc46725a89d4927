import { z } from 'zod';
import { ConfigurationError } from '../errors/ias-error.js';
import type { Resource } from '../token/token-request.js';

/** Options of a client for one target. */
export interface IasClientOptions {
  /**
   * Base URL of the app to call, `https://…`; `http://` for loopback addresses only. The client never sends a token to
   * another origin.
   */
  readonly baseURL: string;
  /**
   * Applications or APIs to request the token for (RFC 8707). A call can override it. The option `resource` of
   * `IasModule` is another thing: the public origin of this app (RFC 9728).
   * @default this application
   */
  readonly resource?: Resource | readonly Resource[];
  /**
   * Tenant to request the token for. A call can override it.
   * @default `app_tid` of the binding, or of the user token
   */
  readonly appTid?: string;
  /**
   * Maximum duration of a call in milliseconds, with the time for a second token and the whole body of the response, but
   * without the time to fetch the first token; 1 to 3600000.
   * @default 10000
   */
  readonly timeout?: number;
  /**
   * Returns the current correlation ID, sent as `x-correlation-id`.
   * @default none
   */
  readonly correlationId?: () => string | undefined;
  /**
   * Maximum size of a response in bytes, as sent and decoded; 1 to 1073741824.
   * @default 1048576
   */
  readonly maxResponseBytes?: number;
}

const milliseconds = z.int().min(1).max(3_600_000);
const bytes = z
  .int()
  .min(1)
  .max(1024 ** 3);

const limitsSchema = z.object({
  timeout: milliseconds.default(10_000),
  maxResponseBytes: bytes.default(1024 * 1024),
});

/** Whether a number is a valid duration of a call. */
export function isDuration(value: number): boolean {
  return milliseconds.safeParse(value).success;
}

/** Whether a number is a valid maximum size of a response. */
export function isResponseSize(value: number): boolean {
  return bytes.safeParse(value).success;
}

/**
 * Validates the limits of a client and adds defaults.
 *
 * @param owner name of the registration, for errors
 * @throws {ConfigurationError} a limit is not a whole number or is out of range
 */
export function parseLimits(options: IasClientOptions, owner: string): z.infer<typeof limitsSchema> {
  const result = limitsSchema.safeParse(options);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ConfigurationError(
    `Invalid option "${String(issue?.path[0])}" of ${owner}: ${issue?.message ?? 'unknown reason'}; correct it and restart the app.`,
  );
}
