import { type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';

const signInThreadPool = promisify(sign);

/**
 * Serializes and signs a JWS (RFC 7515 §3.1) with RSASSA-PKCS1-v1_5 and SHA-256, whatever the header says: a test
 * must be able to mint tokens whose header lies, which JOSE libraries rightly refuse to make.
 */
export async function signCompactJws(
  header: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
  key: KeyObject,
): Promise<string> {
  const input = `${encode(header)}.${encode(payload)}`;
  const signature = await signInThreadPool('sha256', Buffer.from(input), key);
  return `${input}.${signature.toString('base64url')}`;
}

function encode(content: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}
