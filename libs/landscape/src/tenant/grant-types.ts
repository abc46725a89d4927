/** RFC 6749 §4.4. */
export const CLIENT_CREDENTIALS = 'client_credentials';

/** RFC 7523 §2.1. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** IAS's default (`docs/reference/ias-facts.md#grant-types`), of which the landscape simulates the first only. */
export const DEFAULT_GRANT_TYPES: readonly string[] = [
  CLIENT_CREDENTIALS,
  'password',
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:token-exchange',
];
