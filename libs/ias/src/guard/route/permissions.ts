import { AuthenticationException } from '../answer/authentication.exception.js';
import type { ApiRequirement } from '../decorators/require-api.decorator.js';
import type { IasClaims } from '../token/access-token.schema.js';
import type { RoutePolicy } from './route-policy.js';

/**
 * @param appCallers client ids that the app lets in; `undefined` for all
 * @throws {AuthenticationException} `caller_not_allowed`, `technical_user_required`, `api_missing`
 */
export function assertPermitted(
  claims: IasClaims,
  { callers, isForTechnicalUsers, apis }: RoutePolicy,
  appCallers: readonly string[] | undefined,
): void {
  if (!includesCaller(appCallers, claims) || !includesCaller(callers, claims)) {
    throw new AuthenticationException('caller_not_allowed');
  }
  if (isForTechnicalUsers && claims.sap_id_type !== 'app') {
    throw new AuthenticationException('technical_user_required');
  }
  if (apis && !grants(claims, apis)) throw new AuthenticationException('api_missing');
}

function includesCaller(callers: readonly string[] | undefined, { azp }: IasClaims): boolean {
  return callers === undefined || (azp !== undefined && callers.includes(azp));
}

function grants({ ias_apis = [] }: IasClaims, { names, any }: ApiRequirement): boolean {
  // An empty list names nothing that could be granted.
  if (names.length === 0) return false;
  const isGranted = (name: string) => ias_apis.includes(name);
  return any ? names.some(isGranted) : names.every(isGranted);
}
