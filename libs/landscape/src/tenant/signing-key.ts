import { constants, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose';

const HASHES = { RS256: 'sha256', RS512: 'sha512', PS256: 'sha256', ES256: 'sha256' } as const;

/** Signature algorithm of tokens. IAS uses RS256; the others test which algorithms a client accepts. */
export type SigningAlgorithm = keyof typeof HASHES;

export const SIGNING_ALGORITHMS = Object.keys(HASHES) as readonly SigningAlgorithm[];

/** A key that signs tokens. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicJwk: JWK;
}

const generate = promisify(generateKeyPair);
const signInThreadPool = promisify(sign);

/**
 * Generates a key in the thread pool; its `kid` is its thumbprint (RFC 7638).
 * @throws {RangeError} if the algorithm is unknown
 */
export async function generateSigningKey(alg: SigningAlgorithm): Promise<SigningKey> {
  if (!SIGNING_ALGORITHMS.includes(alg)) {
    throw new RangeError(`The signature algorithm must be one of ${SIGNING_ALGORITHMS.join(', ')}.`);
  }
  const { privateKey, publicKey } =
    alg === 'ES256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: 2048 });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, alg, privateKey, publicJwk: { ...jwk, kid, alg, use: 'sig' } };
}

/**
 * Serializes and signs a JWS (RFC 7515 §3.1) with an algorithm that can differ from its header. Tests need tokens with a
 * wrong header, and JOSE libraries refuse to create them.
 */
export async function signCompactJws(
  header: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
  { alg, privateKey }: Pick<SigningKey, 'alg' | 'privateKey'>,
): Promise<string> {
  const input = `${encode(header)}.${encode(payload)}`;
  const signature = await signInThreadPool(HASHES[alg], Buffer.from(input), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
    ...(alg === 'PS256'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : {}),
  });
  return `${input}.${signature.toString('base64url')}`;
}

function encode(content: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}
