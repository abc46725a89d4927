import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthenticationException } from './rejections.js';
import { attachAuthentication } from './caller.decorator.js';
import type { Authentication } from './caller.decorator.js';
import { messageOf } from './raw-headers.js';
import type { PlatformRequest } from './raw-headers.js';
import { RequestAuthenticator } from './request-authenticator.js';
import { RoutePolicyReader } from './route-policy.js';

/** A response of Express or Fastify. */
export interface PlatformResponse {
  header(name: string, value: string): unknown;
}

/**
 * Lets a request pass if it carries a valid access token of IAS, and notes on it who is calling.
 *
 * Registered for the whole app with `{ provide: APP_GUARD, useExisting: IasAuthGuard }`, or for some routes with
 * `@UseGuards(IasAuthGuard)`. It answers by itself: status, Bearer challenge and problem details need no filter.
 *
 * Anything but HTTP (messages, web sockets) is refused, unless a subclass says where to find its request. CORS
 * preflight requests are answered by `app.enableCors()` before guards run; an `OPTIONS` handler of the app is a route
 * like any other.
 */
@Injectable()
export class IasAuthGuard implements CanActivate {
  readonly #routes: RoutePolicyReader;

  constructor(
    reflector: Reflector,
    private readonly requests: RequestAuthenticator,
  ) {
    this.#routes = new RoutePolicyReader(reflector);
  }

  /** @throws {AuthenticationException} the request is rejected; its headers are set on the response */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const policy = this.#routes.read(context);
    if (policy.isPublic) return true;
    const request = this.getRequest(context);
    if (!request) return false;
    const admit = (authentication: Authentication) => {
      attachAuthentication(request, authentication);
      return true;
    };
    const reject = (error: unknown) => {
      if (error instanceof AuthenticationException) this.setHeaders(error, context);
      throw error;
    };
    try {
      const outcome = this.requests.authenticate(messageOf(request), policy);
      return outcome instanceof Promise ? outcome.then(admit, reject) : admit(outcome);
    } catch (error) {
      return reject(error);
    }
  }

  /** The request to authenticate; `undefined` refuses the call. */
  protected getRequest(context: ExecutionContext): PlatformRequest | undefined {
    return context.getType() === 'http' ? context.switchToHttp().getRequest<PlatformRequest>() : undefined;
  }

  /** The response that gets the headers of a rejection. */
  protected getResponse(context: ExecutionContext): PlatformResponse {
    return context.switchToHttp().getResponse<PlatformResponse>();
  }

  private setHeaders({ headers }: AuthenticationException, context: ExecutionContext): void {
    const response = this.getResponse(context);
    for (const [name, value] of Object.entries(headers)) response.header(name, value);
  }
}
