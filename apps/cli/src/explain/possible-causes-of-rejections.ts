import type { RejectionCode } from 'nest-ias/internal';
import { RESTRICTED_NETWORK } from './possible-causes-of-errors.js';
import type { PossibleCauses } from './possible-causes-of-errors.js';

/** For codes of the guard. */
export const POSSIBLE_CAUSES_OF_REJECTIONS: PossibleCauses<RejectionCode> = {
  credentials_missing: [
    ['The caller sends no Authorization header.', 'Send "Authorization: Bearer <access token>".'],
    ['A proxy or router in between removes it.', 'Configure the proxy to forward the header.'],
    ['The caller uses another scheme, such as Basic.', 'Use Bearer.'],
  ],
  token_malformed: [
    [
      'The token is opaque: for the grant jwt-bearer, IAS issues these by default.',
      'Request token_format=jwt.',
    ],
    ['The token was truncated, or has a line break or quotes.', 'Send it as the token endpoint returned it.'],
    ['The token has no signature.', 'Send the access token of IAS, not one that another tool wrote.'],
  ],
  token_issuer_untrusted: [
    ['The caller is bound to another tenant.', 'Bind both apps to instances of the same tenant.'],
    [
      'The tenant has a custom domain, and the token has no ias_iss.',
      'Add the custom domain to IAS_TRUSTED_ISSUERS of the app.',
    ],
    ['The token is from XSUAA or another identity provider.', 'Fetch the token from IAS.'],
  ],
  token_audience_mismatch: [
    ['The apps are bound to different instances.', 'Bind both to the same instance.'],
    [
      'The caller requests no resource, or the resource of another provider.',
      'Request resource=urn:sap:identity:application:provider:name:<dependency>.',
    ],
    ['The caller forwards the token of its own user.', 'Exchange the token for one for the called app.'],
  ],
  token_expired: [
    ['The caller keeps a token longer than its validity.', 'Fetch a new one shortly before exp.'],
    ['The clock of the app is ahead.', 'Synchronise the clock.'],
  ],
  token_key_unknown: [
    ['The token was signed with a key that the tenant has withdrawn.', 'Fetch a new token.'],
    ['The landscape was restarted and has new keys.', 'Fetch a new token.'],
  ],
  token_refused_by_tenant: [
    ['The dependency of the caller on this app was removed.', 'Add it in the administration console.'],
    ['The subscriber has unsubscribed.', 'Check the subscription.'],
  ],
  proof_missing: [
    [
      'The URL has no ".cert." host: the router asks for no certificate there.',
      'Call the app on its ".cert." host.',
    ],
    [
      'An approuter, a service mesh or another proxy drops x-forwarded-client-cert.',
      'Call the app itself, or let the mesh forward the header (Istio: SANITIZE_SET).',
    ],
    [
      'The caller presents no client certificate.',
      'Use an HTTP client that presents the certificate, such as IasClient.',
    ],
    [
      'IAS_TRUSTED_CERT_HOSTS or IAS_CERTIFICATE_HOPS of the app does not match the route.',
      'Compare them with the host and the number of proxies.',
    ],
  ],
  proof_mismatch: [
    [
      'The caller rotated its certificate and kept the old token.',
      'Fetch a new token after each change of the certificate.',
    ],
    ['A thief uses the token.', 'Revoke the certificate of the caller.'],
    [
      'A proxy in between presents its own certificate.',
      'Let it forward the certificate of the caller, and set IAS_CERTIFICATE_HOPS.',
    ],
  ],
  keys_unavailable: [
    RESTRICTED_NETWORK,
    ['The tenant is not available or limits requests.', 'Wait: the app repeats the request.'],
    ['The app does not trust the authority of the tenant.', 'Name it in IAS_CA_FILE.'],
  ],
};
