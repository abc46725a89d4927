import { type Certificate, leafOf } from './parsed-certificate.js';

/** A host that the default `trustedCertHosts` match, so that an app trusts its `x-forwarded-client-cert`. */
export const CERTIFICATE_HOST = 'app.cert.localhost';

/** Headers that the Cloud Foundry router sets. */
export type PresentedCertificate = Readonly<Record<'host' | 'x-forwarded-client-cert', string>>;

/**
 * Returns the headers that the Cloud Foundry router sets for a client certificate. Use them in requests that bypass the
 * router, e.g. `request(server).get('/').set(presentCertificate(certificate))`.
 * @param host a host that the app's `trustedCertHosts` match
 */
export function presentCertificate(certificate: Certificate, host = CERTIFICATE_HOST): PresentedCertificate {
  return { host, 'x-forwarded-client-cert': leafOf(certificate).raw.toString('base64') };
}
