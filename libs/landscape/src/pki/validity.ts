import type { X509Certificate } from 'node:crypto';

/** The validity period of a certificate. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const DAY = 86_400_000;

/** Returns the period from `days.before` to `days.after` a time in milliseconds, in whole seconds as in X.509. */
export function validityAround(time: number, days: { before: number; after: number }): Validity {
  const second = Math.floor(time / 1000) * 1000;
  return {
    notBefore: new Date(second - days.before * DAY),
    notAfter: new Date(second + days.after * DAY),
  };
}

const validities = new WeakMap<X509Certificate, Validity>();

/** Returns the validity period of a certificate. */
export function validityOf(certificate: X509Certificate): Validity {
  const known = validities.get(certificate);
  if (known !== undefined) return known;
  const validity = { notBefore: new Date(certificate.validFrom), notAfter: new Date(certificate.validTo) };
  validities.set(certificate, validity);
  return validity;
}

/** Whether a time in milliseconds is in a validity period. */
export function isWithin(validity: Validity, time: number): boolean {
  return validity.notBefore.getTime() <= time && time <= validity.notAfter.getTime();
}
