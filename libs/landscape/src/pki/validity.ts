import type { X509Certificate } from 'node:crypto';

/** The validity period of a certificate. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Where a validity period begins and ends, in days `before` and `after` the time of issue. */
export interface ValidityDays {
  readonly before: number;
  readonly after: number;
}

/** Validity of the certificates that the landscape issues. */
export const VALIDITY_DAYS = {
  /** At most a year in all, so that a copied key soon becomes useless. */
  authority: { before: 1, after: 364 },
  server: { before: 1, after: 364 },
  /** Default and maximum; `validityDays` shortens it (`docs/reference/ias-facts.md#parameters`). */
  client: { before: 0, after: 30 },
  /** `issueServerCertificate` */
  testServer: { before: 1, after: 30 },
  /** The fault `expired-certificate` */
  expiredServer: { before: 2, after: -1 },
} as const satisfies Record<string, ValidityDays>;

export const DAY_MILLISECONDS = 86_400_000;

/** Returns the validity of a certificate issued at a time in milliseconds, in whole seconds as in X.509. */
export function validityAround(time: number, days: ValidityDays): Validity {
  const second = Math.floor(time / 1000) * 1000;
  return {
    notBefore: new Date(second - days.before * DAY_MILLISECONDS),
    notAfter: new Date(second + days.after * DAY_MILLISECONDS),
  };
}

/** The validity of a certificate issued now by the clock of this machine, by which the clients of a server check it. */
export function validityFromToday(days: ValidityDays): Validity {
  return validityAround(Date.now(), days);
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
