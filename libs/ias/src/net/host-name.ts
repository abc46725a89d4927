/** Whether a host, port included, is one of the domains or a subdomain of one. */
export function isUnderDomains(host: string, domains: readonly string[]): boolean {
  return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}
