import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { IdentityBindings } from '../binding/identity-bindings.js';
import { IAS_CLOCK } from '../core/clocks.js';
import type { Clock } from '../core/clocks.js';
import { IAS_TELEMETRY } from '../core/telemetry.js';
import type { Measurement, Telemetry } from '../core/telemetry.js';

const TIME_TO_EXPIRY = {
  name: 'ias.certificate.time_to_expiry',
  description: 'Time until the client certificate expires',
  unit: 's',
};

/** Measures how long the certificate of each binding is still valid; negative after its expiry. */
@Injectable()
export class CertificateGauge implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #bindings: IdentityBindings;
  readonly #now: Clock;
  readonly #telemetry: Telemetry;
  #end = () => {};

  constructor(
    bindings: IdentityBindings,
    @Inject(IAS_CLOCK) now: Clock,
    @Inject(IAS_TELEMETRY) telemetry: Telemetry,
  ) {
    this.#bindings = bindings;
    this.#now = now;
    this.#telemetry = telemetry;
  }

  onApplicationBootstrap(): void {
    this.#end = this.#telemetry.gauge(TIME_TO_EXPIRY, () => this.#measure());
  }

  onApplicationShutdown(): void {
    this.#end();
  }

  *#measure(): Generator<Measurement> {
    for (const { name, certificate } of this.#bindings.all) {
      if (certificate === undefined) continue;
      yield [(certificate.notAfter.getTime() - this.#now()) / 1_000, { 'ias.binding': name }];
    }
  }
}
