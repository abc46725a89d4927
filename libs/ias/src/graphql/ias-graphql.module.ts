import { Module } from '@nestjs/common';
import type { ExecutionContext, OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { moduleMissing } from '../core/module-missing.js';
import type { AuthenticationException } from '../guard/authentication-exception.js';
import { graphqlRequestOf } from '../guard/call-context.js';
import type { CallContext } from '../guard/call-context.js';
import { RequestAuthenticator } from '../guard/request-authenticator.js';

/**
 * Lets `IasAuthGuard` authenticate queries and mutations of `@nestjs/graphql`. Rejections are GraphQL errors. Without this
 * module the guard rejects every GraphQL operation; it always rejects subscriptions.
 */
@Module({})
export class IasGraphqlModule implements OnModuleInit {
  readonly #modules: ModulesContainer;

  constructor(modules: ModulesContainer) {
    this.#modules = modules;
  }

  /** @throws {ConfigurationError} `module_missing` */
  onModuleInit(): void {
    const authenticators = [...this.#modules.values()].flatMap(
      ({ providers }) =>
        (providers.get(RequestAuthenticator)?.instance as RequestAuthenticator | undefined) ?? [],
    );
    if (authenticators.length === 0) throw moduleMissing('IasGraphqlModule', this.#modules);
    for (const { callContexts } of authenticators) callContexts.set('graphql', GRAPHQL_CALLS);
  }
}

/** `code` of a GraphQL error, by the status that the same rejection has over HTTP. The first three are those of Apollo. */
const CODES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  503: 'SERVICE_UNAVAILABLE',
};

/** Queries and mutations: the caller authenticates with the HTTP request that carried the operation. */
const GRAPHQL_CALLS: CallContext = {
  requestOf: (context) => (isSubscription(context) ? undefined : graphqlRequestOf(context)),
  /** graphql-js copies `extensions` of the error that a resolver throws. */
  describe: (rejection: AuthenticationException) => {
    const extensions = { code: CODES[rejection.getStatus()], problem: rejection.getResponse() };
    Object.assign(rejection, { extensions });
  },
};

/** A connection can outlive the token with which it was opened. */
function isSubscription(context: ExecutionContext): boolean {
  const info = context.getArgByIndex<{ readonly operation?: { readonly operation?: string } } | undefined>(3);
  return info?.operation?.operation === 'subscription';
}
