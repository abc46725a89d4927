import type { X509Certificate } from 'node:crypto';

/** Header in which a router tells an app the client certificate. */
export const CLIENT_CERTIFICATE_HEADER = 'x-forwarded-client-cert';

/**
 * What a route does with the client certificate.
 * - `sanitize_set`: drops what the client sent under the header's name; on hosts of the form `*.cert.*` sets the leaf
 *   as single-line base64 DER. How BTP is taken to work.
 * - `always_forward`: hands on what the client sent, whoever it is, and sets nothing. Open-source Cloud Foundry's
 *   default, and spoofable.
 * - `istio`: drops what the client sent and, on every host, sets Envoy's form with the URL-encoded PEM. Kyma.
 */
export type ClientCertificateMode = (typeof CLIENT_CERTIFICATE_MODES)[number];

export const CLIENT_CERTIFICATE_MODES = ['sanitize_set', 'always_forward', 'istio'] as const;

const CERTIFICATE_HOST = /(^|\.)cert\./;

/** Value of the header for a certificate the router trusts; undefined sets none. */
export function clientCertificateHeader(
  mode: ClientCertificateMode,
  hostName: string,
  certificate: X509Certificate | undefined,
): string | undefined {
  if (certificate === undefined) return undefined;
  switch (mode) {
    case 'sanitize_set':
      return CERTIFICATE_HOST.test(hostName) ? certificate.raw.toString('base64') : undefined;
    case 'always_forward':
      return undefined;
    case 'istio':
      return envoyElement(certificate);
  }
}

/** One element of Envoy's `x-forwarded-client-cert`. */
function envoyElement(certificate: X509Certificate): string {
  const hash = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  const subject = certificate.subject.split('\n').toReversed().join(',').replaceAll(/["\\]/g, '\\$&');
  const pem = encodeURIComponent(certificate.toString());
  return `By=spiffe://cluster.local/ns/landscape/sa/router;Hash=${hash};Cert="${pem}";Subject="${subject}"`;
}
