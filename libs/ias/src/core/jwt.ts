/** The text is not a JWT; `message` says why, without any part of the text. */
export class MalformedJwtError extends Error {
  override readonly name = 'MalformedJwtError';
}

/** The parts of a compact JWS, decoded; nothing in it is verified. */
export interface CompactJws {
  readonly header: unknown;
  readonly payload: unknown;
  /** The signed text: the first two parts, as received. */
  readonly signingInput: string;
  readonly signature: Buffer;
}

/**
 * base64url without padding, with zeros as unused bits (RFC 4648 §3.5). Each value has one encoding, so a token has
 * only one, too.
 */
const CANONICAL_BASE64URL = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes a JWT (RFC 7515 §7.1): exactly three parts, canonical base64url, JSON in UTF-8. This does not verify it.
 *
 * If the JSON has the same name twice, the last one counts (RFC 7515 §4). Use the result of one call for all checks, so
 * that they cannot disagree.
 *
 * @throws {MalformedJwtError}
 */
export function decodeCompactJws(token: string): CompactJws {
  const parts = token.split('.', 4);
  const [header = '', payload = '', signature = ''] = parts;
  if (parts.length !== 3 || !parts.every((part) => part !== '' && CANONICAL_BASE64URL.test(part))) {
    throw new MalformedJwtError('not three parts of canonical base64url');
  }
  return {
    header: decodeJson(header),
    payload: decodeJson(payload),
    signingInput: token.slice(0, header.length + 1 + payload.length),
    signature: Buffer.from(signature, 'base64url'),
  };
}

/**
 * The payload of a token that this app sends or has just been issued, without any check.
 *
 * @returns `undefined` for an opaque token
 */
export function peekAtPayload(token: string): unknown {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function decodeJson(part: string): unknown {
  try {
    return JSON.parse(utf8.decode(Buffer.from(part, 'base64url')));
  } catch {
    throw new MalformedJwtError('header or payload is not JSON in UTF-8');
  }
}
