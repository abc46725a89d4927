import type { RejectionCode } from 'nest-ias';
import { expectedRejection } from '../matchers/expected-rejections.js';
import { bearer, type Forger, type Header } from './token-forger.js';

/** Why and how the guard rejects, with its default options. */
interface Rejected {
  /** What is wrong; unique in the catalogue. */
  readonly cause: string;
  readonly code: RejectionCode;
  readonly status: number;
}

/** A token that the guard rejects. */
export interface BadToken extends Rejected {
  readonly forge: (forger: Forger) => string;
}

/** A request that the guard rejects. */
export interface BadRequest extends Rejected {
  /** Headers in order; a name can occur several times, also in different case. */
  readonly headers: (forger: Forger) => readonly Header[];
  /** Query of the request target, without `?`. */
  readonly query?: string;
}

export function badToken(cause: string, code: RejectionCode, forge: BadToken['forge']): BadToken {
  return { cause, code, status: expectedRejection(code).status, forge };
}

export function badRequest(cause: string, code: RejectionCode, headers: BadRequest['headers']): BadRequest {
  return { cause, code, status: expectedRejection(code).status, headers };
}

/** Returns the request that sends a token. */
export function requestWith({ cause, code, forge }: BadToken): BadRequest {
  return badRequest(cause, code, (forger) => [bearer(forge(forger))]);
}
