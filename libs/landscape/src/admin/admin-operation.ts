import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { type Answer, json } from '../http/answer.js';
import { BodyTooLargeError, readBody } from '../http/body-reader.js';
import { explain } from '../option-validation.js';
import type { AdministeredLandscape, AdministeredTenant } from './administered-landscape.js';

/** Input of an operation. */
export interface AdminContext {
  readonly landscape: AdministeredLandscape;
  /** The tenant that `?tenant=<app_tid>` selects. */
  readonly tenant: AdministeredTenant;
}

/** An operation of the admin endpoint with its documentation. */
export interface AdminOperation<Body = unknown> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** One sentence for the OpenAPI document. */
  readonly summary: string;
  readonly status: 200 | 201;
  /** Schema of the request body; without it, the operation reads no body. */
  readonly body?: z.ZodType<Body>;
  /** Schema of the answer. */
  readonly answer: z.ZodType;
  /** Whether the answer contains a key or a token: always, or depending on the body. */
  readonly returnsSecret?: boolean | ((body: Body, context: AdminContext) => boolean);
  /** Whether it writes files, which can fail. @default false */
  readonly writesFiles?: boolean;
  /** @throws {RangeError} if the landscape rejects the request */
  readonly run: (context: AdminContext, body: Body) => unknown;
}

/** An operation whose body has been read. */
export interface PreparedOperation {
  readonly returnsSecret: boolean;
  readonly run: () => Promise<Answer>;
}

const MAXIMUM_BODY_BYTES = 256 * 1024;

/** Gives an operation in the table the type of its body. */
export function operation<Body>(content: AdminOperation<Body>): AdminOperation {
  return content as AdminOperation;
}

/** Reads and checks the body of a request; returns an error answer if it is invalid. */
export async function prepare(
  { body: schema, returnsSecret = false, status, run }: AdminOperation,
  request: IncomingMessage,
  context: AdminContext,
): Promise<PreparedOperation | Answer> {
  try {
    const body = schema === undefined ? undefined : await readJson(schema, request);
    return {
      returnsSecret: typeof returnsSecret === 'boolean' ? returnsSecret : returnsSecret(body, context),
      run: async () => json(status, await run(context, body)),
    };
  } catch (error) {
    return errorAnswer(error);
  }
}

/**
 * Returns the answer to an error that the request caused.
 * @throws any other error
 */
export function errorAnswer(error: unknown): Answer {
  if (error instanceof RangeError) return json(400, { error: error.message });
  if (error instanceof SyntaxError) return json(400, { error: 'The body is not valid JSON.' });
  if (error instanceof BodyTooLargeError) return json(413, { error: error.message }, { connection: 'close' });
  throw error;
}

async function readJson<Content>(schema: z.ZodType<Content>, request: IncomingMessage): Promise<Content> {
  const result = schema.safeParse(JSON.parse(await readBody(request, MAXIMUM_BODY_BYTES)));
  if (result.success) return result.data;
  throw new RangeError(explain(result.error, 'body'));
}
