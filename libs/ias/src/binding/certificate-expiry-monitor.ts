import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { printable } from '../errors/ias-error.js';
import { IAS_CLOCK } from '../core/clocks.js';
import type { Clock } from '../core/clocks.js';
import { IasEvents } from '../core/events.js';
import { DAY_MS } from './client-certificate.js';
import type { ClientCertificate } from './client-certificate.js';
import { bindingEvent } from './identity-binding.js';
import { IdentityBindings } from './identity-bindings.js';

const INTERVAL_MS = 60_000;

/** Remaining shares of a certificate's lifetime at which an operator must act: to warn, and for the health indicator. */
export const EXPIRY_SHARES = { first: 0.3, last: 0.1 } as const;

/** Warns before the certificate of a binding expires: at 30 % and 10 % of its lifetime, and a day before the expiry. */
@Injectable()
export class CertificateExpiryMonitor implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger(CertificateExpiryMonitor.name);
  /** Number of warnings for each certificate. */
  readonly #warned = new WeakMap<ClientCertificate, number>();
  #timer: NodeJS.Timeout | undefined;
  readonly #bindings: IdentityBindings;
  readonly #now: Clock;
  readonly #events: IasEvents;

  constructor(bindings: IdentityBindings, @Inject(IAS_CLOCK) now: Clock, events: IasEvents) {
    this.#bindings = bindings;
    this.#now = now;
    this.#events = events;
  }

  onApplicationBootstrap(): void {
    this.check();
    this.#timer = setInterval(() => this.check(), INTERVAL_MS);
    this.#timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  /** Warns about each certificate that has passed another threshold since its last warning. */
  check(): void {
    for (const binding of this.#bindings.all) {
      const { name, certificate } = binding;
      if (certificate === undefined) continue;
      const due = warningsDue(certificate, this.#now());
      if (due <= (this.#warned.get(certificate) ?? 0)) continue;
      this.#warned.set(certificate, due);
      this.#warn(name, certificate);
      const certificateExpiresAt = certificate.notAfter.getTime();
      this.#events.emit('certificate.expiring', { ...bindingEvent(binding), certificateExpiresAt });
    }
  }

  #warn(name: string, { notAfter, renewal }: ClientCertificate): void {
    const hours = Math.floor((notAfter.getTime() - this.#now()) / 3_600_000);
    const left =
      hours < 0
        ? 'has expired'
        : `expires in ${hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`}`;
    this.#logger.warn(
      `The certificate of the identity binding "${printable(name)}" ${left}, on ${notAfter.toISOString()}: ${renewal}`,
    );
  }
}

/** 0 to 3, or 4 once the certificate has expired. The third warning comes a day before the expiry. */
function warningsDue({ notBefore, notAfter }: ClientCertificate, now: number): number {
  const lifetime = notAfter.getTime() - notBefore.getTime();
  const left = notAfter.getTime() - now;
  const reached = [EXPIRY_SHARES.first * lifetime, EXPIRY_SHARES.last * lifetime, DAY_MS, 0].filter(
    (bound) => left <= bound,
  );
  return reached.length;
}
