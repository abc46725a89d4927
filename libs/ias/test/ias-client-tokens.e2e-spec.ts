import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { RedactedToken } from '../src/core/redacted.js';
import { useOutbound, useRecordingServers } from './outbound-hooks.js';
import { answer, failureOf, invalidToken, withBody } from './recording-server.js';

const outbound = useOutbound({
  providedApis: ['orders'],
  grantTypes: ['client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
});
const servers = useRecordingServers();
const { received } = servers;
const listen = (listener: RequestListener) => servers.listen(listener);

const claimsSeen = () =>
  received.map(({ headers }) => decodeJwt(String(headers.authorization).replace('Bearer ', '')));
const userToken = async (claims = {}) =>
  new RedactedToken(
    await outbound.landscape.tenant.issueToken({
      application: outbound.landscape.application,
      user: { id: 'jo' },
      claims,
    }),
    outbound.landscape.tenant.url,
  );

describe('a token that the receiver rejects', () => {
  it('is replaced once, and the call is repeated with the same body', async () => {
    const bodies: string[] = [];
    const client = await outbound.startClient({
      baseURL: await listen(
        withBody((body, ...exchange) => {
          bodies.push(body);
          answer(bodies.length > 1 ? 200 : 401, bodies.length > 1 ? {} : invalidToken)(...exchange);
        }),
      ),
    });
    expect((await client.post('/', { json: { a: 'ü' } })).status).toBe(200);
    expect(bodies).toEqual(['{"a":"ü"}', '{"a":"ü"}']);
    expect(new Set(received.map(({ headers }) => headers.authorization)).size).toBe(2);
  });

  it('causes few token requests even if every token is rejected', async () => {
    const client = await outbound.startClient({ baseURL: await listen(answer(401, invalidToken)) });
    for (let call = 0; call < 20; call++) expect((await client.get('/')).status).toBe(401);
    expect(outbound.landscape.tenant.counters.token).toBe(2);
    outbound.forward(30);
    await client.get('/');
    expect(outbound.landscape.tenant.counters.token).toBe(3);
  });

  it('does not keep the repetition from calls with other tokens', async () => {
    const rejected = new Set<unknown>();
    const client = await outbound.startClient({
      baseURL: await listen((request, response) => {
        const { authorization, x: isBad } = request.headers;
        if (isBad === 'always' || !rejected.has(isBad)) {
          rejected.add(isBad);
          answer(401, invalidToken)(request, response);
        } else answer(200, { seen: authorization })(request, response);
      }),
    });
    const call = async (x: string, options = {}) =>
      (await client.get('/', { headers: { x }, ...options })).status;
    expect(await call('always', { onBehalfOf: await userToken() })).toBe(401);
    expect(await call('user', { onBehalfOf: await userToken() })).toBe(200);
    expect(await call('app')).toBe(200);
    expect(await call('resource', { resource: { api: 'orders' } })).toBe(200);
    expect(await call('tenant', { appTid: outbound.landscape.application.appTid })).toBe(200);
  });

  it('is replaced within the time-out of the call, whose error says how the time was spent', async () => {
    const client = await outbound.startClient({
      baseURL: await listen(answer(401, invalidToken)),
      timeout: 500,
    });
    await client.get('/');
    outbound.forward(60);
    outbound.landscape.tenant.faults.add({
      endpoint: 'token',
      kind: 'latency',
      milliseconds: 5_000,
      times: 1,
    });
    const error = await failureOf(client.get('/'));
    expect(error.code).toBe('downstream_timeout');
    expect(error.message).toMatch(
      /no complete response within 500 ms \(the app rejected the token after \d+ ms, it waited for a newer token\)/,
    );
  });

  it.each<[string, RequestListener, string]>([
    ['no answer', () => undefined, 'it was sent, but not answered'],
    [
      'an incomplete answer',
      (_, response) => void response.writeHead(200, { 'content-length': 9 }).write('x'),
      'the response with status 200 is incomplete',
    ],
  ])('counts for the time-out of the second attempt: %s', async (_, second, progress) => {
    const client = await outbound.startClient({
      baseURL: await listen((...exchange) =>
        received.length === 1 ? answer(401, invalidToken)(...exchange) : second(...exchange),
      ),
      timeout: 500,
    });
    expect((await failureOf(client.get('/'))).message).toMatch(
      new RegExp(`after \\d+ ms, a newer token was sent after \\d+ ms, ${progress}\\)`),
    );
  });

  it('is not replaced for a stream, which cannot be sent twice', async () => {
    const client = await outbound.startClient({ baseURL: await listen(answer(401, invalidToken)) });
    expect((await client.post('/', { body: Readable.from(['x']) })).status).toBe(401);
    expect(received).toHaveLength(1);
  });
});

describe('the token of a call', () => {
  it('is for the resource and tenant of the client, or of the call', async () => {
    const client = await outbound.startClient({
      baseURL: await listen(answer(200)),
      resource: { api: 'orders' },
    });
    await client.get('/');
    await client.get('/', { resource: 'urn:sap:identity:api:name:orders' });
    await client.get('/', { appTid: outbound.landscape.application.appTid, resource: [] });
    expect(outbound.landscape.tenant.requests.map(({ form }) => form?.getAll('resource'))).toEqual([
      ['urn:sap:identity:api:name:orders'],
      [],
    ]);
  });

  it('is for another application, by dependency, client id and tenant', async () => {
    const { tenant, application } = outbound.landscape;
    const provider = tenant.addApplication({ providedApis: ['stock'] });
    application.dependOn(provider, { name: 'warehouse', apis: ['stock'] });
    const client = await outbound.startClient({ baseURL: await listen(answer(200)) });
    const { clientId, appTid } = provider;
    for (const resource of [{ dependency: 'warehouse' }, { clientId }, { clientId, appTid }]) {
      await client.get('/', { resource });
    }
    expect(claimsSeen().map(({ aud }) => aud)).toEqual([clientId, clientId, clientId]);
    const refused = client.get('/', { resource: { clientId, appTid: 'another' } });
    await expect(refused).rejects.toMatchObject({ code: 'token_request_rejected' });
  });

  it('is that of a user, exchanged, and exchanged again when the receiver rejects it', async () => {
    let calls = 0;
    const client = await outbound.startClient({
      baseURL: await listen((request, response) =>
        answer(calls++ === 0 ? 401 : 200, calls === 1 ? invalidToken : {})(request, response),
      ),
    });
    const onBehalfOf = await userToken();
    expect((await client.get('/', { onBehalfOf })).status).toBe(200);
    expect(claimsSeen()).toEqual([
      expect.objectContaining({ sap_id_type: 'user' }),
      expect.objectContaining({ sap_id_type: 'user' }),
    ]);
    expect(received.map(({ headers }) => headers.authorization)).not.toContain(
      `Bearer ${onBehalfOf.reveal()}`,
    );
  });

  it('is never the token of the app if the token of the user is missing', async () => {
    const client = await outbound.startClient({ baseURL: await listen(answer(200)) });
    for (const missing of [undefined, 'eyJ.text']) {
      const options = { onBehalfOf: missing } as unknown as { onBehalfOf: RedactedToken };
      const error = await failureOf(client.get('/', options));
      expect(error).toMatchObject({
        code: 'downstream_request_invalid',
        message: expect.stringContaining('@RawToken()'),
      });
    }
    expect(received).toEqual([]);
  });
});
