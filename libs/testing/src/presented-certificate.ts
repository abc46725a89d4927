import { type Certificate, leafOf } from './certificate-thumbprint.js';

/** A host whose `x-forwarded-client-cert` an app believes unless its `trustedCertHosts` say otherwise. */
export const CERTIFICATE_HOST = 'app.cert.localhost';

/** Headers as the Cloud Foundry router sets them. */
export type PresentedCertificate = Readonly<Record<'host' | 'x-forwarded-client-cert', string>>;

/**
 * Headers of a request that came through the Cloud Foundry router with a client certificate; for requests that go to
 * the app directly, e.g. `request(server).get('/').set(presentCertificate(certificate))`.
 *
 * @param host one that the app's `trustedCertHosts` match
 */
export function presentCertificate(certificate: Certificate, host = CERTIFICATE_HOST): PresentedCertificate {
  return { host, 'x-forwarded-client-cert': leafOf(certificate).raw.toString('base64') };
}
