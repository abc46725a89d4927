type Reason = (client: string | undefined) => string;

const failed =
  (why: string): Reason =>
  (client) =>
    `Client authentication failed: ${named(why, client)}.`;
/** `client <client>` becomes the name of the client, if it is known. */
function named(text: string, client: string | undefined): string {
  return client === undefined
    ? text.replaceAll('client <client>', 'the client')
    : text.replaceAll('<client>', client);
}

const rejected =
  (why: string): Reason =>
  () =>
    `The assertion is rejected: ${why}.`;

const OTHER_LANDSCAPE = 'The binding comes from another landscape, or from an earlier start of this one';

const BIND_AGAIN =
  'Use the current binding of this landscape: its files in .landscape, or POST /bindings of the admin endpoint.';
const ASSERTION =
  'Create the assertion according to RFC 7523 §3: iss and sub are the client id, aud is the token endpoint, with exp and jti.';
const SIGN_IN = 'Let the user sign in again.';
const CACHE = 'Keep tokens until they expire. Change the limit with PUT /limits of the admin endpoint.';

interface Refusal {
  readonly reason: Reason;
  readonly remedy: string;
}

/** Why the tenant rejects requests, by the code in its request log. The client does not see these texts. */
const REASONS: Readonly<Record<string, Refusal>> = {
  client_unknown: {
    reason: failed(`this tenant does not know client <client>. ${OTHER_LANDSCAPE}`),
    remedy: BIND_AGAIN,
  },
  client_locked: {
    reason: failed('client <client> is locked after too many failed attempts'),
    remedy: 'Correct the credential, then remove the lock (DELETE /locks of the admin endpoint).',
  },
  secret_wrong: {
    reason: failed('the client secret is wrong for client <client>'),
    remedy: BIND_AGAIN,
  },
  credential_missing: {
    reason: failed('client <client> sent neither a certificate nor a secret nor an assertion'),
    remedy: 'Present the client certificate in the TLS handshake, or send the client secret.',
  },
  authorization_header_unusable: {
    reason: failed('the Authorization header is not valid Basic authentication'),
    remedy: 'Encode client id and secret according to RFC 6749 §2.3.1, or present the certificate only.',
  },
  certificate_untrusted: {
    reason: failed(`another authority issued the certificate of client <client>. ${OTHER_LANDSCAPE}`),
    remedy: BIND_AGAIN,
  },
  certificate_outside_validity: {
    reason: failed('the certificate of client <client> is expired or not valid yet'),
    remedy: 'Issue a new certificate (POST /rotations of the admin endpoint), and check the clock.',
  },
  certificate_revoked: {
    reason: failed('the certificate of client <client> is revoked'),
    remedy: BIND_AGAIN,
  },
  certificate_unknown: {
    reason: failed('the certificate is not known for client <client>'),
    remedy: BIND_AGAIN,
  },
  certificate_unbound: {
    reason: failed('the binding with this certificate of client <client> was removed'),
    remedy: BIND_AGAIN,
  },
  assertion_without_client: {
    reason: failed('the client assertion names no client'),
    remedy: ASSERTION,
  },
  assertion_type_unknown: {
    reason: failed('the client_assertion_type is not supported'),
    remedy: ASSERTION,
  },
  assertion_without_trusted_key: {
    reason: failed('client <client> registered no key that matches the client assertion'),
    remedy: ASSERTION,
  },
  assertion_without_id: {
    reason: failed('the client assertion has no jti'),
    remedy: ASSERTION,
  },
  assertion_replayed: {
    reason: failed('the client assertion was used before'),
    remedy: 'Create a new assertion for each request.',
  },
  assertion_key_unusable: {
    reason: failed('the client assertion cannot be verified with a registered key'),
    remedy: ASSERTION,
  },
  assertion_without_user: {
    reason: rejected('it is not a user token'),
    remedy: 'Exchange the access token of a user, not one of an application.',
  },
  code_unknown: {
    reason: () => 'The code is unknown, expired or already used.',
    remedy: SIGN_IN,
  },
  code_of_other_client: {
    reason: () => 'The code was issued to another client.',
    remedy: SIGN_IN,
  },
  code_redirect_uri_differs: {
    reason: () => 'The redirect_uri differs from the one in the authorization request.',
    remedy: 'Send the same redirect_uri as in the authorization request.',
  },
  code_verifier_wrong: {
    reason: () => 'The code_verifier does not match the code_challenge.',
    remedy: 'Send the code_verifier from which the code_challenge was derived (RFC 7636).',
  },
  refresh_token_unknown: {
    reason: () => 'The refresh token is unknown, expired or already used.',
    remedy: SIGN_IN,
  },
  refresh_token_of_other_client: {
    reason: () => 'The refresh token was issued to another client.',
    remedy: SIGN_IN,
  },
  session_ended: {
    reason: () => 'The user has signed out.',
    remedy: SIGN_IN,
  },
  resource_unknown: {
    reason: () => 'The client has no dependency that matches the parameter resource.',
    remedy:
      'Add the dependency to the application in the configuration of the landscape, or correct its name.',
  },
  limit_of_address_exceeded: {
    reason: () => 'This address sent too many requests in one second.',
    remedy: CACHE,
  },
  limit_of_tenant_exceeded: {
    reason: () => 'The tenant received too many requests in one minute.',
    remedy: CACHE,
  },
};

const JOSE_CODE = 'ERR_J';
/** Longer names can be tokens. */
const CLIENT_ID = /^[\w.-]{1,64}$/;

/** Returns a sentence for a code in the request log; another text is its own explanation. */
export function reasonFor(refusal: string, clientId: string | undefined): string {
  const client = clientId !== undefined && CLIENT_ID.test(clientId) ? clientId : undefined;
  if (refusal.startsWith(JOSE_CODE)) return `The assertion is rejected: ${refusal}.`;
  return REASONS[refusal]?.reason(client) ?? refusal;
}

/** Each code in the request log with what it means and what to do. */
export function explainRefusals(): readonly (readonly [code: string, meaning: string, remedy: string])[] {
  return Object.entries(REASONS).map(([code, { reason, remedy }]) => [code, reason(undefined), remedy]);
}
