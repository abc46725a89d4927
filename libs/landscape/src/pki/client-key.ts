import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

export const CLIENT_KEYS = ['EC', 'RSA-2048', 'RSA-4096'] as const;

/** Key of a client certificate: IAS issues RSA keys (`key-length` 2048 or 4096); EC (P-256) is for speed in tests. */
export type ClientKey = (typeof CLIENT_KEYS)[number];

/** A private key with the public key that belongs to it. */
export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const generate = promisify(generateKeyPair);

/** Makes a key pair in the thread pool: RSA keys take their time without blocking anybody. */
export async function generateClientKeyPair(kind: ClientKey): Promise<KeyPair> {
  switch (kind) {
    case 'EC':
      return generate('ec', { namedCurve: 'P-256' });
    case 'RSA-2048':
      return generate('rsa', { modulusLength: 2048 });
    case 'RSA-4096':
      return generate('rsa', { modulusLength: 4096 });
  }
}

/** PEM of a private key in its traditional form: PKCS#1 for RSA, as in an IAS binding (facts.md §2), SEC1 for EC. */
export function privateKeyPem(key: KeyObject): string {
  const type = key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1';
  return key.export({ format: 'pem', type }).toString();
}
