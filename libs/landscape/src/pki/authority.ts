import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import type { Extension } from '@peculiar/asn1-x509';
import { type Signer, signCertificate } from './certificate-signer.js';
import { type KeyPair, privateKeyPem } from './client-key.js';
import type { DistinguishedName } from './distinguished-name.js';
import type { IssuedCertificate } from './issued-certificate.js';
import { type Validity, VALIDITY_DAYS, validityAround } from './validity.js';

/** A certificate authority with its own certificate and key. */
export interface Authority extends Signer {
  readonly certificate: X509Certificate;
}

/** Content of a certificate for a client or a server. */
export interface LeafContent {
  readonly subject: DistinguishedName;
  readonly keys: KeyPair;
  readonly validity: Validity;
  readonly extensions: readonly Extension[];
}

/** Creates the certificate of an authority; without an issuer, it is self-signed. */
export function createAuthority(
  { name, keys }: Signer,
  extensions: readonly Extension[],
  issuer: Signer = { name, keys },
): Authority {
  const certificate = signCertificate(issuer, {
    subject: name,
    publicKey: keys.publicKey,
    validity: validityAround(Date.now(), VALIDITY_DAYS.authority),
    extensions,
  });
  return { name, keys, certificate };
}

/** Issues a certificate with the chain up to the authority. */
export function issueLeaf(authority: Authority, content: LeafContent): IssuedCertificate {
  const { subject, keys, validity, extensions } = content;
  const leaf = signCertificate(authority, { subject, publicKey: keys.publicKey, validity, extensions });
  return {
    leaf,
    certificate: leaf.toString() + authority.certificate.toString(),
    key: privateKeyPem(keys.privateKey),
  };
}

/** An authority that survives a restart, as PEM. The key is secret. */
export interface KeptAuthority {
  readonly root: string;
  readonly certificate: string;
  readonly key: string;
}

/** Returns an authority and the root above it as PEM. */
export function keptAuthority(root: X509Certificate, { certificate, keys }: Authority): KeptAuthority {
  return { root: root.toString(), certificate: certificate.toString(), key: privateKeyPem(keys.privateKey) };
}

/**
 * Returns an authority with its name and the root above it.
 * @throws if a PEM is invalid
 */
export function restoreAuthority(
  name: DistinguishedName,
  kept: KeptAuthority,
): { readonly root: X509Certificate; readonly authority: Authority } {
  const privateKey = createPrivateKey(kept.key);
  return {
    root: new X509Certificate(kept.root),
    authority: {
      name,
      keys: { privateKey, publicKey: createPublicKey(privateKey) },
      certificate: new X509Certificate(kept.certificate),
    },
  };
}
