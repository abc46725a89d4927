import { KeyObject, webcrypto } from 'node:crypto';

/** Key of a client certificate: IAS issues RSA keys (`key-length` 2048 or 4096); EC (P-256) is for speed in tests. */
export type ClientKey = 'EC' | 'RSA-2048' | 'RSA-4096';

const PARAMETERS = {
  EC: { name: 'ECDSA', namedCurve: 'P-256' },
  'RSA-2048': rsa(2048),
  'RSA-4096': rsa(4096),
} as const satisfies Record<ClientKey, webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams>;

/** Makes a key pair in the thread pool: RSA keys take their time without blocking anybody. */
export async function generateClientKeyPair(kind: ClientKey): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(PARAMETERS[kind], true, ['sign', 'verify']);
}

/** PEM of a private key in its traditional form: PKCS#1 for RSA, as in an IAS binding (facts.md §2), SEC1 for EC. */
export function privateKeyPem(key: webcrypto.CryptoKey): string {
  const keyObject = KeyObject.from(key);
  const type = keyObject.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1';
  return keyObject.export({ format: 'pem', type }).toString();
}

function rsa(modulusLength: number): webcrypto.RsaHashedKeyGenParams {
  return {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
}
