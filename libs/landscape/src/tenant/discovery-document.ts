import { ASSERTION_ALGORITHMS } from './client-assertions.js';
import { SUPPORTED_GRANT_TYPES } from './grant-types.js';

/** Claims of ID tokens (`docs/reference/ias-facts.md#id-tokens`). */
const ID_TOKEN_CLAIMS = [
  'sub',
  'user_uuid',
  'scim_id',
  'email',
  'given_name',
  'family_name',
  'groups',
  'iss',
  'aud',
  'azp',
  'app_tid',
  'sap_id_type',
  'sid',
  'auth_time',
  'at_hash',
  'nonce',
];

/** Metadata of a tenant (RFC 8414 §2, RFC 8705 §3.3) as in IAS (`docs/reference/ias-facts.md#discovery`). */
export function discoveryDocument(issuer: string): Readonly<Record<string, unknown>> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/authorize`,
    token_endpoint: `${issuer}/oauth2/token`,
    jwks_uri: `${issuer}/oauth2/certs`,
    end_session_endpoint: `${issuer}/oauth2/logout`,
    userinfo_endpoint: `${issuer}/oauth2/userinfo`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: ['openid', 'email', 'profile', 'groups'],
    claims_supported: ID_TOKEN_CLAIMS,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    grant_types_supported: SUPPORTED_GRANT_TYPES,
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
