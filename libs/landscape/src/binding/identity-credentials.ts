export const CREDENTIAL_TYPES = [
  'X509_GENERATED',
  'X509_PROVIDED',
  'X509_ATTESTED',
  'SECRET',
  'NONE',
] as const;

/** How an application authenticates (`docs/reference/ias-facts.md#credential-types`). */
export type CredentialType = (typeof CREDENTIAL_TYPES)[number];

/** Credentials of a binding to the `identity` service, in the form of IAS (`docs/reference/ias-facts.md#bindings`). */
export interface IdentityCredentials {
  readonly clientid: string;
  readonly app_tid: string;
  readonly url: string;
  readonly domain: string;
  readonly domains: readonly string[];
  readonly 'credential-type': CredentialType;
  readonly 'btp-tenant-api': string;
  readonly authorization_endpoint: string;
  readonly end_session_endpoint: string;
  /** PEM chain, leaf first (`X509_GENERATED`, `X509_PROVIDED`). */
  readonly certificate?: string;
  /** PEM of the private key, PKCS#1 or SEC1 (`X509_GENERATED`). */
  readonly key?: string;
  /** ISO 8601 without fractions of a second (`X509_GENERATED`). */
  readonly certificate_expires_at?: string;
  /** The client secret (`SECRET`). */
  readonly clientsecret?: string;
}

/** Minimum number of labels of a tenant that has a domain above it: a tenant at `localhost` is its own domain. */
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
