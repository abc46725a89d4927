import type { X509Certificate } from 'node:crypto';

/** Header in which a router passes the client certificate to an app. */
export const CLIENT_CERTIFICATE_HEADER = 'x-forwarded-client-cert';

/**
 * How a route handles the client certificate.
 * - `sanitize_set`: drops the client's own header; on `*.cert.*` hosts it sets the leaf certificate as single-line base64
 *   DER. BTP is assumed to work this way.
 * - `always_forward`: forwards the client's own header and sets none, so that any client can spoof it. Default of
 *   open-source Cloud Foundry.
 * - `istio`: drops the client's own header; on every host it sets Envoy's format with the URL-encoded PEM, as in Kyma.
 */
export type ClientCertificateMode = (typeof CLIENT_CERTIFICATE_MODES)[number];

export const CLIENT_CERTIFICATE_MODES = ['sanitize_set', 'always_forward', 'istio'] as const;

const CERTIFICATE_HOST = /(^|\.)cert\./;

/** Returns the header value for a trusted certificate; undefined if the router sets no header. */
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

/** Formats one element of Envoy's `x-forwarded-client-cert`. */
function envoyElement(certificate: X509Certificate): string {
  const hash = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  const subject = certificate.subject.split('\n').toReversed().join(',').replaceAll(/["\\]/g, '\\$&');
  const pem = encodeURIComponent(certificate.toString());
  return `By=spiffe://cluster.local/ns/landscape/sa/router;Hash=${hash};Cert="${pem}";Subject="${subject}"`;
}
