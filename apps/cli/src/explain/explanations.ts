import { STATUS_CODES } from 'node:http';
import {
  BINDING_ERRORS,
  CONFIGURATION_ERRORS,
  DOWNSTREAM_ERRORS,
  REJECTIONS,
  TOKEN_REQUEST_ERRORS,
} from 'nest-ias/internal';
import { explainRefusals, ROUTER_REFUSALS } from '@nest-ias/landscape/internal';
import { codeOfStatus, LOG_CODES, PROBLEM_CODES, titleOfStatus } from '@nest-ias/runtime/internal';
import { ERROR_EVIDENCE } from './error-evidence.js';
import { POSSIBLE_CAUSES_OF_ERRORS } from './possible-causes-of-errors.js';
import type { PossibleCause } from './possible-causes-of-errors.js';
import { POSSIBLE_CAUSES_OF_REJECTIONS } from './possible-causes-of-rejections.js';
import { REJECTION_CAUSES } from './rejection-causes.js';

/** The explanation of a stable code. */
export interface Explanation {
  /** Status and fixed sentence of the response, if the code occurs in responses. */
  readonly answer?: string | undefined;
  readonly cause: string;
  /** Reasons for it, each with its remedy, if there are several. */
  readonly possibleCauses?: readonly PossibleCause[] | undefined;
  /** How to see why it appears. */
  readonly evidence: string;
  readonly remedy: string;
  /** Options of `ias doctor` with which it finds the cause; `undefined` if it cannot. */
  readonly doctor?: readonly string[] | undefined;
  /** `kind` of the error: `unavailable`, `timeout` or `refused`. */
  readonly kind?: string | undefined;
  /** Anchor of the section of docs/reference/errors.md. @default the code */
  readonly section?: string;
}

/** Mistakes that only the source code of the app shows. */
const MISTAKES_IN_CODE: ReadonlySet<string> = new Set([
  'module_missing',
  'guard_missing',
  'token_request_aborted',
  'downstream_aborted',
  'downstream_request_invalid',
  'downstream_forbidden_target',
]);

/** The doctor of the caller calls the app. */
const CALL = ['--target', 'URL'];

type Explanations = ReadonlyMap<string, Explanation>;

/** The codes by the group under which docs/reference/errors.md lists them. */
export const CODE_GROUPS: Readonly<
  Record<'start' | 'token' | 'downstream' | 'guard' | 'apps' | 'router' | 'landscape', Explanations>
> = {
  start: explainErrors({ ...BINDING_ERRORS, ...CONFIGURATION_ERRORS }, []),
  token: explainErrors(TOKEN_REQUEST_ERRORS, []),
  downstream: explainErrors(DOWNSTREAM_ERRORS, CALL),
  guard: explainRejections(),
  apps: explainTable({ ...PROBLEM_CODES, ...LOG_CODES }),
  router: explainRouter(),
  landscape: explainLandscape(),
};

/** The explanation of a code, `undefined` for an unknown one. */
export function explanationOf(code: string): Explanation | undefined {
  const group = Object.values(CODE_GROUPS).find((codes) => codes.has(code));
  return group?.get(code) ?? explainStatus(code);
}

/** Our apps derive the code of other errors from their status. */
function explainStatus(code: string): Explanation | undefined {
  const status = ERROR_STATUSES.find((candidate) => codeOfStatus(candidate) === code);
  if (status === undefined) return undefined;
  return {
    answer: `${status}: ${titleOfStatus(status)}`,
    cause: 'The code is only the name of the status; the app gives no other reason.',
    evidence:
      'The access log (ACCESS_LOG) has the request. If the status is 500 or above, the log has the reason.',
    remedy:
      status < 500
        ? 'Compare method, path and headers of the request with what the app offers.'
        : 'Look at the log of the app, with the correlation ID of the response.',
    section: 'codes-of-the-apps-of-this-repository',
  };
}

const ERROR_STATUSES = Object.keys(STATUS_CODES)
  .map(Number)
  .filter((status) => status >= 400);

/** All codes that have an explanation. */
export function explainedCodes(): readonly string[] {
  return Object.values(CODE_GROUPS).flatMap((group) => Array.from(group.keys()));
}

/** Cloud Foundry and the router of the landscape send these codes in a header. */
function explainRouter(): Explanations {
  return new Map(
    Object.entries(ROUTER_REFUSALS).map(([code, { text, remedy }]) => [
      code,
      {
        answer: text,
        cause: 'The router answered instead of the app.',
        evidence: 'The response has the code in the header x-cf-routererror.',
        remedy,
        doctor: CALL,
      },
    ]),
  );
}

function explainLandscape(): Explanations {
  const evidence =
    'The landscape prints the request, and GET /requests of its admin endpoint shows the code as refusal. The client never sees it.';
  return new Map(
    explainRefusals().map(([code, meaning, remedy]) => [
      code,
      { cause: meaning, evidence, remedy, doctor: [] },
    ]),
  );
}

interface Description {
  readonly meaning: string;
  readonly remedy: string;
  readonly kind?: string;
}

function explainErrors<Code extends keyof typeof ERROR_EVIDENCE>(
  table: Readonly<Record<Code, Description>>,
  doctor: readonly string[],
): Explanations {
  const entries = Object.entries<Description>(table) as [Code, Description][];
  return new Map(
    entries.map(([code, { meaning, remedy, kind }]) => [
      code,
      {
        cause: meaning,
        possibleCauses: POSSIBLE_CAUSES_OF_ERRORS[code],
        evidence: ERROR_EVIDENCE[code],
        remedy,
        kind,
        doctor: MISTAKES_IN_CODE.has(code) ? undefined : doctor,
      },
    ]),
  );
}

function explainRejections(): Explanations {
  const entries = Object.entries(REJECTIONS) as [
    keyof typeof REJECTIONS,
    { status: number; detail: string },
  ][];
  return new Map(
    entries.map(([code, { status, detail }]) => [
      code,
      {
        answer: `${status}: ${detail}`,
        ...REJECTION_CAUSES[code],
        possibleCauses: POSSIBLE_CAUSES_OF_REJECTIONS[code],
        // The app could not ask the tenant; the caller cannot fix that.
        doctor: status === 503 ? ['--role', 'receiver'] : CALL,
      },
    ]),
  );
}

function explainTable(
  table: Readonly<Record<string, Omit<Description, 'kind'> & { evidence: string; status?: number }>>,
): Explanations {
  return new Map(
    Object.entries(table).map(([code, { status, meaning, evidence, remedy }]) => [
      code,
      { answer: status?.toString(), cause: meaning, evidence, remedy },
    ]),
  );
}
