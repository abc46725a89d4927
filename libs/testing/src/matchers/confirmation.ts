/**
 * Returns the thumbprint in the claim `cnf`, or `undefined` if the token is not certificate-bound.
 * @param token an access token, or claims
 */
export function confirmedThumbprint(token: string | object): string | undefined {
  const claims: unknown = typeof token === 'string' ? claimsOf(token) : token;
  const confirmation = property(claims, 'cnf');
  const thumbprint = property(confirmation, 'x5t#S256');
  return typeof thumbprint === 'string' ? thumbprint : undefined;
}

/** `nest-ias` exports no decoder, so that no app mistakes a decoded token for a verified one. */
function claimsOf(token: string): unknown {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
