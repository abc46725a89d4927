import { metrics } from '@opentelemetry/api';
import type { BatchObservableCallback } from '@opentelemetry/api';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { DAY_MS } from '../binding/client-certificate.js';
import { IdentityBindings } from '../binding/identity-bindings.js';
import { IAS_CLOCK } from '../core/clocks.js';
import type { Clock } from '../core/clocks.js';

/** Gauge `ias.certificate.days_left`: days until the certificate of each binding expires; negative after the expiry. */
@Injectable()
export class CertificateGauge implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #meter = metrics.getMeter('nest-ias');
  readonly #gauge = this.#meter.createObservableGauge('ias.certificate.days_left', {
    description: 'Time until the client certificate expires',
    unit: 'd',
  });
  readonly #observe: BatchObservableCallback = (result) => {
    for (const { name, certificate } of this.bindings.all) {
      if (certificate === undefined) continue;
      const days = (certificate.notAfter.getTime() - this.now()) / DAY_MS;
      result.observe(this.#gauge, days, { 'ias.binding': name });
    }
  };

  constructor(
    private readonly bindings: IdentityBindings,
    @Inject(IAS_CLOCK) private readonly now: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.#meter.addBatchObservableCallback(this.#observe, [this.#gauge]);
  }

  onApplicationShutdown(): void {
    this.#meter.removeBatchObservableCallback(this.#observe, [this.#gauge]);
  }
}
