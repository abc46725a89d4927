import type { ArgumentsHost, ExecutionContext } from '@nestjs/common';
import type { AuthenticationException } from './authentication-exception.js';
import type { PlatformRequest } from './received-request.js';

/** Calls of a type other than HTTP that the guard can authenticate. */
export interface CallContext {
  /** The HTTP request that carried the call; `undefined` rejects the call. */
  requestOf(context: ExecutionContext): PlatformRequest | undefined;
  /** Adds to the error what callers of this type get. */
  describe(rejection: AuthenticationException): void;
}

/** The HTTP request of a GraphQL operation: `req` of the context, the third parameter of each resolver. */
export function graphqlRequestOf(host: ArgumentsHost): PlatformRequest | undefined {
  const { req } = host.getArgByIndex<{ readonly req?: unknown } | undefined>(2) ?? {};
  return isPlatformRequest(req) ? req : undefined;
}

function isPlatformRequest(value: unknown): value is PlatformRequest {
  const { raw, rawHeaders } = (value ?? {}) as { readonly raw?: object; readonly rawHeaders?: unknown };
  return Array.isArray(rawHeaders) || (raw !== undefined && 'rawHeaders' in raw);
}
