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

/** Why the tenant rejects requests, by the code in its request log. The client does not see these texts. */
const REASONS: Readonly<Record<string, Reason>> = {
  client_unknown: failed(`this tenant does not know client <client>. ${OTHER_LANDSCAPE}`),
  client_locked: failed('client <client> is locked after too many failed attempts'),
  secret_wrong: failed('the client secret is wrong for client <client>'),
  credential_missing: failed('client <client> sent neither a certificate nor a secret nor an assertion'),
  authorization_header_unusable: failed('the Authorization header is not valid Basic authentication'),
  certificate_untrusted: failed(
    `another authority issued the certificate of client <client>. ${OTHER_LANDSCAPE}`,
  ),
  certificate_outside_validity: failed('the certificate of client <client> is expired or not valid yet'),
  certificate_revoked: failed('the certificate of client <client> is revoked'),
  certificate_unknown: failed('the certificate is not known for client <client>'),
  certificate_unbound: failed('the binding with this certificate of client <client> was removed'),
  assertion_without_client: failed('the client assertion names no client'),
  assertion_type_unknown: failed('the client_assertion_type is not supported'),
  assertion_without_trusted_key: failed('client <client> registered no key that fits the client assertion'),
  assertion_without_id: failed('the client assertion has no jti'),
  assertion_replayed: failed('the client assertion was used before'),
  assertion_key_unusable: failed('the client assertion cannot be verified with a registered key'),
  assertion_without_user: rejected('it is not a user token'),
  code_unknown: () => 'The code is unknown, expired or already used.',
  code_of_other_client: () => 'The code was issued to another client.',
  code_redirect_uri_differs: () => 'The redirect_uri is not the one of the authorization request.',
  code_verifier_wrong: () => 'The code_verifier does not fit the code_challenge.',
  refresh_token_unknown: () => 'The refresh token is unknown, expired or already used.',
  refresh_token_of_other_client: () => 'The refresh token was issued to another client.',
  session_ended: () => 'The user has signed out.',
  resource_unknown: () => 'The client has no dependency that fits the parameter resource.',
  limit_of_address_exceeded: () => 'This address sent too many requests in one second.',
  limit_of_tenant_exceeded: () => 'The tenant received too many requests in one minute.',
};

const JOSE_CODE = 'ERR_J';
/** Longer names can be tokens. */
const CLIENT_ID = /^[\w.-]{1,64}$/;

/** Returns a sentence for a code in the request log; another text is its own explanation. */
export function reasonFor(refusal: string, clientId: string | undefined): string {
  const client = clientId !== undefined && CLIENT_ID.test(clientId) ? clientId : undefined;
  if (refusal.startsWith(JOSE_CODE)) return `The assertion is rejected: ${refusal}.`;
  return REASONS[refusal]?.(client) ?? refusal;
}
