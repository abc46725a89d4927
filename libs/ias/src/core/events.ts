import { Injectable, Logger } from '@nestjs/common';

/** A token request with its retries; callers that ask for the same token at the same time share it. */
export interface TokenRequestEvent {
  /** Origin of the tenant. */
  readonly tenant: string;
  readonly grantType: string;
  /** `caller`: somebody waits for the token; `refresh`: in the background, while the token in use lives. */
  readonly trigger: 'caller' | 'refresh';
}

/** What can happen, under the name to listen to. No field holds a token, a key, a secret or a claim. */
export interface IasEventMap {
  'token-request.started': TokenRequestEvent;
  'token-request.succeeded': TokenRequestEvent & {
    readonly durationMs: number;
    /** When the token expires, ms since the epoch. */
    readonly expiresAt: number;
  };
  'token-request.failed': TokenRequestEvent & {
    readonly durationMs: number;
    /** Code of the error, docs/reference/errors.md; `unexpected` for any other. */
    readonly code: string;
  };
  /** A token that a receiver rejected was forgotten. */
  'token.invalidated': { readonly certificateThumbprint: string | undefined };
  /** A change of the binding was taken over. */
  'binding.renewed': { readonly bindings: readonly BindingEvent[] };
  /** A change of the binding was refused, the one before it stays in use. */
  'binding.refused': { readonly code: string };
  /** 30 % or 10 % of a certificate's life are left, or a day, or nothing. */
  'certificate.expiring': BindingEvent & { readonly certificateExpiresAt: number };
  /** The keys of an issuer were fetched; `keys` counts the ones that it publishes. */
  'keys.fetched': { readonly issuer: string; readonly keys: number };
  /** The keys of an issuer could not be fetched. */
  'keys.failed': { readonly issuer: string; readonly code: 'keys_unavailable' };
  /** A tenant failed several times in a row and is left in peace; further requests fail at once. */
  'circuit.opened': { readonly tenant: string };
  'circuit.closed': { readonly tenant: string };
  /** A tenant refused a client, which is not presented to it again before `until`, ms since the epoch. */
  'cooldown.started': { readonly tenant: string; readonly binding: string; readonly until: number };
  /** The client is presented again: the time is over, or its certificate was renewed. */
  'cooldown.ended': { readonly tenant: string; readonly binding: string };
}

/** One binding and the certificate it has. */
export interface BindingEvent {
  /** Name of the service instance. */
  readonly binding: string;
  readonly certificateThumbprint: string | undefined;
  /** ms since the epoch. */
  readonly certificateExpiresAt: number | undefined;
}

export type IasEventName = keyof IasEventMap;
export type IasEventListener<Name extends IasEventName> = (event: Readonly<IasEventMap[Name]>) => unknown;

/**
 * Tells whoever listens what happens inside: token requests, renewals, circuits.
 *
 * A listener runs before what it hears of goes on, so it should be quick. One that throws or rejects harms nobody: it
 * is reported in the log, by the name of its error only.
 */
@Injectable()
export class IasEvents {
  readonly #logger = new Logger(IasEvents.name);
  readonly #listeners = new Map<IasEventName, Set<IasEventListener<never>>>();

  /** @returns ends the listening */
  on<Name extends IasEventName>(name: Name, listener: IasEventListener<Name>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** For `nest-ias` itself. */
  emit<Name extends IasEventName>(name: Name, event: IasEventMap[Name]): void {
    const listeners = this.#listeners.get(name);
    if (listeners === undefined || listeners.size === 0) return;
    const frozen = Object.freeze(event);
    // Those who listen now: a listener may add others.
    const audience = Array.from(listeners) as IasEventListener<Name>[];
    for (const listener of audience) void this.#tell(name, listener, frozen);
  }

  /** Runs the listener at once; only what it promises is waited for. */
  async #tell<Name extends IasEventName>(
    name: Name,
    listener: IasEventListener<Name>,
    event: Readonly<IasEventMap[Name]>,
  ): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      const reason = error instanceof Error ? error.name : typeof error;
      this.#logger.error(`A listener to ${name} failed with ${reason}.`);
    }
  }
}
