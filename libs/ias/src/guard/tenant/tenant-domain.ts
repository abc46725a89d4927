import type { IdentityBinding } from '../../binding/identity-binding.js';

/** Whether a host, port included, is one of the domains of a binding or lies under one, label by label. */
export function isUnderDomains(host: string, { domains }: Pick<IdentityBinding, 'domains'>): boolean {
  return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/** Whether an issuer is the plain origin of a tenant under the domains of a binding: nothing else is asked about. */
export function isTenantOrigin(issuer: string, binding: Pick<IdentityBinding, 'domains'>): boolean {
  if (!issuer.startsWith('https://') || !URL.canParse(issuer)) return false;
  const { origin, host } = new URL(issuer);
  return origin === issuer && isUnderDomains(host, binding);
}
