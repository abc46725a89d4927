import { randomBytes, randomUUID } from 'node:crypto';

/**
 * Creates values of the header `authorization` with tokens that are valid except for the signature. Every claim that
 * could select a request or a cache entry differs in each token.
 *
 * @param {import('../../libs/landscape/src/index.js').Landscape} landscape
 * @param {number} count
 */
export async function forgeTokens({ tenant, application }, count) {
  const [genuineHeader = ''] = (await tenant.issueToken()).split('.');
  const issuedAt = Math.floor(Date.now() / 1_000);
  return Array.from({ length: count }, () => {
    const claims = {
      iss: tenant.url,
      aud: application.clientId,
      iat: issuedAt,
      exp: issuedAt + 3_600,
      jti: randomUUID(),
      sub: randomUUID(),
      azp: randomUUID(),
      app_tid: randomUUID(),
    };
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return `Bearer ${genuineHeader}.${payload}.${randomBytes(256).toString('base64url')}`;
  });
}
