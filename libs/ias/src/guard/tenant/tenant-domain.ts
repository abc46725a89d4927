import { isUnderDomains } from '../../binding/identity-binding.js';
import type { IdentityBinding } from '../../binding/identity-binding.js';

/** Whether an issuer is the plain origin of a tenant under the domains of a binding: nothing else is asked about. */
export function isTenantOrigin(issuer: string, binding: Pick<IdentityBinding, 'domains'>): boolean {
  if (!issuer.startsWith('https://') || !URL.canParse(issuer)) return false;
  const { origin, host } = new URL(issuer);
  return origin === issuer && isUnderDomains(host, binding.domains);
}
