import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { moduleMissing } from '../core/module-missing.js';
import { RequestAuthenticator } from '../guard/request-authenticator.js';
import { GRAPHQL_CALLS } from './graphql-calls.js';

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
