/** RFC 6749 §4.4. */
const CLIENT_CREDENTIALS = 'client_credentials';

/** RFC 7523 §2.1. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** RFC 6749 §4.1. */
export const AUTHORIZATION_CODE = 'authorization_code';

/** RFC 6749 §6. */
export const REFRESH_TOKEN = 'refresh_token';

/** The grant types that the landscape simulates. */
export const SUPPORTED_GRANT_TYPES: readonly string[] = [
  CLIENT_CREDENTIALS,
  AUTHORIZATION_CODE,
  REFRESH_TOKEN,
  JWT_BEARER,
];

/** IAS's default (`docs/reference/ias-facts.md#grant-types`). */
export const DEFAULT_GRANT_TYPES: readonly string[] = [
  CLIENT_CREDENTIALS,
  'password',
  AUTHORIZATION_CODE,
  REFRESH_TOKEN,
  'urn:ietf:params:oauth:grant-type:token-exchange',
];
