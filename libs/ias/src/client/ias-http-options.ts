import { z } from 'zod';
import { ConfigurationError } from '../errors/ias-error.js';

/** Options of an outbound client: one target, one kind of token. */
export interface IasHttpModuleOptions {
  /** Base URL of the app to call, `https://…`; `http://` only on loopback. A token is never sent to another origin. */
  readonly baseURL: string;
  /**
   * Resources the token is for, see `TokenOptions.resource`.
   * @default the own application
   */
  readonly resource?: string | readonly string[];
  /**
   * Milliseconds a call may take in all, without the time to get a token; 1 to 3600000.
   * @default 10000
   */
  readonly deadline?: number;
  /**
   * Correlation id of what is being done, sent as `x-correlation-id`.
   * @default none
   */
  readonly correlationId?: () => string | undefined;
  /**
   * Bytes an answer may have.
   * @default 1048576
   */
  readonly maxResponseBytes?: number;
}

const limitsSchema = z.object({
  deadline: z.int().min(1).max(3_600_000).default(10_000),
  maxResponseBytes: z
    .int()
    .min(1)
    .max(1024 ** 3)
    .default(1024 * 1024),
});

/**
 * The limits of an outbound client, with defaults.
 *
 * @throws {ConfigurationError} one of them is no whole number, or out of range
 */
export function parseLimits(options: IasHttpModuleOptions): z.infer<typeof limitsSchema> {
  const result = limitsSchema.safeParse(options);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ConfigurationError(
    `The option "${String(issue?.path[0])}" of IasHttpModule cannot be used: ${issue?.message ?? 'invalid'}; correct it and start the app again.`,
  );
}
