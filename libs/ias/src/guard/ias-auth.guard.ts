import { Injectable, Optional } from '@nestjs/common';
import type { CanActivate, ExecutionContext, OnModuleInit } from '@nestjs/common';
import { ModulesContainer, Reflector } from '@nestjs/core';
import { moduleMissing } from '../core/module-missing.js';
import { AuthenticationException } from './authentication-exception.js';
import { attachAuthentication } from './authentication.js';
import type { CallContext } from './call-context.js';
import type { Authentication } from './authentication.js';
import { ReceivedRequest } from './received-request.js';
import type { PlatformRequest } from './received-request.js';
import { RequestAuthenticator } from './request-authenticator.js';
import { RoutePolicyReader } from './route-policy.js';

/** A response of Express or Fastify. */
export interface PlatformResponse {
  header(name: string, value: string): unknown;
}

/**
 * Accepts a request with a valid access token from IAS, and attaches the caller to the request.
 *
 * Register it for the whole app with `{ provide: APP_GUARD, useExisting: IasAuthGuard }`, or for some routes with
 * `@UseGuards(IasAuthGuard)`. Together with `IasModule` it creates status, Bearer challenge and problem details, so the app needs no filter.
 *
 * It rejects calls that are not HTTP (messages, web sockets), unless a subclass overrides {@link getRequest}. For GraphQL,
 * import `IasGraphqlModule` of `nest-ias/graphql`.
 * `app.enableCors()` answers CORS preflight requests before guards run; an `OPTIONS` handler is a route like any other.
 */
@Injectable()
export class IasAuthGuard implements CanActivate, OnModuleInit {
  readonly #routes: RoutePolicyReader;
  readonly #requests: RequestAuthenticator | undefined;
  readonly #modules: ModulesContainer | undefined;

  /**
   * @param requests is missing if the module of the route cannot access `IasModule`
   * @param modules for an error that explains why; subclasses may omit it
   */
  constructor(
    reflector: Reflector,
    @Optional() requests?: RequestAuthenticator,
    @Optional() modules?: ModulesContainer,
  ) {
    this.#requests = requests;
    this.#modules = modules;
    this.#routes = new RoutePolicyReader(reflector);
  }

  /**
   * Checks this here and not in the constructor, where Nest also omits providers that failed to start.
   *
   * @throws {ConfigurationError} `module_missing`
   */
  onModuleInit(): void {
    this.#presentRequests();
  }

  /** @throws {AuthenticationException} the guard rejects the request; it has set the headers on the response */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const policy = this.#routes.read(context);
    if (policy.isPublic) return true;
    const request = this.getRequest(context);
    if (!request) return false;
    const reject = (error: unknown) => {
      if (error instanceof AuthenticationException) this.#describe(error, context);
      throw error;
    };
    try {
      const requests = this.#presentRequests();
      const accept = (authentication: Authentication) =>
        attachAuthentication(request, authentication, requests.userProperty);
      const outcome = requests.authenticate(new ReceivedRequest(request), policy);
      // Nest waits only for guards that return a promise.
      return outcome instanceof Promise ? outcome.then(accept, reject) : accept(outcome);
    } catch (error) {
      return reject(error);
    }
  }

  /** The request to authenticate; `undefined` rejects the call. */
  protected getRequest(context: ExecutionContext): PlatformRequest | undefined {
    return context.getType() === 'http'
      ? context.getArgByIndex<PlatformRequest>(0)
      : this.#callContextOf(context)?.requestOf(context);
  }

  /** The response that gets the headers of a rejection. */
  protected getResponse(context: ExecutionContext): PlatformResponse {
    return context.getArgByIndex<PlatformResponse>(1);
  }

  #callContextOf(context: ExecutionContext): CallContext | undefined {
    return this.#requests?.callContexts.get(context.getType());
  }

  #describe(rejection: AuthenticationException, context: ExecutionContext): void {
    const callContext = this.#callContextOf(context);
    if (callContext) callContext.describe(rejection);
    else this.#setHeaders(rejection, context);
  }

  #presentRequests(): RequestAuthenticator {
    if (this.#requests === undefined) throw moduleMissing('IasAuthGuard', this.#modules);
    return this.#requests;
  }

  #setHeaders({ headers }: AuthenticationException, context: ExecutionContext): void {
    const response = this.getResponse(context);
    // The content type belongs to the body, and a filter of the app can send another body.
    const { 'content-type': _, ...always } = headers;
    for (const [name, value] of Object.entries(always)) response.header(name, value);
  }
}
