import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { IasError, printable } from '../errors/ias-error.js';
import { IAS_CLOCK } from '../core/clocks.js';
import type { Clock } from '../core/clocks.js';
import { IasEvents } from '../core/events.js';
import { IAS_SETTINGS } from '../core/settings.js';
import type { IasSettings } from '../core/settings.js';
import { fingerprintOf, isChangeable, readBindingSource } from './binding-source.js';
import type { BindingSource } from './binding-source.js';
import { bindingEvent } from './identity-binding.js';
import { IdentityBindings } from './identity-bindings.js';

const INTERVAL_MS = 1_000;

interface Observation {
  readonly source?: BindingSource;
  readonly failure?: Error;
  /** Identifies what was read without revealing it. */
  readonly fingerprint: string;
}

/**
 * Renews the bindings when their files change, without a restart.
 *
 * It reads the files every second instead of watching them: Kubernetes replaces a symbolic link, others rewrite file by
 * file, and both look the same to a reader. A change is used once two consecutive reads agree, so that a half-written
 * binding is never used. A broken binding is rejected and logged, and the current binding stays in use.
 */
@Injectable()
export class BindingRenewal implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger(BindingRenewal.name);
  #timer: NodeJS.Timeout | undefined;
  /** Fingerprints of the last read, and of the last rejected change. */
  #last: string | undefined;
  #rejected: string | undefined;
  readonly #bindings: IdentityBindings;
  readonly #settings: IasSettings;
  readonly #now: Clock;
  readonly #events: IasEvents;

  constructor(
    bindings: IdentityBindings,
    @Inject(IAS_SETTINGS) settings: IasSettings,
    @Inject(IAS_CLOCK) now: Clock,
    events: IasEvents,
  ) {
    this.#bindings = bindings;
    this.#settings = settings;
    this.#now = now;
    this.#events = events;
  }

  onApplicationBootstrap(): void {
    if (this.#bindings.all.length === 0 || !isChangeable(this.#settings)) return;
    this.#timer = setInterval(() => this.check(), INTERVAL_MS);
    this.#timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  /** Reads the source once, and renews the bindings if the source changed and did not change again since the last read. */
  check(): void {
    const observation = this.#observe();
    const { fingerprint } = observation;
    const settled = fingerprint === this.#last;
    this.#last = fingerprint;
    if (!settled) return;
    if (fingerprint !== this.#bindings.fingerprint) this.#renew(observation);
    else if (this.#bindings.refusedChange !== undefined)
      this.#accept('The rejected change of the identity binding was reverted.');
  }

  #renew({ source, failure, fingerprint }: Observation): void {
    try {
      if (source === undefined) throw failure ?? new Error('The identity binding cannot be read.');
      this.#bindings.renew(source, this.#settings, this.#now());
      this.#accept(`The identity binding was renewed. ${this.#describe()}`);
      this.#events.emit('binding.renewed', { bindings: this.#bindings.all.map(bindingEvent) });
    } catch (error) {
      this.#reject(error instanceof Error ? error : new Error('unknown failure'), fingerprint);
    }
  }

  #accept(message: string): void {
    this.#rejected = undefined;
    this.#bindings.refusedChange = undefined;
    this.#logger.log(message);
  }

  /** Logged once. The change is tried again at each read, because a certificate can become valid later. */
  #reject(reason: Error, fingerprint: string): void {
    if (fingerprint === this.#rejected) return;
    this.#rejected = fingerprint;
    this.#logger.error(
      `The change of the identity binding was rejected; the current binding stays in use. ${reason.message}`,
    );
    const code = reason instanceof IasError ? reason.code : 'unexpected';
    this.#bindings.refusedChange = code;
    this.#events.emit('binding.refused', { code });
  }

  #observe(): Observation {
    try {
      const source = readBindingSource(this.#settings);
      return { source, fingerprint: fingerprintOf(source) };
    } catch (error) {
      const failure = error instanceof IasError ? error : new Error('The identity binding cannot be read.');
      return { failure, fingerprint: failure.message };
    }
  }

  #describe(): string {
    return this.#bindings.all
      .map(({ name, certificate }) =>
        certificate === undefined
          ? `"${printable(name)}" has no certificate.`
          : `"${printable(name)}" has a certificate valid until ${certificate.notAfter.toISOString()}, thumbprint ${certificate.thumbprint}.`,
      )
      .join(' ');
  }
}
