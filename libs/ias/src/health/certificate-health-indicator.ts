import { Inject, Injectable } from '@nestjs/common';
import { EXPIRY_SHARES } from '../binding/certificate-expiry-monitor.js';
import { DAY_MS } from '../binding/client-certificate.js';
import { IdentityBindings } from '../binding/identity-bindings.js';
import type { IdentityBinding } from '../binding/identity-binding.js';
import { IAS_CLOCK } from '../core/clocks.js';
import type { Clock } from '../core/clocks.js';
import { IAS_SETTINGS } from '../core/settings.js';
import type { IasSettings } from '../core/settings.js';

/** `degraded`: it works, but an operator must act soon. */
export type CertificateStatus = 'up' | 'degraded' | 'down';

/** The client certificate of one binding. */
export interface CertificateHealth {
  /** Name of the service instance. */
  readonly binding: string;
  readonly status: CertificateStatus;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** One decimal; negative once it has expired. */
  readonly daysLeft: number;
}

/** State of the bindings' client certificates. */
export interface CertificatesHealth {
  readonly status: CertificateStatus;
  /** Empty if no binding has a certificate. */
  readonly certificates: readonly CertificateHealth[];
  /** Error code of the last change of the binding, if it was rejected; the previous binding is still in use. */
  readonly refusedChange?: string;
}

const BY_SEVERITY: readonly CertificateStatus[] = ['up', 'degraded', 'down'];

/**
 * Health indicator for `@nestjs/terminus` 12; it does not need the package.
 *
 * `degraded` in the last tenth of a certificate's lifetime, on its last day at the latest, and while a change of the
 * binding is rejected. `down` once the certificate for fetching tokens has expired. It sends no request to the tenant.
 *
 * ```ts
 * this.health.check([() => this.certificate.check()]);
 * ```
 */
@Injectable()
export class CertificateHealthIndicator {
  readonly #bindings: IdentityBindings;
  readonly #settings: IasSettings;
  readonly #now: Clock;

  constructor(
    bindings: IdentityBindings,
    @Inject(IAS_SETTINGS) settings: IasSettings,
    @Inject(IAS_CLOCK) now: Clock,
  ) {
    this.#bindings = bindings;
    this.#settings = settings;
    this.#now = now;
  }

  /** @param key name of the result; `certificate` by default */
  check<const Key extends string = 'certificate'>(
    key: Key = 'certificate' as Key,
  ): Record<Key, CertificatesHealth> {
    return { [key]: this.#describe() } as Record<Key, CertificatesHealth>;
  }

  #describe(): CertificatesHealth {
    const certificates = this.#bindings.all.flatMap((binding) => this.#describeCertificate(binding));
    const { refusedChange } = this.#bindings;
    return {
      status: worst([
        ...certificates.map(({ status }) => status),
        refusedChange !== undefined ? 'degraded' : 'up',
      ]),
      certificates,
      ...(refusedChange !== undefined && { refusedChange }),
    };
  }

  #describeCertificate({ name, certificate }: IdentityBinding): CertificateHealth[] {
    if (certificate === undefined) return [];
    const { notBefore, notAfter } = certificate;
    const left = notAfter.getTime() - this.#now();
    return [
      {
        binding: name,
        status: this.#statusOf(left, notAfter.getTime() - notBefore.getTime()),
        expiresAt: notAfter.toISOString(),
        daysLeft: Math.floor((left / DAY_MS) * 10) / 10,
      },
    ];
  }

  #statusOf(left: number, lifetime: number): CertificateStatus {
    // An app that only validates tokens never presents its certificate.
    if (left <= 0) return this.#settings.outbound ? 'down' : 'degraded';
    // Never before the first warning, even if the whole lifetime is a few days.
    const lastDay = Math.min(DAY_MS, EXPIRY_SHARES.first * lifetime);
    return left <= Math.max(EXPIRY_SHARES.last * lifetime, lastDay) ? 'degraded' : 'up';
  }
}

function worst(statuses: readonly CertificateStatus[]): CertificateStatus {
  return BY_SEVERITY.findLast((status) => statuses.includes(status)) ?? 'up';
}
