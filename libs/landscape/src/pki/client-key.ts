import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

export const CLIENT_KEYS = ['EC', 'RSA-2048', 'RSA-4096'] as const;

/** Key type of a client certificate. IAS issues RSA keys (`key-length` 2048 or 4096); EC (P-256) makes tests fast. */
export type ClientKey = (typeof CLIENT_KEYS)[number];

/** A private key with the public key that belongs to it. */
export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const generate = promisify(generateKeyPair);

/** Generates a key pair in the thread pool, so that slow RSA keys do not block the event loop. */
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

/** PEM of a private key: PKCS#1 for RSA, as in IAS bindings (`docs/reference/ias-facts.md#bindings`), SEC1 for EC. */
export function privateKeyPem(key: KeyObject): string {
  const type = key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1';
  return key.export({ format: 'pem', type }).toString();
}
