import { ASSERTION_ALGORITHMS } from './client-assertions.js';

/** Metadata of a tenant (RFC 8414 §2, RFC 8705 §3.3) as in IAS (`docs/reference/ias-facts.md#discovery`). */
export function discoveryDocument(issuer: string): Readonly<Record<string, unknown>> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/authorize`,
    token_endpoint: `${issuer}/oauth2/token`,
    jwks_uri: `${issuer}/oauth2/certs`,
    end_session_endpoint: `${issuer}/oauth2/logout`,
    response_types_supported: ['code', 'token', 'id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    grant_types_supported: [
      'client_credentials',
      'password',
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
      'urn:ietf:params:oauth:grant-type:token-exchange',
    ],
    token_endpoint_auth_methods_supported: [
      'tls_client_auth',
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
    ],
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    tls_client_certificate_bound_access_tokens: true,
  };
}
