import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import type { Extension, NameConstraints } from '@peculiar/asn1-x509';
import { authorityExtensions } from './certificate-extensions.js';
import { type Signer, signCertificate } from './certificate-signer.js';
import { generateClientKeyPair, type KeyPair, privateKeyPem } from './client-key.js';
import type { DistinguishedName } from './distinguished-name.js';
import type { IssuedCertificate } from './issued-certificate.js';
import { type Validity, VALIDITY_DAYS, validityFromToday } from './validity.js';

/** A certificate authority with its own certificate and key. */
interface SigningAuthority extends Signer {
  readonly certificate: X509Certificate;
}

/** An authority that signs, and the root above it, whose key was discarded. */
export interface Authority extends SigningAuthority {
  readonly root: X509Certificate;
}

/** Common names of a root and of the authority below it. */
export interface AuthorityNames {
  readonly root: string;
  readonly intermediate: string;
}

/** Content of a certificate for a client or a server. */
export interface LeafContent {
  readonly subject: DistinguishedName;
  readonly keys: KeyPair;
  readonly validity: Validity;
  readonly extensions: readonly Extension[];
}

/** An authority that survives a restart, as PEM. The key is secret. */
export interface KeptAuthority {
  readonly root: string;
  readonly certificate: string;
  readonly key: string;
}

/**
 * Creates a root and the authority below it, with new keys. Only the key of the authority is kept.
 * @param constraints names that the authority is limited to
 */
export async function createAuthority(
  names: AuthorityNames,
  constraints?: NameConstraints,
): Promise<Authority> {
  const [rootKeys, keys] = await Promise.all([generateClientKeyPair('EC'), generateClientKeyPair('EC')]);
  const limits = constraints === undefined ? {} : { constraints };
  const root = signedAuthority(
    { name: nameOf(names.root), keys: rootKeys },
    authorityExtensions({ pathLength: 1, ...limits }),
  );
  const authority = signedAuthority(
    { name: nameOf(names.intermediate), keys },
    authorityExtensions({ pathLength: 0, ...limits }),
    root,
  );
  return { ...authority, root: root.certificate };
}

/** Returns an authority as PEM. */
export function keepAuthority({ root, certificate, keys }: Authority): KeptAuthority {
  return { root: root.toString(), certificate: certificate.toString(), key: privateKeyPem(keys.privateKey) };
}

/**
 * Returns the authority that `keepAuthority` returned.
 * @throws if a PEM is invalid
 */
export function restoreAuthority(names: AuthorityNames, kept: KeptAuthority): Authority {
  const privateKey = createPrivateKey(kept.key);
  return {
    name: nameOf(names.intermediate),
    keys: { privateKey, publicKey: createPublicKey(privateKey) },
    certificate: new X509Certificate(kept.certificate),
    root: new X509Certificate(kept.root),
  };
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

function nameOf(commonName: string): DistinguishedName {
  return [
    ['O', 'nest-ias landscape'],
    ['CN', commonName],
  ];
}

/** Creates the certificate of an authority; without an issuer, it is self-signed. */
function signedAuthority(
  { name, keys }: Signer,
  extensions: readonly Extension[],
  issuer: Signer = { name, keys },
): SigningAuthority {
  const certificate = signCertificate(issuer, {
    subject: name,
    publicKey: keys.publicKey,
    validity: validityFromToday(VALIDITY_DAYS.authority),
    extensions,
  });
  return { name, keys, certificate };
}
