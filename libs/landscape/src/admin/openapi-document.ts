import { z } from 'zod';
import type { AdminOperation } from './admin-operation.js';

const ERROR = z.object({ error: z.string() });
const TENANT_PARAMETER = {
  name: 'tenant',
  in: 'query',
  description: 'app_tid of the tenant that the operation applies to. Default: the first tenant.',
  schema: { type: 'string' },
};

/** Why an operation can fail. A path that no operation has gets 404, too. */
const ERRORS: Readonly<Record<number, string>> = {
  400: 'The body is invalid, or the landscape cannot do what it asks for.',
  401: 'The operation returns a secret, or the endpoint is not on loopback: it needs the admin token.',
  403: 'The request may come from a web page.',
  404: 'Unknown tenant.',
  413: 'The body is too large.',
  500: 'The landscape cannot write a file.',
};

function canFailWith(status: string, { body, writesFiles = false }: AdminOperation): boolean {
  if (status === '400' || status === '413') return body !== undefined;
  return status !== '500' || writesFiles;
}

/** Returns the OpenAPI document of the admin endpoint. */
export function openApiDocument(operations: readonly AdminOperation[], url: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = describe(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Admin endpoint of the landscape',
      version: '1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url }],
    paths,
    components: { securitySchemes: { adminToken: { type: 'http', scheme: 'bearer' } } },
  };
}

function describe(operation: AdminOperation): object {
  const { summary, status, body, answer, returnsSecret = false } = operation;
  const errors = Object.entries(ERRORS)
    .filter(([code]) => canFailWith(code, operation))
    .map(([code, description]) => [code, { description, content: jsonOf(ERROR) }] as const);
  return {
    summary,
    parameters: [TENANT_PARAMETER],
    // An empty requirement makes the token optional.
    security: [{ adminToken: [] }, ...(returnsSecret === true ? [] : [{}])],
    ...(body && { requestBody: { required: true, content: jsonOf(body) } }),
    responses: {
      [status]: { description: 'Done.', content: jsonOf(answer) },
      ...Object.fromEntries(errors),
    },
  };
}

function jsonOf(schema: z.ZodType): object {
  const { $schema: _, ...content } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return { 'application/json': { schema: content } };
}
