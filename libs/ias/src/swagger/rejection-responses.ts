import type { OpenAPIObject } from '@nestjs/swagger';
import { AuthenticationException } from '../guard/authentication-exception.js';
import { REJECTIONS } from '../guard/rejection-codes.js';
import type { Rejection, RejectionCode } from '../guard/rejection-codes.js';

type Components = NonNullable<OpenAPIObject['components']>;
type Responses = OpenAPIObject['paths'][string]['get'] extends infer Operation | undefined
  ? Operation extends { responses: infer Found }
    ? Found
    : never
  : never;

type DescribedStatus = Exclude<Rejection['status'], 400>;

const CHALLENGE = {
  'WWW-Authenticate': { description: 'Bearer challenge (RFC 6750 §3).', schema: { type: 'string' } },
};
const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds until another attempt makes sense.', schema: { type: 'integer' } },
};

/** Responses of the guard instead of the route's. A correct client never gets the 400. */
const ANSWERS: Readonly<
  Record<DescribedStatus, { readonly name: string; readonly description: string; readonly headers: object }>
> = {
  401: {
    name: 'IasUnauthorized',
    description: 'The access token is missing or not accepted.',
    headers: CHALLENGE,
  },
  403: { name: 'IasForbidden', description: 'The caller lacks a permission.', headers: CHALLENGE },
  503: {
    name: 'IasUnavailable',
    description: 'The access token could not be verified at the moment.',
    headers: RETRY_AFTER,
  },
};
const STATUSES = [401, 403, 503] as const;

const PROBLEM = 'IasProblem';

/** Responses of each protected operation, by status. */
export const REJECTION_RESPONSES = Object.fromEntries(
  STATUSES.map((status) => [status, { $ref: `#/components/responses/${ANSWERS[status].name}` }]),
) as Responses;

/** Components that {@link REJECTION_RESPONSES} refer to. */
export const REJECTION_COMPONENTS = {
  schemas: {
    [PROBLEM]: {
      type: 'object',
      description: 'Problem details (RFC 9457).',
      required: ['type', 'title', 'status', 'detail', 'code'],
      properties: {
        type: { type: 'string', format: 'uri', description: 'Address of the documentation of the code.' },
        title: { type: 'string' },
        status: { type: 'integer' },
        detail: { type: 'string', description: 'What is wrong, in one sentence.' },
        code: { type: 'string', description: 'Stable code of the rejection.' },
      },
    },
  },
  responses: Object.fromEntries(STATUSES.map((status) => [ANSWERS[status].name, describe(status)])),
} as Components;

function describe(status: DescribedStatus): object {
  const { description, headers } = ANSWERS[status];
  const codes = (Object.keys(REJECTIONS) as RejectionCode[]).filter(
    (code) => REJECTIONS[code].status === status,
  );
  const [code = ''] = codes;
  return {
    description: `${description} Codes: ${codes.map((name) => `\`${name}\``).join(', ')}.`,
    headers,
    content: {
      'application/problem+json': {
        schema: { $ref: `#/components/schemas/${PROBLEM}` },
        example: exampleOf(code),
      },
    },
  };
}

/** The body that the guard sends. */
function exampleOf(code: string): unknown {
  return new AuthenticationException(code as RejectionCode).getResponse();
}
