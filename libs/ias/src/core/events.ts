import { Injectable, Logger } from '@nestjs/common';

/** A token request with its retries. Concurrent callers of the same token share it. */
export interface TokenRequestEvent {
  /** Origin of the tenant. */
  readonly tenant: string;
  readonly grantType: string;
  /** `caller`: a caller waits for the token; `refresh`: in the background, while the current token is valid. */
  readonly trigger: 'caller' | 'refresh';
}

/** All events by name. No field contains a token, a key, a secret or a claim. */
export interface IasEventMap {
  /** A token request starts, or would start without an open circuit or a cool-down. */
  'token-request.started': TokenRequestEvent;
  /** A token request succeeded. */
  'token-request.succeeded': TokenRequestEvent & {
    readonly durationMs: number;
    /** When the token expires, ms since the epoch. */
    readonly expiresAt: number;
  };
  /** The last attempt of a token request failed. */
  'token-request.failed': TokenRequestEvent & {
    readonly durationMs: number;
    /** Code of the error (docs/reference/errors.md), or `unexpected`. */
    readonly code: string;
  };
  /** The cache dropped a token that a receiver rejected. */
  'token.invalidated': { readonly certificateThumbprint: string | undefined };
  /** A change of the binding was applied. */
  'binding.renewed': { readonly bindings: readonly BindingEvent[] };
  /** A change of the binding was rejected; the current binding stays in use. Emitted once for each change. */
  'binding.refused': { readonly code: string };
  /** 30 % or 10 % of a certificate's lifetime or one day is left, or it has expired. Checked once a minute. */
  'certificate.expiring': BindingEvent & { readonly certificateExpiresAt: number };
  /** The keys of an issuer were fetched; `keys` is the number that it publishes. */
  'keys.fetched': { readonly issuer: string; readonly keys: number };
  /** The keys of an issuer could not be fetched. */
  'keys.failed': { readonly issuer: string; readonly code: 'keys_unavailable' };
  /** A tenant failed ten times in a row. Further requests fail at once, without a request to the tenant. */
  'circuit.opened': { readonly tenant: string };
  /** The first request after the circuit opened succeeded. */
  'circuit.closed': { readonly tenant: string };
  /** A tenant rejected a client. No request for it before `until`, ms since the epoch. */
  'cooldown.started': { readonly tenant: string; readonly binding: string; readonly until: number };
  /** Requests for the client resume: the cool-down is over, or its certificate was renewed. */
  'cooldown.ended': { readonly tenant: string; readonly binding: string };
}

/** One binding and its certificate. */
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
 * Tells listeners what happens in the module: token requests, renewals, circuits.
 *
 * Listeners run before the module continues, so they should be quick. If a listener throws or rejects, the log reports
 * only the name of its error, and nothing else changes.
 */
@Injectable()
export class IasEvents {
  readonly #logger = new Logger(IasEvents.name);
  readonly #listeners = new Map<IasEventName, Set<IasEventListener<never>>>();

  /** @returns a function that removes the listener */
  on<Name extends IasEventName>(name: Name, listener: IasEventListener<Name>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** For `nest-ias` only. */
  emit<Name extends IasEventName>(name: Name, event: IasEventMap[Name]): void {
    const listeners = this.#listeners.get(name);
    if (listeners === undefined || listeners.size === 0) return;
    const frozen = Object.freeze(event);
    // A copy, because a listener may add others.
    const current = Array.from(listeners) as IasEventListener<Name>[];
    for (const listener of current) void this.#tell(name, listener, frozen);
  }

  /** Runs the listener at once, and waits only for a promise that it returns. */
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
