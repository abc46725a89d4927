import type { ClientAuthority } from '../pki/client-authority.js';
import { CLIENT_KEYS, type ClientKey } from '../pki/client-key.js';
import type { DistinguishedName } from '../pki/distinguished-name.js';
import type { IssuedCertificate } from '../pki/issued-certificate.js';
import { VALIDITY_DAYS, type ValidityDays, validityAround } from '../pki/validity.js';
import type { Application } from '../tenant/application.js';

/** The validity period of a certificate. */
export interface CertificateLifetime {
  /** Validity in days, an integer from 1 to 30. @default 30 */
  readonly validityDays?: number;
  /** Days from now until the validity begins; a negative number backdates the certificate, and can make it expired. @default 0 */
  readonly startsInDays?: number;
}

/** Options of a client certificate that belongs to no binding yet. */
export interface ClientCertificateOptions extends CertificateLifetime {
  /** Common name of the subject. */
  readonly commonName: string;
  /** @default the landscape's `clientKey` */
  readonly key?: ClientKey;
}

interface Context {
  readonly clients: ClientAuthority;
  /** The key of certificates whose options name none. @default 'EC' */
  readonly clientKey?: ClientKey | undefined;
  /** The clock: milliseconds since the epoch. */
  readonly now: () => number;
}

const MAXIMUM_VALIDITY_DAYS = VALIDITY_DAYS.client.after;
/** A hundred years. */
const MAXIMUM_OFFSET_DAYS = 36_500;
const DEFAULT_KEY: ClientKey = 'EC';

/** Issues client certificates as IAS does: subject, key and validity (`docs/reference/ias-facts.md#parameters`). */
export class ClientCertificateIssuer {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** @throws {RangeError} if the identity service rejects the validity or the key */
  async issue(options: ClientCertificateOptions, application: Application): Promise<IssuedCertificate> {
    const { clients, clientKey = DEFAULT_KEY, now } = this.#context;
    return clients.issueClientCertificate({
      subject: subjectOf(application, options.commonName),
      key: checkedKey(options.key ?? clientKey),
      validity: validityAround(now(), daysOf(options)),
    });
  }
}

function subjectOf(application: Application, commonName: string): DistinguishedName {
  return [
    ['C', 'DE'],
    ['O', 'SAP SE'],
    ['OU', 'SAP Cloud Platform Clients'],
    ['OU', application.clientId],
    ['CN', commonName],
  ];
}

function daysOf(lifetime: CertificateLifetime): ValidityDays {
  const { validityDays = MAXIMUM_VALIDITY_DAYS, startsInDays = 0 } = lifetime;
  if (!Number.isInteger(validityDays) || validityDays < 1 || validityDays > MAXIMUM_VALIDITY_DAYS) {
    throw new RangeError(`validity must be an integer from 1 to ${MAXIMUM_VALIDITY_DAYS} days.`);
  }
  if (!(Math.abs(startsInDays) <= MAXIMUM_OFFSET_DAYS)) {
    throw new RangeError(
      `startsInDays must be a number from -${MAXIMUM_OFFSET_DAYS} to ${MAXIMUM_OFFSET_DAYS}.`,
    );
  }
  return { before: -startsInDays, after: startsInDays + validityDays };
}

function checkedKey(key: ClientKey): ClientKey {
  if (CLIENT_KEYS.includes(key)) return key;
  throw new RangeError(`The key of a client certificate must be one of ${CLIENT_KEYS.join(', ')}.`);
}
