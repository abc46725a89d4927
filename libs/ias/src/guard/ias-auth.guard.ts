import { Injectable, Logger } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthenticationException } from './answer/authentication.exception.js';
import { attachAuthentication } from './authentication.js';
import { Public } from './decorators/public.decorator.js';
import { messageOf } from './request/raw-headers.reader.js';
import type { PlatformRequest } from './request/raw-headers.reader.js';
import { RequestAuthenticator } from './request.authenticator.js';

/** A response of Express or Fastify. */
export interface PlatformResponse {
  header(name: string, value: string): unknown;
}

/**
 * Lets a request pass if it carries a valid access token of IAS, and notes on it who is calling.
 *
 * Registered for the whole app with `{ provide: APP_GUARD, useExisting: IasAuthGuard }`, or for some routes with
 * `@UseGuards(IasAuthGuard)`. It answers by itself: status, Bearer challenge and problem details need no filter.
 * Anything but HTTP (messages, web sockets) is refused, unless a subclass says where to find its request.
 */
@Injectable()
export class IasAuthGuard implements CanActivate {
  readonly #logger = new Logger(IasAuthGuard.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly requests: RequestAuthenticator,
  ) {}

  /** @throws {AuthenticationException} the request is rejected; its headers are set on the response */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.isPublic(context)) return true;
    const request = this.getRequest(context);
    if (!request) return false;
    try {
      attachAuthentication(request, await this.requests.authenticate(messageOf(request)));
      return true;
    } catch (error) {
      throw this.reject(error, context);
    }
  }

  /** Whether the route is open to everybody. */
  protected isPublic(context: ExecutionContext): boolean {
    return this.reflector.getAllAndOverride(Public, [context.getHandler(), context.getClass()]) ?? false;
  }

  /** The request to authenticate; `undefined` refuses the call. */
  protected getRequest(context: ExecutionContext): PlatformRequest | undefined {
    return context.getType() === 'http' ? context.switchToHttp().getRequest<PlatformRequest>() : undefined;
  }

  /** The response that gets the headers of a rejection. */
  protected getResponse(context: ExecutionContext): PlatformResponse {
    return context.switchToHttp().getResponse<PlatformResponse>();
  }

  private reject(error: unknown, context: ExecutionContext): AuthenticationException {
    const rejection = error instanceof AuthenticationException ? error : this.unexpected(error);
    const response = this.getResponse(context);
    for (const [name, value] of Object.entries(rejection.headers)) response.header(name, value);
    return rejection;
  }

  /** A mistake of ours must neither let anybody in nor tell them anything; its text may hold parts of the token. */
  private unexpected(error: unknown): AuthenticationException {
    const name = error instanceof Error ? error.name : typeof error;
    this.#logger.error(`A token could not be verified because of an unexpected ${name}.`);
    return new AuthenticationException('token_refused', name);
  }
}
