import { HttpException } from '@nestjs/common';
import { documentationUrl } from '../errors/error-codes.js';
import { challengeOf } from './bearer-challenge.js';
import { REJECTIONS } from './rejection-codes.js';
import type { Rejection, RejectionCode } from './rejection-codes.js';

/** Problem details (RFC 9457 §3.1) with the stable `code` of the rejection. */
export interface AuthenticationProblem {
  /** Address of the documentation of the code. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: RejectionCode;
}

const TITLES: Readonly<Record<Rejection['status'], string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  503: 'Service Unavailable',
};

const RETRY_AFTER_SECONDS = 2;

/**
 * The guard rejects a request.
 *
 * The guard sets {@link headers} except the content type on the response before it throws. A filter of `IasModule`
 * sends the body; a filter of the app can send another one. The text for the caller depends on the code alone; {@link
 * operatorDetail} describes for the log what happened.
 */
export class AuthenticationException extends HttpException {
  readonly code: RejectionCode;
  readonly title: string;
  /** The sentence for the caller. */
  readonly detail: string;
  /** What happened, for the operator of the app; never contains a token. */
  readonly operatorDetail: string | undefined;
  /** URL of the metadata that describes how to get a token; part of the challenge. */
  metadataUrl: string | undefined;

  constructor(code: RejectionCode, operatorDetail?: string) {
    const { status, detail } = REJECTIONS[code];
    const title = TITLES[status];
    const problem: AuthenticationProblem = { type: documentationUrl(code), title, status, detail, code };
    super(problem, status);
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.operatorDetail = operatorDetail;
    this.message = detail;
  }

  /** Headers of the response, names in lower case. */
  get headers(): Readonly<Record<string, string> & Record<'content-type', string>> {
    const challenge = challengeOf(REJECTIONS[this.code], this.metadataUrl);
    return {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(challenge !== undefined && { 'www-authenticate': challenge }),
      ...(this.getStatus() === 503 && { 'retry-after': String(RETRY_AFTER_SECONDS) }),
    };
  }
}
