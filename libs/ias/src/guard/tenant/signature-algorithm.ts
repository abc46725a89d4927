import { constants, verify } from 'node:crypto';
import type { KeyObject, VerifyKeyObjectInput } from 'node:crypto';

const CURVES: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
};
const MIN_RSA_BITS = 2_048;
/** FIPS 186-5 §5.1; IAS publishes exactly this one. With 1 anybody can sign, and small ones have a history of forgeries. */
const MIN_RSA_EXPONENT = 65_537n;

/**
 * Whether a public key can be relied on at all. OpenSSL turns away points that are not on their curve by itself, but takes
 * RSA keys as they come.
 */
export function isSound(key: KeyObject): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  const { namedCurve = '', modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === 'ec') return Object.values(CURVES).includes(namedCurve);
  if (asymmetricKeyType !== 'rsa') return false;
  const isOdd = publicExponent % 2n === 1n && hasOddModulus(key);
  return modulusLength >= MIN_RSA_BITS && publicExponent >= MIN_RSA_EXPONENT && isOdd;
}

/** A product of two large primes is odd. */
function hasOddModulus(key: KeyObject): boolean {
  const modulus = Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url');
  return (modulus.at(-1) ?? 0) % 2 === 1;
}

/** Whether a sound key is of the kind that an algorithm calls for (RFC 7518 §3.3 and §3.4). */
export function fitsAlgorithm(key: KeyObject, algorithm: string): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType === 'ec') return CURVES[algorithm] === asymmetricKeyDetails?.namedCurve;
  return asymmetricKeyType === 'rsa' && /^[RP]S/.test(algorithm);
}

/**
 * Verifies a signature with `node:crypto`: synchronous, and half the price of Web Crypto under jose.
 *
 * @param algorithm one that {@link fitsAlgorithm}
 */
export function verifySignature(
  algorithm: string,
  key: KeyObject,
  input: string,
  signature: Buffer,
): boolean {
  return verify(`sha${algorithm.slice(2)}`, Buffer.from(input), verifyOptions(algorithm, key), signature);
}

function verifyOptions(algorithm: string, key: KeyObject): VerifyKeyObjectInput {
  if (algorithm.startsWith('ES')) return { key, dsaEncoding: 'ieee-p1363' };
  if (algorithm.startsWith('RS')) return { key, padding: constants.RSA_PKCS1_PADDING };
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}
