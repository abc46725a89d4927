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
  #end = () => {};

  constructor(
    private readonly bindings: IdentityBindings,
    @Inject(IAS_CLOCK) private readonly now: Clock,
    @Inject(IAS_TELEMETRY) private readonly telemetry: Telemetry,
  ) {}

  onApplicationBootstrap(): void {
    this.#end = this.telemetry.gauge(TIME_TO_EXPIRY, () => this.#measure());
  }

  onApplicationShutdown(): void {
    this.#end();
  }

  *#measure(): Generator<Measurement> {
    for (const { name, certificate } of this.bindings.all) {
      if (certificate === undefined) continue;
      yield [(certificate.notAfter.getTime() - this.now()) / 1_000, { 'ias.binding': name }];
    }
  }
}
