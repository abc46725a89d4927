import { STATUS_CODES } from 'node:http';

/** A code of our apps: what it means, how to see why it appears, and what to do. */
interface CodeDescription {
  readonly meaning: string;
  readonly evidence: string;
  readonly remedy: string;
}

interface ProblemDescription extends CodeDescription {
  /** Status of the response. */
  readonly status: number;
}

const describeProblems = <Code extends string>(table: Readonly<Record<Code, ProblemDescription>>) => table;

/** The codes in problem details of our apps that are neither a code of `nest-ias` nor the name of a status. */
export const PROBLEM_CODES = describeProblems({
  body_not_accepted: {
    status: 413,
    meaning: 'The request has a body, but the route accepts none. The app neither reads nor buffers it.',
    evidence: 'The request has a header content-length above 0, or transfer-encoding.',
    remedy: 'Send the request without a body.',
  },
  request_header_too_large: {
    status: 400,
    meaning:
      'The request has more than 64 KiB of headers (16 KiB while 64 or more connections are open), or more than 256 headers.',
    evidence: 'The access log (ACCESS_LOG) has the status. A token with many groups is the usual reason.',
    remedy: 'Reduce the claims of the token, or look for a client or proxy that adds headers in a loop.',
  },
  overloaded: {
    status: 503,
    meaning: 'The app has MAX_CONNECTIONS connections, all of which wait for a response.',
    evidence: 'The log has connection_limit_reached, at most once a minute.',
    remedy:
      'Repeat the request after the time in Retry-After. If the problem persists, start more instances.',
  },
  lab_request_refused: {
    status: 403,
    meaning:
      'A form of the lab was sent by another page, from another machine, or to a host that is not loopback.',
    evidence: 'The header sec-fetch-site or origin names another page, or host is not loopback.',
    remedy:
      'Open the page on localhost and use its forms, or send the request from a program on this machine.',
  },
});

/** The codes in log entries of our apps that are neither a code of `nest-ias` nor one of Node.js. */
export const LOG_CODES = {
  start_failed: {
    meaning: 'The app could not start, for a reason that has no code.',
    evidence: 'The log entry contains the stack of the error.',
    remedy: 'Correct the problem that the message names. If it names none, report the error.',
  },
  node_warning: {
    meaning: 'Node.js printed a warning without a code.',
    evidence: 'The log entry contains the text of Node.js.',
    remedy: 'Read the text. It names, for example, a deprecated function or a leak of event listeners.',
  },
} as const satisfies Record<string, CodeDescription>;

export type ProblemCode = keyof typeof PROBLEM_CODES;

/** The name of a status, such as `Not Found`. */
export function titleOfStatus(status: number): string {
  return STATUS_CODES[status] ?? 'Error';
}

/** The code of a response that has no code but its status, such as `not_found`. */
export function codeOfStatus(status: number): string {
  return titleOfStatus(status)
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '_');
}
