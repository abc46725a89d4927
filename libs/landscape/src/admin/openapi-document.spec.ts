import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { requestToken, sendPlain } from '../../test/https-client.js';
import { type Landscape, startLandscape } from '../index.js';

interface Content {
  readonly content: { readonly 'application/json': { readonly schema: object } };
}
interface Operation {
  readonly security: readonly object[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

/** A valid body for each operation that has one. */
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /faults': { endpoint: 'jwks', kind: 'latency', milliseconds: 1 },
  'PUT /limits': { requestsPerMinute: 1000 },
  'POST /bindings': { name: 'documented', parameters: { type: 'X509_GENERATED' } },
  'POST /rotations': { binding: 'documented' },
  'POST /revocations': { binding: 'documented' },
  'POST /routes': { host: 'documented.localhost', url: ['http://localhost:1'] },
  'POST /tokens': { user: { id: 'P1' }, claims: { extra: [1] } },
};
const CONTRACT = [
  'GET /status',
  'GET /requests',
  'GET /faults',
  'POST /faults',
  'DELETE /faults',
  'PUT /limits',
  'DELETE /locks',
  'POST /bindings',
  'POST /rotations',
  'POST /revocations',
  'POST /routes',
  'POST /tokens',
];

describe('the OpenAPI document of the admin endpoint', () => {
  let landscape: Landscape;
  let operations: Map<string, Operation>;

  beforeAll(async () => {
    landscape = await startLandscape();
    await requestToken(landscape, await landscape.issueBinding({ type: 'X509_GENERATED' }));
    const document = (await sendPlain(`${landscape.admin.url}/openapi.json`, {})).json() as {
      openapi: string;
      paths: Record<string, Record<string, Operation>>;
    };
    operations = new Map(
      Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(
          ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
        ),
      ),
    );
  });
  afterAll(async () => landscape.stop());

  it('describes every operation', () => {
    expect([...operations.keys()].sort()).toEqual([...CONTRACT].sort());
  });

  it('describes what the operations accept and answer', async () => {
    for (const [name, operation] of operations) {
      const [method = '', path = ''] = name.split(' ');
      const body = BODIES[name];
      const answer = await sendPlain(`${landscape.admin.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${landscape.admin.token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      expect([name, operation.requestBody === undefined]).toEqual([name, body === undefined]);
      expect([name, operation.requestBody && errorsOf(operation.requestBody, body)]).toEqual([
        name,
        body && [],
      ]);
      const described = operation.responses[answer.status];
      expect([name, answer.status, described && errorsOf(described, JSON.parse(answer.text))]).toEqual([
        name,
        method === 'POST' ? 201 : 200,
        [],
      ]);
    }
  });

  it.each(CONTRACT)('says whether %s needs the token', async (name) => {
    const [method = '', path = ''] = name.split(' ');
    const { status } = await sendPlain(`${landscape.admin.url}${path}`, { method, body: '{}' });
    const optional = operations
      .get(name)
      ?.security.some((requirement) => Object.keys(requirement).length === 0);
    expect(optional).toBe(status !== 401);
  });
});

function errorsOf({ content }: Content, value: unknown): readonly unknown[] {
  const result = z.fromJSONSchema(content['application/json'].schema as never).safeParse(value);
  return result.error?.issues ?? [];
}
