import type { ClientCertificate } from './client-certificate.js';
import type { BindingEvent } from '../core/events.js';
import type { Redacted } from '../core/redacted.js';

/** How the app authenticates to the token endpoint (docs/reference/ias-facts.md#credential-types). */
export type CredentialType = 'SECRET' | 'X509_GENERATED' | 'X509_PROVIDED' | 'X509_ATTESTED' | 'NONE';

/** One bound instance of the identity service, validated. */
export interface IdentityBinding {
  /** Name of the service instance, for log lines and errors. */
  readonly name: string;
  readonly credentialType: CredentialType;
  /** `client_id` of the application in the tenant; the audience of tokens for this app. */
  readonly clientId: string;
  /** Origin of the tenant, `https://host[:port]` without a trailing slash; the issuer of its tokens. */
  readonly url: string;
  /** Domains of the tenants in this landscape, `host[:port]`. */
  readonly domains: readonly string[];
  /** Tenant of the application, if the binding names it (`zone_uuid` in old bindings). */
  readonly appTid?: string;
  /** Present for the X509 types if a key is available. */
  readonly certificate?: ClientCertificate;
  /** Present for `SECRET`. */
  readonly clientSecret?: Redacted;
}

/** Whether a host (with its port) equals one of the domains of a binding or is a subdomain of one. */
export function isUnderDomains(host: string, domains: IdentityBinding['domains']): boolean {
  return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/** What events say about a binding. */
export function bindingEvent({ name, certificate }: IdentityBinding): BindingEvent {
  return {
    binding: name,
    certificateThumbprint: certificate?.thumbprint,
    certificateExpiresAt: certificate?.notAfter.getTime(),
  };
}
