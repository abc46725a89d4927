import { AuthenticationException } from '../authentication-exception.js';
import type { RejectionCode } from '../rejection-codes.js';
import type { ApiRequirement, Demands } from '../demands.decorator.js';
import type { IasClaims } from '../access-token-schema.js';
import type { RoutePolicy } from '../route-policy.js';

/** A demand that the claims alone decide: each one except the proof of possession. */
type Permission = Exclude<keyof Demands, 'proofOfPossession'>;

/** How each permission is checked, in this order. */
const PERMISSIONS: {
  readonly [Name in Permission]: {
    readonly code: RejectionCode;
    isGranted(claims: IasClaims, demand: NonNullable<Demands[Name]>): boolean;
  };
} = {
  callers: { code: 'caller_not_allowed', isGranted: includesCaller },
  isForTechnicalUsers: { code: 'technical_user_required', isGranted: isTechnicalUser },
  apis: { code: 'api_missing', isGranted: grants },
};
const NAMES = Object.keys(PERMISSIONS) as Permission[];

/**
 * Step 8: the caller has the permissions that the app and the route demand.
 *
 * @param appCallers client ids of the option `allowedCallers`; `undefined` for all
 * @throws {AuthenticationException} `caller_not_allowed`, `technical_user_required`, `api_missing`
 */
export function assertPermitted(
  claims: IasClaims,
  policy: RoutePolicy,
  appCallers: readonly string[] | undefined,
): void {
  if (appCallers && !includesCaller(claims, appCallers)) {
    throw new AuthenticationException('caller_not_allowed');
  }
  for (const name of NAMES) assertGranted(name, claims, policy[name]);
}

function assertGranted<Name extends Permission>(name: Name, claims: IasClaims, demand: Demands[Name]): void {
  const { code, isGranted } = PERMISSIONS[name];
  if (demand !== undefined && !isGranted(claims, demand)) throw new AuthenticationException(code);
}

function includesCaller({ azp }: IasClaims, callers: readonly string[]): boolean {
  return azp !== undefined && callers.includes(azp);
}

function isTechnicalUser({ sap_id_type: type }: IasClaims, isDemanded: boolean): boolean {
  return !isDemanded || type === 'app';
}

function grants({ ias_apis }: IasClaims, { names, any }: ApiRequirement): boolean {
  // Nothing can grant an empty list.
  if (names.length === 0) return false;
  const isGranted = (name: string) => ias_apis?.includes(name) === true;
  return any ? names.some(isGranted) : names.every(isGranted);
}
