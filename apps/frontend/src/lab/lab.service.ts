import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import {
  IAS_MONOTONIC_CLOCK,
  IasEvents,
  IasTokenProvider,
  IdentityBindings,
  TokenRequestError,
} from 'nest-ias';
import type { Clock } from 'nest-ias';
import { FRONTEND_SETTINGS } from '../frontend-settings.js';
import type { FrontendSettings } from '../frontend-settings.js';
import { textOf } from './lab-actions.js';
import type { LabAction, LabCircumstances } from './lab-actions.js';
import type { LabOutcome } from './lab-outcome.js';
import { LandscapeAdmin } from './landscape-admin.js';
import { LandscapeError, SENT_NOTHING } from './landscape-error.js';
import { explainReplay } from './replay-verdict.js';
import { Thief } from './thief.js';
import type { Replay } from './thief.js';

/** An app notices new credentials within five seconds. */
const RENEWAL_DEADLINE_MS = 10_000;
const POLL_MS = 100;

/** Runs the actions of the lab, one at a time. */
@Injectable()
export class LabService {
  readonly #tokens: IasTokenProvider;
  readonly #bindings: IdentityBindings;
  readonly #landscape: LandscapeAdmin;
  readonly #thief: Thief;
  readonly #now: Clock;
  readonly #settings: FrontendSettings;
  readonly #events: IasEvents;
  /** What an action sent before it failed, by its error. */
  readonly #sent = new WeakMap<Error, string>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    tokens: IasTokenProvider,
    bindings: IdentityBindings,
    landscape: LandscapeAdmin,
    thief: Thief,
    @Inject(IAS_MONOTONIC_CLOCK) now: Clock,
    @Inject(FRONTEND_SETTINGS) settings: FrontendSettings,
    events: IasEvents,
  ) {
    this.#tokens = tokens;
    this.#bindings = bindings;
    this.#landscape = landscape;
    this.#thief = thief;
    this.#now = now;
    this.#settings = settings;
    this.#events = events;
  }

  /**
   * Runs an action after those before it.
   *
   * @throws {TokenRequestError} no access token
   * @throws {DownstreamError} the backend or the landscape did not answer
   */
  async run(action: LabAction): Promise<LabOutcome> {
    const outcome = this.#last.then(() => this.#observe(action));
    this.#last = outcome.catch(() => undefined);
    return outcome;
  }

  /** What an action sent before it failed with this error. */
  sentBefore(error: Error): string | undefined {
    return this.#sent.get(error);
  }

  async #observe(action: LabAction): Promise<LabOutcome> {
    let openedCircuit = false;
    const forget = this.#events.on('circuit.opened', () => (openedCircuit = true));
    try {
      return await this.#run(action);
    } catch (error) {
      if (error instanceof Error) this.#sent.set(error, this.#sentUntil(error, action, openedCircuit));
      throw error;
    } finally {
      forget();
    }
  }

  #sentUntil(error: Error, action: LabAction, openedCircuit: boolean): string {
    if (error instanceof LandscapeError) return error.sent ?? this.#textOf(action, 'sent');
    if (!(error instanceof TokenRequestError)) return this.#textOf(action, 'sent');
    const isPause =
      error.code === 'client_cooling_down' ||
      (error.code === 'token_endpoint_circuit_open' && !openedCircuit);
    // without a token there is nothing to replay
    return isPause ? SENT_NOTHING : this.#textOf('fresh-token', 'sent');
  }

  #textOf(action: LabAction, what: 'sent' | 'success'): string {
    return textOf(action, what, this.#circumstances);
  }

  get #circumstances(): LabCircumstances {
    return {
      hasCertificate: this.#bindings.outbound.certificate !== undefined,
      backendUsesTls: this.#settings.backendUrl.startsWith('https:'),
    };
  }

  #done(action: LabAction, status: number): LabOutcome {
    const answer = { status, challenge: null, code: null };
    return { action, sent: this.#textOf(action, 'sent'), answer, why: this.#textOf(action, 'success') };
  }

  async #run(action: LabAction): Promise<LabOutcome> {
    switch (action) {
      case 'replay-without-certificate':
        return this.#replay(action, {});
      case 'replay-with-other-certificate':
        return this.#replay(action, { credentials: await this.#landscape.issueOtherCertificate() });
      case 'replay-with-forged-header':
        return this.#replay(action, { forgedHeader: await this.#forgedHeader() });
      case 'fresh-token':
        await this.#tokens.renewToken();
        return this.#done(action, 200);
      case 'rotate-certificate':
        return this.#done(action, await this.#rotate());
      case 'revoke-certificate':
        return this.#done(action, await this.#landscape.revoke(this.#thumbprint()));
      case 'ias-down':
        return this.#done(action, await this.#landscape.addFault({ endpoint: 'connection', kind: 'down' }));
      case 'ias-up':
        return this.#done(action, await this.#landscape.removeFaults());
      case 'reset':
        return this.#done(action, await this.#reset());
    }
  }

  async #replay(action: LabAction, what: Omit<Replay, 'token'>): Promise<LabOutcome> {
    const { value: token } = await this.#tokens.getToken();
    const answer = await this.#thief.replay({ ...what, token });
    const { status, challenge, code } = answer;
    return {
      action,
      sent: this.#textOf(action, 'sent'),
      answer: { status, challenge, code },
      why: explainReplay(action, answer, this.#circumstances),
    };
  }

  /** Our certificate, as the router writes it. It is public, so a thief has it; with a client secret, any certificate does. */
  async #forgedHeader(): Promise<string> {
    const { certificate } = this.#bindings.outbound;
    if (certificate !== undefined) return certificate.der.toString('base64');
    const other = await this.#landscape.issueOtherCertificate();
    return other.certificate.replaceAll(/-----[^-]+-----|\s/g, '');
  }

  #thumbprint(): string {
    const { certificate } = this.#bindings.outbound;
    if (certificate !== undefined) return certificate.thumbprint;
    throw new LandscapeError(
      'downstream_rejected',
      'Nothing was revoked: this app has a client secret and no certificate.',
      { sent: SENT_NOTHING },
    );
  }

  /**
   * Rotates our binding and waits until this app uses the new credentials.
   *
   * @param sent what the action sent before
   */
  async #rotate(sent = SENT_NOTHING): Promise<number> {
    const binding = this.#settings.lab?.binding;
    if (binding === undefined) {
      throw new LandscapeError(
        'downstream_rejected',
        'Nothing was rotated: the binding of this app is not in a file, so it cannot change while the app runs.',
        { sent },
      );
    }
    const previous = this.#bindings.outbound;
    const deadline = this.#now() + RENEWAL_DEADLINE_MS;
    const status = await this.#landscape.rotate(binding);
    while (this.#bindings.outbound === previous) {
      if (this.#now() > deadline) {
        throw new LandscapeError(
          'downstream_timeout',
          'The landscape rotated the binding, but this app did not notice it in time: check its log.',
        );
      }
      await delay(POLL_MS);
    }
    return status;
  }

  /** Failures are forgotten before the rotation, which can take seconds: the page works as soon as the tenant does. */
  async #reset(): Promise<number> {
    await this.#landscape.removeFaults();
    await this.#landscape.removeLocks();
    this.#tokens.forgetFailures();
    return this.#rotate('DELETE /faults and DELETE /locks to the landscape');
  }
}
