import { decodeCompactJws } from 'nest-ias/internal';
import { isObject } from '../binding/service.js';
import type { Json } from '../binding/service.js';

/** Header and claims of a JWT. Nothing in it is verified. */
export interface ReadableToken {
  readonly header: Json;
  readonly claims: Json;
  /** Why receivers reject it as malformed although it can be read. */
  readonly defect: string | undefined;
}

/** Reads a token even if receivers would reject it, so that a damaged JWT is not mistaken for an opaque token. */
export function readToken(token: string): ReadableToken | undefined {
  try {
    const { header, payload } = decodeCompactJws(token);
    return isObject(header) && isObject(payload) ? { header, claims: payload, defect: undefined } : undefined;
  } catch {
    return readDamaged(token);
  }
}

function readDamaged(token: string): ReadableToken | undefined {
  const [header, claims, signature, ...others] = token.split('.');
  if (others.length > 0 || signature === undefined) return undefined;
  const [decodedHeader, decodedClaims] = [header, claims].map(parsePart);
  if (decodedHeader === undefined || decodedClaims === undefined) return undefined;
  const defect =
    signature === ''
      ? 'The signature is empty: nobody signed the token, or its end was cut off.'
      : 'The token is not canonical base64url: it was changed or cut.';
  return { header: decodedHeader, claims: decodedClaims, defect };
}

function parsePart(part = ''): Json | undefined {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
