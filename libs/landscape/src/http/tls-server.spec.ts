import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../test/https-client.js';
import { type Landscape, startLandscape } from '../index.js';

describe('a server of the landscape', () => {
  let landscape: Landscape;
  beforeAll(async () => {
    landscape = await startLandscape();
  });
  afterAll(async () => landscape.stop());

  const keys = async (headers: Record<string, string>) =>
    send(`${landscape.tenant.url}/oauth2/certs`, { landscape, headers });

  it('takes headers as large as the router does, and no larger', async () => {
    expect((await keys({ 'x-padding': 'x'.repeat(60_000) })).status).toBe(200);
    // Whether the answer still arrives depends on how much of the request does.
    const refused = keys({ 'x-padding': 'x'.repeat(66_000) }).then(
      ({ status }) => status,
      ({ code }: NodeJS.ErrnoException) => code,
    );
    expect([431, 'ECONNRESET', 'EPIPE']).toContain(await refused);
  });

  it('keeps a connection as long as the router does', async () => {
    expect((await keys({ connection: 'keep-alive' })).headers['keep-alive']).toBe('timeout=90');
  });

  it('lets nobody renegotiate', async () => {
    const { port } = new URL(landscape.tenant.url);
    const socket = connect({ port: Number(port), ca: landscape.ca.pem, maxVersion: 'TLSv1.2' });
    await once(socket, 'secureConnect');
    const failure = await new Promise<Error | null>((resolve) => {
      socket.on('error', resolve).on('close', () => resolve(null));
      socket.renegotiate({}, resolve);
    });
    socket.destroy();
    expect(failure).toMatchObject({ code: expect.stringMatching(/NO_RENEGOTIATION|ERR_SSL/) });
  });
});
