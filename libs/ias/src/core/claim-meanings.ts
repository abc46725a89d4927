const CLAIMS: Readonly<Record<string, string>> = {
  iss: 'The issuer: the tenant, or its custom domain.',
  ias_iss: 'The tenant of IAS, if iss is a custom domain. The guard compares it with url in the binding.',
  sub: 'The subject: the client id of the app, or the user.',
  aud: 'The audience: client id of the application that the token is for. A receiver accepts only tokens for its own client id.',
  azp: 'The authorized party: client id of the application that fetched the token.',
  app_tid: 'The tenant of the application (app tenant id).',
  azp_app_tid: 'The tenant of the application that fetched the token.',
  zone_uuid: 'The old name of app_tid.',
  sap_id_type: '"app" in a token of an application itself, "user" in a token of a user.',
  ias_apis: 'The APIs that the token grants.',
  cnf: 'The confirmation: only the holder of the certificate with this thumbprint may use the token (RFC 8705).',
  exp: 'The time at which the token expires.',
  iat: 'The time at which it was issued.',
  nbf: 'It is not valid before this time.',
  jti: 'The identifier of this token.',
  scim_id: 'The identifier of the user in the user store.',
  user_uuid: 'The global identifier of the user.',
  email: 'The e-mail address of the user.',
  mail: 'The e-mail address of the user.',
  given_name: 'The first name of the user.',
  family_name: 'The last name of the user.',
  groups: 'Groups of the user.',
  auth_time: 'The time at which the user logged on.',
  sid: 'The session of the user.',
  nonce: 'The value that the client sent with the logon request.',
  at_hash: 'A digest of the access token: this is an ID token.',
};

/** Claims whose value is a time in seconds since the epoch. */
export const DATE_CLAIMS: ReadonlySet<string> = new Set(['exp', 'iat', 'nbf', 'auth_time']);

const HEADER: Readonly<Record<string, string>> = {
  alg: 'The signature algorithm. IAS uses RS256.',
  kid: 'The key of the issuer that made the signature.',
  typ: 'The kind of token.',
  jku: 'A URL of keys. The guard ignores it.',
};

/**
 * Returns the meaning of a claim in tokens of IAS (docs/reference/ias-facts.md#claims); `undefined` if it is not
 * described.
 */
export function meaningOfClaim(name: string): string | undefined {
  return Object.hasOwn(CLAIMS, name) ? CLAIMS[name] : undefined;
}

/** Returns the meaning of a parameter in the header of a token; `undefined` if it is not described. */
export function meaningOfHeader(name: string): string | undefined {
  return Object.hasOwn(HEADER, name) ? HEADER[name] : undefined;
}
