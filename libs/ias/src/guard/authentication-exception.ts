import { HttpException } from '@nestjs/common';
import { challengeOf } from './challenge.js';
import { REJECTIONS } from './rejections.js';
import type { Rejection, RejectionCode } from './rejections.js';

/** Problem details (RFC 9457 §3.1) with the stable `code` of the rejection. */
export interface AuthenticationProblem {
  readonly type: 'about:blank';
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
 * An `HttpException`: Nest answers it with the right status and body without a filter, and the guard has set
 * {@link headers} on the response before it throws. What the caller reads is fixed by the code; what happened is in
 * {@link operatorDetail}, for the log.
 */
export class AuthenticationException extends HttpException {
  readonly code: RejectionCode;
  readonly title: string;
  /** The sentence for the caller. */
  readonly detail: string;
  /** What happened, for whoever operates the app; never contains a token. */
  readonly operatorDetail: string | undefined;
  /** Where the caller can read up on how to get a token; part of the challenge. */
  metadataUrl: string | undefined;

  constructor(code: RejectionCode, operatorDetail?: string) {
    const { status, detail } = REJECTIONS[code];
    const title = TITLES[status];
    const problem: AuthenticationProblem = { type: 'about:blank', title, status, detail, code };
    super(problem, status);
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.operatorDetail = operatorDetail;
    this.message = detail;
  }

  /** Headers of the answer, names in lower case. */
  get headers(): Readonly<Record<string, string>> {
    const challenge = challengeOf(REJECTIONS[this.code], this.metadataUrl);
    return {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(challenge !== undefined && { 'www-authenticate': challenge }),
      ...(this.getStatus() === 503 && { 'retry-after': String(RETRY_AFTER_SECONDS) }),
    };
  }
}
