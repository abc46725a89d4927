/** Names above which there is nothing to share: a tenant at `localhost` is its own domain. */
const LABELS_OF_A_TENANT = 3;

/**
 * Returns the domain of a tenant, with port, for `domain` and `domains` of its bindings. Tenants of IAS are subdomains of a
 * domain (`docs/reference/ias-facts.md#bindings`): `my.accounts.localhost` belongs to `accounts.localhost`.
 */
export function domainOf(tenantUrl: string): string {
  const { host, hostname } = new URL(tenantUrl);
  const labels = hostname.split('.');
  return labels.length < LABELS_OF_A_TENANT ? host : host.slice(host.indexOf('.') + 1);
}
