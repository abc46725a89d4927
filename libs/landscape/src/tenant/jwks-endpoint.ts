import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, json } from '../http/answer.js';
import type { Application } from './application.js';
import type { SigningKeys } from './signing-keys.js';

/** An answer, and the reason for a refusal. */
export interface KeySetOutcome {
  readonly answer: Answer;
  readonly refusal?: string;
}

/**
 * The key set (RFC 7517). With the headers `x-client_id`, `x-app_tid`, `x-azp` or `x-azp_app_tid`, which describe a token,
 * the caller gets the keys only if the token should be accepted (`docs/reference/ias-facts.md#key-set`).
 */
export class JwksEndpoint {
  readonly #keys: SigningKeys;
  readonly #findApplication: (clientId: string) => Application | undefined;

  constructor(keys: SigningKeys, findApplication: (clientId: string) => Application | undefined) {
    this.#keys = keys;
    this.#findApplication = findApplication;
  }

  async answer(headers: IncomingHttpHeaders): Promise<KeySetOutcome> {
    const refusal = this.#errorIn(headers);
    if (refusal !== undefined) {
      return { answer: json(400, { error: 'invalid_request', error_description: refusal }), refusal };
    }
    return { answer: json(200, await this.#keys.publicKeySet()) };
  }

  #errorIn(headers: IncomingHttpHeaders): string | undefined {
    const error =
      this.#clientErrorIn(headers, 'x-client_id', 'x-app_tid') ??
      this.#clientErrorIn(headers, 'x-azp', 'x-azp_app_tid');
    if (error !== undefined) return error;
    const { 'x-client_id': clientId, 'x-azp': authorizedParty } = headers;
    if (typeof clientId !== 'string' || typeof authorizedParty !== 'string') return undefined;
    const mayCall = this.#findApplication(authorizedParty)?.mayCall(clientId) === true;
    return mayCall ? undefined : 'x-azp has no dependency on x-client_id';
  }

  #clientErrorIn(
    headers: IncomingHttpHeaders,
    clientHeader: string,
    tenantHeader: string,
  ): string | undefined {
    const clientId = headers[clientHeader];
    const appTid = headers[tenantHeader];
    if (clientId === undefined) {
      return appTid === undefined ? undefined : `${tenantHeader} needs ${clientHeader}`;
    }
    const application = typeof clientId === 'string' ? this.#findApplication(clientId) : undefined;
    if (application === undefined) return `${clientHeader} is not known to this tenant`;
    if (appTid === undefined || (typeof appTid === 'string' && application.serves(appTid))) return undefined;
    return `${tenantHeader} is not a tenant of the application`;
  }
}
