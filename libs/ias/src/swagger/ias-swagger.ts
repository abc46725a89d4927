import type { INestApplication } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer, Reflector } from '@nestjs/core';
import { ApiExcludeController } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { IdentityBindings } from '../binding/identity-bindings.js';
import { moduleMissing } from '../core/module-missing.js';
import { IAS_SETTINGS } from '../core/settings.js';
import type { IasSettings } from '../core/settings.js';
import { strictest } from '../guard/checks/7-proof-of-possession.js';
import { isGuardGlobal, isGuarded } from '../guard/guard-presence.js';
import type { ApiRequirement } from '../guard/demands.decorator.js';
import { ProtectedResourceController } from '../guard/protected-resource.controller.js';
import { RoutePolicyReader } from '../guard/route-policy.js';
import type { RoutePolicy } from '../guard/route-policy.js';
import { createDocumentWithRoutes } from './described-routes.js';
import type { DescribedRoute, DocumentParameters } from './described-routes.js';
import { REJECTION_COMPONENTS, REJECTION_RESPONSES } from './rejection-responses.js';
import { SecurityDescription } from './security-schemes.js';

// It describes how to get a token, which the security schemes of the document do.
ApiExcludeController()(ProtectedResourceController);

/** Adds the demands and rejections of `IasAuthGuard` to the OpenAPI document of an app. */
export class IasSwagger {
  /**
   * Creates the document as `SwaggerModule.createDocument` does. Each operation that the guard protects has the
   * security schemes of the app's tenant, and the rejections of the guard as responses. Declarations of the app for an
   * operation or component take precedence.
   *
   * @param app with `IasModule`
   * @throws {ConfigurationError} `module_missing`
   * @param parameters configuration and options, as for `SwaggerModule.createDocument`
   */
  static createDocument(app: INestApplication, ...parameters: DocumentParameters): OpenAPIObject {
    const { document, routes } = createDocumentWithRoutes(app, parameters);
    const { proofOfPossession } = settingsOf(app);
    const security = new SecurityDescription(document.openapi, tokenUrlsOf(app), proofOfPossession);
    const policies = new RoutePolicyReader(app.get(Reflector));
    const isAllGuarded = isGuardGlobal(app.get(ApplicationConfig));
    const isProtected = (route: DescribedRoute) =>
      isAllGuarded || isGuarded(route.controller) || isGuarded(route.handler);
    const guarded = [...routes].filter(([, route]) => isProtected(route));
    for (const [operation, { controller, handler }] of guarded) {
      const policy = policies.read({ getClass: () => controller, getHandler: () => handler });
      if (policy.isPublic) {
        operation.security ??= [];
        continue;
      }
      const proof = strictest(proofOfPossession, policy.proofOfPossession ?? 'off');
      operation.security ??= security.requirementsOf(proof);
      operation.responses = { ...REJECTION_RESPONSES, ...operation.responses };
      const texts = [operation.description, describeDemands(policy)].filter(Boolean);
      if (texts.length > 0) operation.description = texts.join('\n\n');
    }
    addComponents(document, { ...REJECTION_COMPONENTS, securitySchemes: security.schemes });
    return document;
  }
}

/** Nest ends the process if an app asks for a provider that does not exist. */
function settingsOf(app: INestApplication): IasSettings {
  const modules = app.get(ModulesContainer);
  const isImported = [...modules.values()].some(({ providers }) => providers.has(IAS_SETTINGS));
  if (!isImported) throw moduleMissing('IasSwagger', modules);
  return app.get<IasSettings>(IAS_SETTINGS, { strict: false });
}

function tokenUrlsOf(app: INestApplication): string[] {
  const { all } = app.get(IdentityBindings, { strict: false });
  return [...new Set(all.map(({ url }) => `${url}/oauth2/token`))];
}

function addComponents(document: OpenAPIObject, ours: NonNullable<OpenAPIObject['components']>): void {
  const { schemas, responses, securitySchemes, ...others } = document.components ?? {};
  document.components = {
    ...others,
    schemas: { ...ours.schemas, ...schemas },
    responses: { ...ours.responses, ...responses },
    securitySchemes: { ...ours.securitySchemes, ...securitySchemes },
  };
}

/** Describes what a route demands of its callers besides a valid token; empty if it demands nothing. */
function describeDemands({ apis, isForTechnicalUsers, callers }: RoutePolicy): string {
  return [
    apis && describeApis(apis),
    isForTechnicalUsers && 'For applications only, not for users.',
    callers && 'For some applications only.',
  ]
    .filter(Boolean)
    .join(' ');
}

function describeApis({ names, any }: ApiRequirement): string {
  const listed = names.map((name) => `\`${name}\``).join(any ? ' or ' : ' and ');
  return `Requires the ${names.length === 1 ? 'API' : 'APIs'} ${listed}.`;
}
