import { createHash } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  Extension,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  type NameConstraints,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  type SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509';

/** Subject alternative names of a server certificate; `ipAddresses` are literal addresses. */
export interface AlternativeNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

/** Limits of the certificates that an authority may issue. */
export interface AuthorityLimits {
  /** Number of authorities that may follow in a chain. */
  readonly pathLength: number;
  readonly constraints?: NameConstraints;
}

/** Extensions of an authority's certificate. */
export function authorityExtensions({ pathLength, constraints }: AuthorityLimits): Extension[] {
  return [
    critical(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: pathLength })),
    critical(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)),
    ...(constraints === undefined ? [] : [critical(id_ce_nameConstraints, constraints)]),
  ];
}

/** Extensions of a client certificate. */
export function clientExtensions(): Extension[] {
  return [...leafExtensions(), extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_clientAuth]))];
}

/** Extensions of a server certificate. Without names it has no subjectAltName. */
export function serverExtensions({ dnsNames, ipAddresses }: AlternativeNames): Extension[] {
  const names = [
    ...dnsNames.map((dNSName) => new GeneralName({ dNSName })),
    ...ipAddresses.map((iPAddress) => new GeneralName({ iPAddress })),
  ];
  return [
    ...leafExtensions(),
    extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
    ...(names.length > 0 ? [extension(id_ce_subjectAltName, new SubjectAlternativeName(names))] : []),
  ];
}

/** The identifiers of the subject's and the issuer's key, by which clients build the chain. */
export function keyIdentifierExtensions(
  subject: SubjectPublicKeyInfo,
  issuer: SubjectPublicKeyInfo,
): Extension[] {
  const keyIdentifier = new KeyIdentifier(identifierOf(issuer));
  return [
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(identifierOf(subject))),
    extension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier })),
  ];
}

function leafExtensions(): Extension[] {
  const usage = KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment;
  return [
    critical(id_ce_basicConstraints, new BasicConstraints()),
    critical(id_ce_keyUsage, new KeyUsage(usage)),
  ];
}

/** RFC 5280 §4.2.1.2, method 1. */
function identifierOf({ subjectPublicKey }: SubjectPublicKeyInfo): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha1').update(new Uint8Array(subjectPublicKey)).digest());
}

function critical(extnID: string, value: object): Extension {
  return extension(extnID, value, true);
}

function extension(extnID: string, value: object, isCritical = false): Extension {
  const extnValue = new OctetString(AsnConvert.serialize(value));
  return new Extension({ extnID, critical: isCritical, extnValue });
}
