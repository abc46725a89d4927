import { type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  Certificate,
  type Extension,
  Extensions,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity as Asn1Validity,
  Version,
} from '@peculiar/asn1-x509';
import { keyIdentifierExtensions } from './certificate-extensions.js';
import type { KeyPair } from './client-key.js';
import { type DistinguishedName, toAsn1Name } from './distinguished-name.js';
import type { Validity } from './validity.js';

/** The issuer that signs a certificate; its key is an EC key. */
export interface Signer {
  readonly name: DistinguishedName;
  readonly keys: KeyPair;
}

/** Content of a certificate. */
export interface CertificateContent {
  readonly subject: DistinguishedName;
  readonly publicKey: KeyObject;
  readonly validity: Validity;
  readonly extensions: readonly Extension[];
}

/** RFC 5758 §3.2: `ecdsa-with-SHA256`. */
const SIGNATURE_ALGORITHM = '1.2.840.10045.4.3.2';

/** Creates and signs an X.509 certificate (RFC 5280). */
export function signCertificate(signer: Signer, content: CertificateContent): X509Certificate {
  const signatureAlgorithm = new AlgorithmIdentifier({ algorithm: SIGNATURE_ALGORITHM });
  const publicKey = publicKeyInfo(content.publicKey);
  const keyIdentifiers = keyIdentifierExtensions(publicKey, publicKeyInfo(signer.keys.publicKey));
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: positiveSerialNumber(),
    signature: signatureAlgorithm,
    issuer: toAsn1Name(signer.name),
    validity: new Asn1Validity(content.validity),
    subject: toAsn1Name(content.subject),
    subjectPublicKeyInfo: publicKey,
    extensions: new Extensions([...content.extensions, ...keyIdentifiers]),
  });
  const signature = sign(
    'sha256',
    new Uint8Array(AsnConvert.serialize(tbsCertificate)),
    signer.keys.privateKey,
  );
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm,
    signatureValue: Uint8Array.from(signature).buffer,
  });
  return new X509Certificate(new Uint8Array(AsnConvert.serialize(certificate)));
}

function publicKeyInfo(key: KeyObject): SubjectPublicKeyInfo {
  return AsnConvert.parse(key.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo);
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets. */
function positiveSerialNumber(): ArrayBuffer {
  const serial = Uint8Array.from(randomBytes(16));
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial.buffer;
}
