import { z } from 'zod';
import { CLIENT_KEYS, type ClientKey } from '../pki/client-key.js';
import type { CertificateLifetime } from './client-certificate-issuer.js';

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

const MAXIMUM_IDENTIFIER_LENGTH = 20;

const pem = z.string().max(50_000);

/** Schema of the parameters of a binding; the issuer checks the limits of IAS. */
export const bindingRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('X509_GENERATED'),
    appIdentifier: z.string().exactOptional(),
    key: z.enum(CLIENT_KEYS).exactOptional(),
    validityDays: z.number().exactOptional(),
    startsInDays: z.number().exactOptional(),
  }),
  z.strictObject({ type: z.literal('X509_PROVIDED'), certificate: pem }),
  z.strictObject({ type: z.literal('X509_ATTESTED'), certificate: pem }),
  z.strictObject({ type: z.literal('SECRET') }),
  z.strictObject({ type: z.literal('NONE') }),
]) satisfies z.ZodType<BindingRequest>;

/** @throws {RangeError} if the identity service rejects the identifier */
export function assertAppIdentifier(appIdentifier: string): void {
  if (appIdentifier === '' || appIdentifier.length > MAXIMUM_IDENTIFIER_LENGTH) {
    throw new RangeError(`app-identifier must have 1 to ${MAXIMUM_IDENTIFIER_LENGTH} characters.`);
  }
}
