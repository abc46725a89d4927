import { isUnderDomains } from '../binding/identity-binding.js';
import type { IdentityBinding } from '../binding/identity-binding.js';
import type { IasClaims } from './access-token-schema.js';

/**
 * The issuer that the guard decides on: `ias_iss`, which IAS adds if `iss` is a custom domain, with the `https://` that
 * IAS may omit (docs/reference/ias-facts.md#tokens). Nothing else is normalised, so a similar issuer stays different.
 */
export function effectiveIssuer({ iss, ias_iss }: Pick<IasClaims, 'iss' | 'ias_iss'>): string {
  const issuer = ias_iss ?? iss;
  return issuer.includes('://') ? issuer : `https://${issuer}`;
}

/** Whether an issuer is the plain origin of a tenant under the domains of a binding. */
export function isTenantOrigin(issuer: string, { domains }: Pick<IdentityBinding, 'domains'>): boolean {
  if (!issuer.startsWith('https://') || !URL.canParse(issuer)) return false;
  const { origin, host } = new URL(issuer);
  return origin === issuer && isUnderDomains(host, domains);
}
