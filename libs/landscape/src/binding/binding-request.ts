import type { ClientKey } from '../pki/client-key.js';

/** Parameters of a binding, as in `cf bind-service -c` (`docs/reference/ias-facts.md#parameters`). */
export type BindingRequest =
  | GeneratedCertificateRequest
  | ProvidedCertificateRequest
  | AttestedCertificateRequest
  | { readonly type: 'SECRET' | 'NONE' };

/** IAS generates the key and the certificate. */
export interface GeneratedCertificateRequest extends CertificateLifetime {
  readonly type: 'X509_GENERATED';
  /** Common name of the certificate, at most 20 characters. It keeps the subject stable across rotations. @default random */
  readonly appIdentifier?: string;
  /** Key type of the certificate, `key-length` in IAS. @default the landscape's `clientKey` */
  readonly key?: ClientKey;
}

/** The app provides its certificate and keeps the key. */
export interface ProvidedCertificateRequest {
  readonly type: 'X509_PROVIDED';
  /** PEM of a certificate that the landscape's certificate authority issued; unique in the tenant. */
  readonly certificate: string;
}

/** The platform attests the identity of the app: every certificate with this subject authenticates it. */
interface AttestedCertificateRequest {
  readonly type: 'X509_ATTESTED';
  /** PEM of a certificate with the attested subject. */
  readonly certificate: string;
}

/** The validity period of a certificate. */
export interface CertificateLifetime {
  /** Validity in days, an integer from 1 to 30. @default 30 */
  readonly validityDays?: number;
  /** Days from now until the validity begins; a negative number backdates the certificate, and can make it expired. @default 0 */
  readonly startsInDays?: number;
}

const MAXIMUM_VALIDITY_DAYS = 30;
/** A hundred years. */
const MAXIMUM_OFFSET_DAYS = 36_500;
const MAXIMUM_IDENTIFIER_LENGTH = 20;

/** @throws {RangeError} if the identity service rejects the lifetime */
export function daysOf(lifetime: CertificateLifetime): Required<CertificateLifetime> {
  const { validityDays = MAXIMUM_VALIDITY_DAYS, startsInDays = 0 } = lifetime;
  if (!Number.isInteger(validityDays) || validityDays < 1 || validityDays > MAXIMUM_VALIDITY_DAYS) {
    throw new RangeError(`validity must be an integer from 1 to ${MAXIMUM_VALIDITY_DAYS} days.`);
  }
  if (!(Math.abs(startsInDays) <= MAXIMUM_OFFSET_DAYS)) {
    throw new RangeError(
      `startsInDays must be a number from -${MAXIMUM_OFFSET_DAYS} to ${MAXIMUM_OFFSET_DAYS}.`,
    );
  }
  return { validityDays, startsInDays };
}

/** @throws {RangeError} if the identity service rejects the identifier */
export function assertAppIdentifier(appIdentifier: string): void {
  if (appIdentifier === '' || appIdentifier.length > MAXIMUM_IDENTIFIER_LENGTH) {
    throw new RangeError(`app-identifier must have 1 to ${MAXIMUM_IDENTIFIER_LENGTH} characters.`);
  }
}
