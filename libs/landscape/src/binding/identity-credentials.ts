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
