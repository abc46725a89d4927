import { DownstreamError } from 'nest-ias';
import type { DownstreamErrorCode } from 'nest-ias';

/** The local landscape did not do what the lab asked for. */
export class LandscapeError extends DownstreamError {
  /** What the action sent before it failed; `undefined` if it sent everything. */
  readonly sent: string | undefined;

  constructor(
    code: DownstreamErrorCode,
    message: string,
    { status, sent }: { readonly status?: number; readonly sent?: string } = {},
  ) {
    super(code, message, status === undefined ? undefined : { status });
    this.sent = sent;
  }
}

/** In an outcome: the action failed before it sent anything. */
export const SENT_NOTHING = 'nothing';
