import { DAY_MS } from '@nest-ias/runtime/internal';
import { isLoopback } from 'nest-ias';
import type { CredentialType, IdentityBinding } from 'nest-ias';

type Certificate = NonNullable<IdentityBinding['certificate']>;

/** What stays the same as long as a binding is in use. */
type Constants = Pick<AppDescription, 'credentialType' | 'tenant' | 'isLocalTenant'>;

const constants = new WeakMap<IdentityBinding, Constants>();

/** What the page said last about a certificate. */
const descriptions = new WeakMap<Certificate, CertificateDescription>();

/** What the page says about this app, from its binding. It contains no secret. */
export interface AppDescription {
  /** Time at which this was described, ms since the epoch. */
  readonly now: number;
  readonly credentialType: CredentialType;
  /** URL of the tenant. */
  readonly tenant: string;
  /** Whether the tenant runs on this machine: a stand-in for IAS. */
  readonly isLocalTenant: boolean;
  readonly certificate: CertificateDescription | undefined;
  /** URL of the page, as the caller sees it. */
  readonly address: string;
}

/** The client certificate, which is public. */
export interface CertificateDescription {
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: string;
  readonly thumbprint: string;
  /** ISO 8601 */
  readonly notAfter: string;
  /** Whole days until it expires; negative if it has expired. */
  readonly daysLeft: number;
  /** Part of its validity that is left, 0 to 100. */
  readonly percentLeft: number;
}

/**
 * @param now ms since the epoch
 * @param host header `Host` of the request
 */
export function describeApp(binding: IdentityBinding, now: number, host: string): AppDescription {
  const { certificate } = binding;
  const { credentialType, tenant, isLocalTenant } = constantsOf(binding);
  return {
    now,
    credentialType,
    tenant,
    isLocalTenant,
    certificate: certificate && describeCertificate(certificate, now),
    address: latestAddress(host),
  };
}

/** The last address: most requests have the same host, and a URL takes long to parse. */
let latest = { host: '', address: addressOf('') };

function latestAddress(host: string): string {
  if (latest.host !== host) latest = { host, address: addressOf(host) };
  return latest.address;
}

/** Off this machine, a router ends TLS in front of the app. The characters of the host are safe in a shell. */
function addressOf(host: string): string {
  if (!/^[\w.:[\]-]+$/.test(host) || !URL.canParse(`http://${host}`)) return 'http://localhost:3000/homepage';
  const protocol = isLoopback(new URL(`http://${host}`).hostname) ? 'http' : 'https';
  return `${protocol}://${host}/homepage`;
}

function constantsOf(binding: IdentityBinding): Constants {
  const known = constants.get(binding);
  if (known !== undefined) return known;
  const { credentialType, url } = binding;
  const described = { credentialType, tenant: url, isLocalTenant: isLoopback(new URL(url).hostname) };
  constants.set(binding, described);
  return described;
}

/** Returns the same object until its numbers change. */
function describeCertificate(certificate: Certificate, now: number): CertificateDescription {
  const { subject, issuer, serialNumber, thumbprint, notBefore, notAfter } = certificate;
  const left = notAfter.getTime() - now;
  const share = left / (notAfter.getTime() - notBefore.getTime());
  const daysLeft = Math.floor(left / DAY_MS);
  const percentLeft = Math.round(Math.min(1, Math.max(0, share)) * 100);
  const known = descriptions.get(certificate);
  if (known?.daysLeft === daysLeft && known.percentLeft === percentLeft) return known;
  const validity = { notAfter: notAfter.toISOString(), daysLeft, percentLeft };
  const described = { subject, issuer, serialNumber, thumbprint, ...validity };
  descriptions.set(certificate, described);
  return described;
}
