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

  it('accepts headers up to the limit of gorouter', async () => {
    expect((await keys({ 'x-padding': 'x'.repeat(60_000) })).status).toBe(200);
    // The answer may not arrive: the server can close the connection before it has read the whole request.
    const refused = keys({ 'x-padding': 'x'.repeat(66_000) }).then(
      ({ status }) => status,
      ({ code }: NodeJS.ErrnoException) => code,
    );
    expect([431, 'ECONNRESET', 'EPIPE']).toContain(await refused);
  });

  it('keeps idle connections open as long as gorouter', async () => {
    expect((await keys({ connection: 'keep-alive' })).headers['keep-alive']).toBe('timeout=90');
  });

  it('rejects renegotiation', async () => {
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
