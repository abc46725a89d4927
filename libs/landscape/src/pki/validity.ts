import type { X509Certificate } from 'node:crypto';

/** The period in which a certificate is valid. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const DAY = 86_400_000;

/** Makes the period from `days` before to `days` after a moment, cut to whole seconds as X.509 writes them. */
export function validityAround(moment: number, days: { before: number; after: number }): Validity {
  const second = Math.floor(moment / 1000) * 1000;
  return {
    notBefore: new Date(second - days.before * DAY),
    notAfter: new Date(second + days.after * DAY),
  };
}

const validities = new WeakMap<X509Certificate, Validity>();

/** The period a certificate states. */
export function validityOf(certificate: X509Certificate): Validity {
  const known = validities.get(certificate);
  if (known !== undefined) return known;
  const validity = { notBefore: new Date(certificate.validFrom), notAfter: new Date(certificate.validTo) };
  validities.set(certificate, validity);
  return validity;
}

/** Whether a moment (milliseconds) lies inside a period. */
export function isWithin(validity: Validity, moment: number): boolean {
  return validity.notBefore.getTime() <= moment && moment <= validity.notAfter.getTime();
}
