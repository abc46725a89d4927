import { AuthenticationException } from './authentication-exception.js';

/** A compact JWS taken apart; nothing in it is verified. */
export interface CompactJws {
  readonly header: unknown;
  readonly payload: unknown;
  /** What the signature is over: the first two parts as they came. */
  readonly signingInput: string;
  readonly signature: Buffer;
}

/**
 * base64url without padding whose unused bits are zero (RFC 4648 §3.5): one spelling for each value, so that a token
 * cannot come in several disguises.
 */
const CANONICAL_BASE64URL = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Takes a token apart (RFC 7515 §7.1): exactly three parts, canonical base64url, JSON in UTF-8.
 *
 * Where a name occurs twice in the JSON the last one counts (RFC 7515 §4); the result of this one parse is what every
 * later check sees, xssec included.
 *
 * @throws {AuthenticationException} `token_malformed`
 */
export function decodeCompactJws(token: string): CompactJws {
  const parts = token.split('.', 4);
  const [header = '', payload = '', signature = ''] = parts;
  if (parts.length !== 3 || !parts.every((part) => part !== '' && CANONICAL_BASE64URL.test(part))) {
    throw new AuthenticationException('token_malformed', 'not three parts of canonical base64url');
  }
  return {
    header: decodeJson(header),
    payload: decodeJson(payload),
    signingInput: token.slice(0, header.length + 1 + payload.length),
    signature: Buffer.from(signature, 'base64url'),
  };
}

function decodeJson(part: string): unknown {
  try {
    return JSON.parse(utf8.decode(Buffer.from(part, 'base64url')));
  } catch {
    throw new AuthenticationException('token_malformed', 'header or payload is not JSON in UTF-8');
  }
}
