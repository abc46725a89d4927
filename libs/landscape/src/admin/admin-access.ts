import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Answer, json } from '../http/answer.js';

/** Who may use the admin endpoint. */
export interface AdminAccessSettings {
  /** The bearer token. */
  readonly token: string;
  /** Accepted values of `Host`, with port. */
  readonly hosts: readonly string[];
  /** Whether every operation needs the token, because the endpoint is not on loopback. */
  readonly isExposed: boolean;
}

/** `Sec-Fetch-Site` of requests that no other website caused (W3C Fetch Metadata). */
const HARMLESS_SITES = new Set(['none', 'same-origin']);
const BEARER = /^bearer ([\w.~+/=-]+)$/i;

/** Decides who may use the admin endpoint: local tools, but no web page, and for secrets only those with the token. */
export class AdminAccess {
  readonly #digest: Buffer;
  readonly #settings: AdminAccessSettings;

  constructor(settings: AdminAccessSettings) {
    this.#settings = settings;
    this.#digest = digest(settings.token);
  }

  /** Returns the answer to a request that a web page may have caused. */
  refusalOf({ headers }: IncomingMessage): Answer | undefined {
    const site = headers['sec-fetch-site'];
    // A web page always sends its Origin and, in an attack by DNS rebinding, its own name as Host.
    const isAllowed =
      headers.origin === undefined &&
      this.#settings.hosts.includes(headers.host?.toLowerCase() ?? '') &&
      (site === undefined || HARMLESS_SITES.has(site));
    if (isAllowed) return undefined;
    return json(403, { error: 'The admin endpoint accepts requests from tools only, not from web pages.' });
  }

  /** Returns the answer to a request without the token that an operation needs. */
  challengeFor({ headers }: IncomingMessage, returnsSecret: boolean): Answer | undefined {
    if (!returnsSecret && !this.#settings.isExposed) return undefined;
    const token = BEARER.exec(headers.authorization ?? '')?.[1];
    if (token !== undefined && timingSafeEqual(digest(token), this.#digest)) return undefined;
    const error = 'This operation needs the header Authorization: Bearer <content of the file admin-token>.';
    return json(401, { error }, { 'www-authenticate': 'Bearer' });
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
