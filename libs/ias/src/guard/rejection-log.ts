import { Inject, Injectable, Logger } from '@nestjs/common';
import { IAS_MONOTONIC_CLOCK } from '../core/clocks.js';
import type { Clock } from '../core/clocks.js';
import { RateLimiter } from '../core/rate-limiter.js';
import { parseBearerCredentials } from './checks/1-credentials.js';
import type { ReceivedRequest } from './received-request.js';
import { decodeCompactJws } from '../core/jwt.js';
import type { AuthenticationException } from './authentication-exception.js';

/** Entries written at once, then one per second: a flood of requests must not become a flood of log lines. */
const EVENTS = { burst: 20, intervalMs: 1_000 } as const;
const MAX_FIELD_CHARACTERS = 64;

/** Writes one structured log entry for each rejected request, without the token. */
@Injectable()
export class RejectionLog {
  readonly #logger = new Logger('IasSecurity');
  readonly #limiter: RateLimiter;
  #suppressed = 0;

  constructor(@Inject(IAS_MONOTONIC_CLOCK) now: Clock) {
    this.#limiter = new RateLimiter(EVENTS, now);
  }

  write(rejection: AuthenticationException, request: ReceivedRequest): void {
    if (!this.#limiter.take()) {
      this.#suppressed += 1;
      return;
    }
    this.#logger.warn({
      event: 'ias.request_rejected',
      code: rejection.code,
      status: rejection.getStatus(),
      ...(rejection.operatorDetail !== undefined && { detail: rejection.operatorDetail }),
      ...readParties(request),
      ...(this.#suppressed > 0 && { suppressed: this.#suppressed }),
    });
    this.#suppressed = 0;
  }
}

/** The client and the key that the token names, unverified. */
function readParties({ authorization }: ReceivedRequest): { client?: string; kid?: string } {
  try {
    const { header, payload } = decodeCompactJws(parseBearerCredentials(authorization));
    return { ...fieldOf('client', payload, 'azp'), ...fieldOf('kid', header, 'kid') };
  } catch {
    return {};
  }
}

function fieldOf<Name extends string>(
  name: Name,
  source: unknown,
  key: string,
): { [Field in Name]?: string } {
  const value: unknown = (source as Record<string, unknown> | null)?.[key];
  if (typeof value !== 'string') return {};
  const readable = value.slice(0, MAX_FIELD_CHARACTERS).replace(/[^\x21-\x7e]/g, '?');
  return { [name]: readable } as { [Field in Name]?: string };
}
