import { Inject, Injectable } from '@nestjs/common';
import { IdentityBindings } from '../binding/identity-bindings.js';
import type { IdentityBinding } from '../binding/identity-binding.js';
import { IAS_CLOCK } from '../core/clocks.js';
import type { Clock } from '../core/clocks.js';
import { IAS_SETTINGS } from '../core/settings.js';
import type { IasSettings } from '../core/settings.js';

const DAY_MS = 86_400_000;

/** Shares of a certificate's life: where it degrades, and where one does that lives for some days only. */
const LAST_SHARE = 0.1;
const LAST_SHARE_OF_SHORT_LIFE = 0.3;

/** `degraded`: it works, and somebody has to act before it does not. */
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
  /** Empty where no binding has a certificate. */
  readonly certificates: readonly CertificateHealth[];
  /** Code of the error for which the last change of the binding was refused; the one before it is still in use. */
  readonly refusedChange?: string;
}

const BY_GRAVITY: readonly CertificateStatus[] = ['up', 'degraded', 'down'];

/**
 * Health indicator for `@nestjs/terminus` 12, whose result it gives without needing the package.
 *
 * `degraded` in the last tenth of a certificate's life, at the latest on its last day, and while a change of the binding
 * is refused; `down` once a certificate that tokens are fetched with has expired. Nothing is asked of the tenant.
 *
 * ```ts
 * this.health.check([() => this.certificate.check()]);
 * ```
 */
@Injectable()
export class CertificateHealthIndicator {
  constructor(
    private readonly bindings: IdentityBindings,
    @Inject(IAS_SETTINGS) private readonly settings: IasSettings,
    @Inject(IAS_CLOCK) private readonly now: Clock,
  ) {}

  /** @param key name of the result; `certificate` by default */
  check<const Key extends string = 'certificate'>(
    key: Key = 'certificate' as Key,
  ): Record<Key, CertificatesHealth> {
    return { [key]: this.describe() } as Record<Key, CertificatesHealth>;
  }

  private describe(): CertificatesHealth {
    const certificates = this.bindings.all.flatMap((binding) => this.describeCertificate(binding));
    const { refusedChange } = this.bindings;
    return {
      status: worst([
        ...certificates.map(({ status }) => status),
        refusedChange !== undefined ? 'degraded' : 'up',
      ]),
      certificates,
      ...(refusedChange !== undefined && { refusedChange }),
    };
  }

  private describeCertificate({ name, certificate }: IdentityBinding): CertificateHealth[] {
    if (certificate === undefined) return [];
    const { notBefore, notAfter } = certificate;
    const left = notAfter.getTime() - this.now();
    return [
      {
        binding: name,
        status: this.statusOf(left, notAfter.getTime() - notBefore.getTime()),
        expiresAt: notAfter.toISOString(),
        daysLeft: Math.floor((left / DAY_MS) * 10) / 10,
      },
    ];
  }

  private statusOf(left: number, life: number): CertificateStatus {
    // An app that only validates tokens presents its certificate to nobody.
    if (left <= 0) return this.settings.outbound ? 'down' : 'degraded';
    const lastDay = Math.min(DAY_MS, LAST_SHARE_OF_SHORT_LIFE * life);
    return left <= Math.max(LAST_SHARE * life, lastDay) ? 'degraded' : 'up';
  }
}

function worst(statuses: readonly CertificateStatus[]): CertificateStatus {
  return BY_GRAVITY.findLast((status) => statuses.includes(status)) ?? 'up';
}
