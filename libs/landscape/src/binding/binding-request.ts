import type { ClientKey } from '../pki/client-key.js';

/** Parameters of a binding, as `cf bind-service -c` takes them (facts.md §3). */
export type BindingRequest =
  | GeneratedCertificateRequest
  | ProvidedCertificateRequest
  | AttestedCertificateRequest
  | { readonly type: 'SECRET' | 'NONE' };

/** IAS makes key and certificate. */
export interface GeneratedCertificateRequest extends CertificateLifetime {
  readonly type: 'X509_GENERATED';
  /** Common name of the certificate, at most 20 characters; it keeps the subject stable over rotations. @default random */
  readonly appIdentifier?: string;
  /** Key of the certificate, `key-length` at IAS. @default the landscape's `clientKey` */
  readonly key?: ClientKey;
}

/** The app brings its certificate, and keeps the key to itself. */
export interface ProvidedCertificateRequest {
  readonly type: 'X509_PROVIDED';
  /** PEM of a certificate the landscape's authority issued, unique in the tenant. */
  readonly certificate: string;
}

/** The platform attests who the app is; any certificate with this subject is the app's. */
interface AttestedCertificateRequest {
  readonly type: 'X509_ATTESTED';
  /** PEM of one certificate with the attested subject. */
  readonly certificate: string;
}

/** When a certificate is valid. */
export interface CertificateLifetime {
  /** Days the certificate is valid, a whole number from 1 to 30. @default 30 */
  readonly validityDays?: number;
  /** Days from now until it becomes valid; negative numbers make old, and with `validityDays` expired ones. @default 0 */
  readonly startsInDays?: number;
}

const MAXIMUM_VALIDITY_DAYS = 30;
/** A hundred years. */
const MAXIMUM_OFFSET_DAYS = 36_500;
const MAXIMUM_IDENTIFIER_LENGTH = 20;

/** @throws {RangeError} for a lifetime the identity service refuses */
export function daysOf(lifetime: CertificateLifetime): Required<CertificateLifetime> {
  const { validityDays = MAXIMUM_VALIDITY_DAYS, startsInDays = 0 } = lifetime;
  if (!Number.isInteger(validityDays) || validityDays < 1 || validityDays > MAXIMUM_VALIDITY_DAYS) {
    throw new RangeError(`validity is 1 to ${MAXIMUM_VALIDITY_DAYS} days.`);
  }
  if (!(Math.abs(startsInDays) <= MAXIMUM_OFFSET_DAYS)) {
    throw new RangeError(`startsInDays is a number from -${MAXIMUM_OFFSET_DAYS} to ${MAXIMUM_OFFSET_DAYS}.`);
  }
  return { validityDays, startsInDays };
}

/** @throws {RangeError} for an identifier the identity service refuses */
export function assertAppIdentifier(appIdentifier: string): void {
  if (appIdentifier === '' || appIdentifier.length > MAXIMUM_IDENTIFIER_LENGTH) {
    throw new RangeError(`app-identifier has 1 to ${MAXIMUM_IDENTIFIER_LENGTH} characters.`);
  }
}
