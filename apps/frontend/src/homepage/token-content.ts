import type { AccessToken } from 'nest-ias';
import { decodeCompactJws } from 'nest-ias/internal';

/** Header and claims of our token. They are not verified: we got the token from the tenant itself. */
export interface TokenContent {
  readonly header: object;
  readonly payload: object;
  /** Thumbprint that the tenant wrote into the token, `cnf["x5t#S256"]`; `null` if it wrote none. */
  readonly cnf: string | null;
}

/** A token does not change, so it is decoded once. */
const contents = new WeakMap<AccessToken, TokenContent | 'opaque'>();

/** Decodes our token; `undefined` if it is opaque. */
export function readToken(token: AccessToken): TokenContent | undefined {
  let content = contents.get(token);
  if (content === undefined) {
    content = decode(token.value) ?? 'opaque';
    contents.set(token, content);
  }
  return content === 'opaque' ? undefined : content;
}

function decode(token: string): TokenContent | undefined {
  try {
    const { header, payload } = decodeCompactJws(token);
    return isObject(header) && isObject(payload) ? { header, payload, cnf: cnfOf(payload) } : undefined;
  } catch {
    return undefined;
  }
}

function cnfOf({ cnf }: { readonly cnf?: unknown }): string | null {
  const thumbprint = isObject(cnf) ? (cnf as Record<string, unknown>)['x5t#S256'] : undefined;
  return typeof thumbprint === 'string' ? thumbprint : null;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
