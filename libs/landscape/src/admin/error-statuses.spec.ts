import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { send, sendPlain } from '../../test/https-client.js';
import { type Landscape, startLandscape } from '../index.js';
import { startWith } from '../landscape-start.js';

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content: { readonly 'application/json': { readonly schema: object } } }>
  >;
}

/** What makes operations fail that write files: a valid body for each. */
const WRITING: Readonly<Record<string, object>> = {
  'POST /bindings': { name: 'unwritable' },
  'POST /rotations': { binding: 'app' },
  'POST /revocations': { binding: 'app' },
};
const TAKES_BODY = [
  'POST /faults',
  'PUT /limits',
  'POST /bindings',
  'POST /rotations',
  'POST /revocations',
  'POST /routes',
  'POST /tokens',
];
const TAKES_NONE = ['GET /status', 'GET /requests', 'GET /faults', 'DELETE /faults', 'DELETE /locks'];

describe('the error statuses in the OpenAPI document', () => {
  let landscape: Landscape;
  let exposed: Landscape;
  let isDiskFull = false;
  let operations: Map<string, Operation>;

  beforeAll(async () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write', path: '/data' });
    const write = () => {
      if (isDiskFull) throw full;
    };
    landscape = await startWith(
      {},
      {
        onBinding: async () => write(),
        onRevocation: async () => write(),
      },
    );
    await landscape.addBinding('app', { type: 'X509_GENERATED' });
    // Resolvers read 127.1 as 127.0.0.1, but the landscape treats it as a name.
    exposed = await startLandscape({ adminHost: '127.1' });
    const document = (await sendPlain(`${landscape.admin.url}/openapi.json`, {})).json() as {
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
  afterAll(async () => Promise.all([landscape.stop(), exposed.stop()]));

  /** Sends a request with the admin token; returns the status after checking that the document describes the answer. */
  const call = async (name: string, { query = '', body = '', headers = {} }: Call = {}) => {
    const [method = '', path = ''] = name.split(' ');
    const answer = await sendPlain(`${landscape.admin.url}${path}${query}`, {
      method,
      headers: { authorization: `Bearer ${landscape.admin.token}`, ...headers },
      // Node sends the body of a GET without its length, so it would look like a second request.
      ...(TAKES_BODY.includes(name) && { body }),
    });
    if (answer.status >= 400) check(name, answer.status, answer.json());
    return answer.status;
  };
  const check = (name: string, status: number, content: unknown) => {
    const schema = operations.get(name)?.responses[status]?.content['application/json'].schema;
    expect([name, status, schema && z.fromJSONSchema(schema as never).safeParse(content).error]).toEqual([
      name,
      status,
      undefined,
    ]);
    expect([name, status, schema]).not.toEqual([name, status, undefined]);
  };
  const documented = (name: string) =>
    Object.keys(operations.get(name)?.responses ?? {})
      .map(Number)
      .filter((status) => status >= 400);

  it.each([...TAKES_BODY, ...TAKES_NONE])('are those that %s can answer', async (name) => {
    const [method = '', path = ''] = name.split(' ');
    const withoutToken = await send(`${exposed.admin.url}${path}`, { landscape: exposed, method, body: '' });
    check(name, withoutToken.status, withoutToken.json());
    const answered = new Set([
      withoutToken.status,
      await call(name, { headers: { origin: 'https://evil.example' } }),
      await call(name, { query: '?tenant=nobody' }),
      await call(name, { body: '{' }),
      await call(name, { body: `"${'x'.repeat(300_000)}"` }),
    ]);
    isDiskFull = true;
    answered.add(await call(name, { body: JSON.stringify(WRITING[name] ?? {}) }));
    isDiskFull = false;
    expect([...answered].filter((status) => status >= 400).sort((one, other) => one - other)).toEqual(
      documented(name),
    );
    expect(documented(name)).toEqual([
      ...(TAKES_BODY.includes(name) ? [400, 401, 403, 404, 413] : [401, 403, 404]),
      ...(name in WRITING ? [500] : []),
    ]);
  });

  it('names the file that could not be written, and forgets the binding', async () => {
    isDiskFull = true;
    const create = async () =>
      sendPlain(`${landscape.admin.url}/bindings`, {
        method: 'POST',
        headers: { authorization: `Bearer ${landscape.admin.token}` },
        body: JSON.stringify({ name: 'second' }),
      });
    const failed = await create();
    expect([failed.status, failed.json()]).toEqual([
      500,
      { error: 'Internal error of the landscape (ENOSPC: write /data).' },
    ]);
    isDiskFull = false;
    expect((await create()).status).toBe(201);
  });
});

interface Call {
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
