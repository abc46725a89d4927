import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { IasError } from '../errors/ias-error.js';
import { printable } from '../errors/printable.js';
import { IAS_CLOCK } from '../core/clocks.js';
import type { Clock } from '../core/clocks.js';
import { IasEvents } from '../core/events.js';
import { IAS_SETTINGS } from '../core/settings.js';
import type { IasSettings } from '../core/settings.js';
import { fingerprintOf, isChangeable, readBindingSource } from './binding-source.js';
import type { BindingSource } from './binding-source.js';
import { bindingEvent } from './binding-event.js';
import { IdentityBindings } from './identity-bindings.js';

const INTERVAL_MS = 1_000;

interface Observation {
  readonly source?: BindingSource;
  readonly failure?: Error;
  /** Identifies what was read without telling it. */
  readonly fingerprint: string;
}

/**
 * Renews the bindings when their files change, without a restart.
 *
 * The files are read every second, not watched: Kubernetes swaps a symbolic link, others rewrite file by file, and
 * both look the same to a reader. A change is taken when two readings in a row agree, so that a half-written binding
 * is not; what is broken even then is refused and reported, and the binding in use stays.
 */
@Injectable()
export class BindingWatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger(BindingWatcher.name);
  #timer: NodeJS.Timeout | undefined;
  /** What was read last, and what was refused last. */
  #last: string | undefined;
  #refused: string | undefined;

  constructor(
    private readonly bindings: IdentityBindings,
    @Inject(IAS_SETTINGS) private readonly settings: IasSettings,
    @Inject(IAS_CLOCK) private readonly now: Clock,
    private readonly events: IasEvents,
  ) {}

  onApplicationBootstrap(): void {
    if (!isChangeable(this.settings)) return;
    this.#timer = setInterval(() => this.check(), INTERVAL_MS);
    this.#timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  /** Reads the source once, and renews the bindings if it changed and has settled. */
  check(): void {
    const observation = this.observe();
    const { fingerprint } = observation;
    const settled = fingerprint === this.#last;
    this.#last = fingerprint;
    if (!settled) return;
    if (fingerprint !== this.bindings.fingerprint) this.take(observation);
    else if (this.bindings.refusedChange !== undefined)
      this.accept('A refused change of the identity binding was taken back.');
  }

  private take({ source, failure, fingerprint }: Observation): void {
    try {
      if (source === undefined) throw failure ?? new Error('nothing was read');
      this.bindings.renew(source, this.settings, this.now());
      this.accept(`The identity binding was renewed. ${this.describe()}`);
      this.events.emit('binding.renewed', { bindings: this.bindings.all.map(bindingEvent) });
    } catch (error) {
      this.refuse(error instanceof Error ? error : new Error('unknown failure'), fingerprint);
    }
  }

  private accept(message: string): void {
    this.#refused = undefined;
    this.bindings.refusedChange = undefined;
    this.#logger.log(message);
  }

  /** Tried again at each reading, for a certificate can become valid by waiting, but told only once. */
  private refuse(refusal: Error, fingerprint: string): void {
    if (fingerprint === this.#refused) return;
    this.#refused = fingerprint;
    this.#logger.error(
      `A change of the identity binding was refused, the one in use stays. ${refusal.message}`,
    );
    const code = refusal instanceof IasError ? refusal.code : 'unexpected';
    this.bindings.refusedChange = code;
    this.events.emit('binding.refused', { code });
  }

  private observe(): Observation {
    try {
      const source = readBindingSource(this.settings);
      return { source, fingerprint: fingerprintOf(source) };
    } catch (error) {
      const failure = error instanceof IasError ? error : new Error('The identity binding cannot be read.');
      return { failure, fingerprint: failure.message };
    }
  }

  private describe(): string {
    return this.bindings.all
      .map(({ name, certificate }) =>
        certificate === undefined
          ? `"${printable(name)}" has no certificate.`
          : `"${printable(name)}" has a certificate valid until ${certificate.notAfter.toISOString()}, thumbprint ${certificate.thumbprint}.`,
      )
      .join(' ');
  }
}
