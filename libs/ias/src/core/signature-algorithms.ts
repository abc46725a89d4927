/** Signature algorithms that an app can accept (RFC 7518 §3.1). Names are case-sensitive. */
export const SIGNATURE_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
] as const;

export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

/** The default of the option `algorithms`: the algorithm with which IAS signs. */
export const DEFAULT_SIGNATURE_ALGORITHMS: readonly SignatureAlgorithm[] = ['RS256'];

/** The curve that a key must have, by algorithm (RFC 7518 §3.4), as OpenSSL names it. */
export const CURVES: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
} satisfies Partial<Record<SignatureAlgorithm, string>>;
