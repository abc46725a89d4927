import type { RejectionCode } from 'nest-ias';
import { badRequest, type BadRequest } from './bad-request.js';
import { bearer, encode, FILLERS, type Forger } from './token-forger.js';

const byHeader = (cause: string, code: RejectionCode, value: (forger: Forger) => string) =>
  badRequest(cause, code, (forger) => [['authorization', value(forger)]]);

/** Requests with a wrong Authorization header. */
export const AUTHORIZATION_BAD_REQUESTS: readonly BadRequest[] = [
  badRequest('no credentials', 'credentials_missing', () => []),
  byHeader('an empty header', 'credentials_missing', () => ''),
  byHeader('a user and a password', 'credentials_missing', () => `Basic ${encode('u:p')}`),
  byHeader('a valid token as Basic', 'credentials_missing', ({ token }) => `Basic ${token}`),
  byHeader('a response to a Digest challenge', 'credentials_missing', () => 'Digest username="u", qop=auth'),
  byHeader('a Kerberos ticket', 'credentials_missing', () => `Negotiate ${encode('ticket')}`),
  byHeader('a valid token as GNAP', 'credentials_missing', ({ token }) => `GNAP ${token}`),
  byHeader('a valid token as DPoP', 'credentials_missing', ({ token }) => `DPoP ${token}`),
  byHeader('a valid token as MAC', 'credentials_missing', ({ token }) => `MAC ${token}`),
  byHeader('a valid token under a longer scheme', 'credentials_missing', ({ token }) => `BearerX ${token}`),
  byHeader('a valid token under a shorter scheme', 'credentials_missing', ({ token }) => `Beare ${token}`),
  byHeader('a valid token without scheme', 'credentials_missing', ({ token }) => token),
  badRequest('a valid token in Proxy-Authorization', 'credentials_missing', ({ token }) => [
    ['proxy-authorization', `Bearer ${token}`],
  ]),
  badRequest('a valid token in X-Authorization', 'credentials_missing', ({ token }) => [
    ['x-authorization', `Bearer ${token}`],
  ]),
  badRequest('a valid token in X-Forwarded-Access-Token', 'credentials_missing', ({ token }) => [
    ['x-forwarded-access-token', token],
  ]),
  badRequest('a valid token in X-Approuter-Authorization', 'credentials_missing', ({ token }) => [
    ['x-approuter-authorization', `Bearer ${token}`],
  ]),
  badRequest('a valid token in X-Original-Authorization', 'credentials_missing', ({ token }) => [
    ['x-original-authorization', `Bearer ${token}`],
  ]),
  badRequest('a valid token as a WebSocket subprotocol', 'credentials_missing', ({ token }) => [
    ['sec-websocket-protocol', `bearer, ${token}`],
  ]),
  badRequest('a valid token as user and password', 'credentials_missing', ({ token }) => [
    ['authorization', `Basic ${encode(`bearer:${token}`)}`],
  ]),
  badRequest('a DPoP proof and no token', 'credentials_missing', ({ token }) => [['dpop', token]]),
  badRequest('a client certificate and no token', 'credentials_missing', ({ certificate }) => [
    ['x-forwarded-client-cert', certificate.raw.toString('base64')],
  ]),
  badRequest('a valid token in a cookie', 'credentials_missing', ({ token }) => [
    ['cookie', `access_token=${token}`],
  ]),
  {
    ...badRequest('a token in the query', 'credentials_missing', () => []),
    query: 'access_token=a.b.c',
  },
  byHeader('the scheme alone', 'authorization_malformed', () => 'Bearer'),
  byHeader('two tokens', 'authorization_malformed', ({ token }) => `Bearer ${token} ${token}`),
  byHeader('the scheme twice', 'authorization_malformed', ({ token }) => `Bearer Bearer ${token}`),
  byHeader('two tokens and a comma', 'authorization_malformed', ({ token }) => `Bearer ${token},${token}`),
  byHeader(
    'two credentials joined by a proxy',
    'authorization_malformed',
    ({ token }) => `Bearer x, Bearer ${token}`,
  ),
  byHeader('a trailing comma', 'authorization_malformed', ({ token }) => `Bearer ${token},`),
  byHeader('a tab after the scheme', 'authorization_malformed', ({ token }) => `Bearer\t${token}`),
  byHeader('a tab inside the token', 'authorization_malformed', ({ token }) => `Bearer ${token}\tx`),
  byHeader(
    'a no-break space after the scheme',
    'authorization_malformed',
    ({ token }) => `Bearer\u00a0${token}`,
  ),
  byHeader('a colon after the scheme', 'authorization_malformed', ({ token }) => `Bearer: ${token}`),
  byHeader('an equals sign after the scheme', 'authorization_malformed', ({ token }) => `Bearer=${token}`),
  byHeader('a scheme and a slash', 'authorization_malformed', ({ token }) => `Bearer/${token}`),
  byHeader('a percent-encoded scheme', 'credentials_missing', ({ token }) => `%42earer ${token}`),
  byHeader('a byte order mark before the scheme', 'authorization_malformed', ({ token }) => {
    return `\u00ef\u00bb\u00bfBearer ${token}`;
  }),
  byHeader('a scheme in quotes', 'authorization_malformed', ({ token }) => `"Bearer" ${token}`),
  byHeader('a scheme with an accent', 'authorization_malformed', ({ token }) => `B\u00e9arer ${token}`),
  byHeader(
    'auth-params instead of a token',
    'authorization_malformed',
    ({ token }) => `Bearer token="${token}", x=1`,
  ),
  badRequest('the same header twice', 'authorization_repeated', ({ token }) => [
    bearer(token),
    bearer(token),
  ]),
  badRequest('another scheme before the token', 'authorization_repeated', ({ token }) => [
    ['authorization', 'Basic dTpw'],
    bearer(token),
  ]),
  badRequest('another token after a valid one', 'authorization_repeated', ({ token }) => [
    bearer(token),
    bearer('x'),
  ]),
  badRequest('another token behind a thousand headers', 'headers_too_many', ({ token }) => [
    bearer(token),
    ...FILLERS,
    bearer('x'),
  ]),
  badRequest('the header in another case', 'authorization_repeated', ({ token }) => [
    bearer(token),
    ['AUTHORIZATION', `Bearer ${token}`],
  ]),
  badRequest('an empty header before the token', 'authorization_repeated', ({ token }) => [
    ['authorization', ''],
    bearer(token),
  ]),
  byHeader('a huge token', 'token_too_large', () => `Bearer ${'a'.repeat(8_193)}`),
  byHeader('a huge token with a valid signature', 'token_too_large', (forger) => {
    return `Bearer ${forger.signed({ padding: 'x'.repeat(7_000) })}`;
  }),
];
