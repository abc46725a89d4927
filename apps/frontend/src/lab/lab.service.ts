import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { IAS_MONOTONIC_CLOCK, IasTokenProvider, IdentityBindings } from 'nest-ias';
import type { Clock } from 'nest-ias';
import { FRONTEND_SETTINGS } from '../frontend-settings.js';
import type { FrontendSettings } from '../frontend-settings.js';
import { LAB_ACTIONS } from './lab-actions.js';
import type { LabAction, LabOutcome } from './lab-actions.js';
import { LandscapeAdmin } from './landscape-admin.js';
import { LandscapeError } from './landscape-error.js';
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
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    tokens: IasTokenProvider,
    bindings: IdentityBindings,
    landscape: LandscapeAdmin,
    thief: Thief,
    @Inject(IAS_MONOTONIC_CLOCK) now: Clock,
    @Inject(FRONTEND_SETTINGS) settings: FrontendSettings,
  ) {
    this.#tokens = tokens;
    this.#bindings = bindings;
    this.#landscape = landscape;
    this.#thief = thief;
    this.#now = now;
    this.#settings = settings;
  }

  /**
   * Runs an action after those before it.
   *
   * @throws {TokenRequestError} no access token
   * @throws {DownstreamError} the backend or the landscape did not answer
   */
  async run(action: LabAction): Promise<LabOutcome> {
    const outcome = this.#last.then(() => this.#run(action));
    this.#last = outcome.catch(() => undefined);
    return outcome;
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
        return done(action, 200);
      case 'rotate-certificate':
        return done(action, await this.#rotate());
      case 'revoke-certificate':
        return done(action, await this.#landscape.revoke(this.#thumbprint()));
      case 'ias-down':
        return done(action, await this.#landscape.addFault({ endpoint: 'connection', kind: 'down' }));
      case 'ias-up':
        return done(action, await this.#landscape.removeFaults());
      case 'reset':
        return done(action, await this.#reset());
    }
  }

  async #replay(action: LabAction, what: Omit<Replay, 'token'>): Promise<LabOutcome> {
    const { value: token } = await this.#tokens.getToken();
    const answer = await this.#thief.replay({ ...what, token });
    const { status, challenge, code } = answer;
    return {
      action,
      sent: LAB_ACTIONS[action].sent,
      answer: { status, challenge, code },
      why: explainReplay(answer),
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
    );
  }

  /** Rotates our binding and waits until this app uses the new credentials. */
  async #rotate(): Promise<number> {
    const binding = this.#settings.lab?.binding;
    if (binding === undefined) {
      throw new LandscapeError(
        'downstream_rejected',
        'Nothing was rotated: the binding of this app is not in a file, so it cannot change while the app runs.',
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
    return this.#rotate();
  }
}

function done(action: LabAction, status: number): LabOutcome {
  const { sent, success } = LAB_ACTIONS[action];
  return { action, sent, answer: { status, challenge: null, code: null }, why: success };
}
