import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { requestToken, send } from '../../test/https-client.js';
import { type Landscape, type LandscapeOptions, startLandscape } from '../index.js';

describe('a tenant', () => {
  let landscape: Landscape | undefined;
  const start = async (options: LandscapeOptions = {}) => (landscape = await startLandscape(options));
  afterEach(async () => landscape?.stop());

  it('answers an internal error and logs its cause', async () => {
    let isBroken = false;
    const running = await start({
      now: () => {
        if (isBroken) throw new Error('the clock is broken');
        return Date.now();
      },
    });
    const binding = await running.issueBinding({ type: 'X509_GENERATED' });
    isBroken = true;
    const answer = await requestToken(running, binding);
    expect([answer.status, answer.json()['error']]).toEqual([500, 'server_error']);
    expect(answer.text).not.toContain('clock');
    expect(running.tenant.requests.at(-1)).toMatchObject({
      path: '/oauth2/token',
      status: 500,
      refusal: 'internal_error: the clock is broken',
    });
    isBroken = false;
    expect((await requestToken(running, binding)).status).toBe(200);
  });

  it.each(['half of it', ''])(
    'survives a client that disconnects after sending %j of its body',
    async (part) => {
      const running = await start();
      const socket = connect({ port: Number(new URL(running.tenant.url).port), ca: running.ca.pem });
      await once(socket, 'secureConnect');
      socket.write(
        `POST /oauth2/token HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n${part}`,
        () => socket.destroy(),
      );
      await once(socket, 'close');
      expect((await send(`${running.tenant.url}/oauth2/certs`, { landscape: running })).status).toBe(200);
    },
  );

  it('rejects a repeated Authorization header', async () => {
    const running = await start();
    const answer = await send(`${running.tenant.url}/oauth2/token`, {
      landscape: running,
      body: 'grant_type=client_credentials',
      headers: [
        'host',
        'localhost',
        'content-type',
        'application/x-www-form-urlencoded',
        'content-length',
        '29',
        'authorization',
        'Basic YTpi',
        'authorization',
        'Basic YTpj',
      ],
    });
    expect([answer.status, answer.json()['error']]).toEqual([400, 'invalid_request']);
  });
});
