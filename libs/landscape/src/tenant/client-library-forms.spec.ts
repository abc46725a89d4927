import { decodeJwt } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { requestToken, send } from '../../test/https-client.js';
import { type Landscape, type LandscapeOptions, startLandscape } from '../index.js';

/** Forms of token requests that client libraries send, and that differ from the documented ones. */
describe('requests of client libraries', () => {
  let landscape: Landscape;
  const start = async (options: LandscapeOptions = {}) => (landscape = await startLandscape(options));
  afterEach(async () => landscape.stop());

  it('the SAP Cloud SDK names the provider by client ID and tenant', async () => {
    const { tenant, application } = await start({ appTid: 'own' });
    const provider = tenant.addApplication({ clientId: 'provider', providedApis: ['read'] });
    application.dependOn(provider, { name: 'orders', apis: ['read'] });
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
    const ask = async (appTid: string) => {
      const resource = `urn:sap:identity:application:provider:clientid:provider:apptid:${appTid}`;
      return requestToken(landscape, binding, { resource });
    };
    const { access_token: token } = (await ask('own')).json();
    expect(decodeJwt(String(token))).toMatchObject({ aud: 'provider', ias_apis: ['read'] });
    const refused = await ask('foreign');
    expect([refused.status, refused.json()['error']]).toEqual([400, 'invalid_target']);
  });

  it.each([
    [undefined, 200],
    [true, 200],
    [false, 401],
  ])('Basic with an empty secret beside a certificate, acceptEmptySecret: %s', async (accepted, status) => {
    await start(accepted === undefined ? {} : { acceptEmptySecret: accepted });
    const credentials = await landscape.issueBinding({ type: 'X509_GENERATED' });
    const sendBasic = async (secret: string, certificate?: typeof credentials) =>
      send(`${credentials.url}/oauth2/token`, {
        landscape,
        headers: {
          authorization: `Basic ${Buffer.from(`${credentials.clientid}:${secret}`).toString('base64')}`,
        },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
        ...(certificate && { credentials: certificate }),
      });
    const answer = await sendBasic('', credentials);
    expect(answer.status).toBe(status);
    const { access_token: token } = answer.json();
    expect(typeof token === 'string' && 'cnf' in decodeJwt(token)).toBe(status === 200);
    expect((await sendBasic('')).status).toBe(401);
    expect((await sendBasic('wrong', credentials)).status).toBe(401);
  });
});
