import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestToken, send, sendPlain } from '../../test/https-client.js';
import { type Landscape, startLandscape } from '../index.js';
import { reasonFor } from '../tenant/refusal-reasons.js';

describe('GET /requests', () => {
  let landscape: Landscape;
  let other: Landscape;
  beforeAll(async () => {
    [landscape, other] = [
      await startLandscape({ clientId: 'orders' }),
      await startLandscape({ clientId: 'orders' }),
    ];
  });
  afterAll(async () => Promise.all([landscape.stop(), other.stop()]));

  const last = async () => {
    const answer = await sendPlain(`${landscape.admin.url}/requests`, {});
    const entry: Record<string, unknown> =
      (JSON.parse(answer.text) as Record<string, unknown>[]).at(-1) ?? {};
    return { ...entry, text: answer.text } as Record<string, unknown> & { text: string };
  };

  it('says when and how the tenant answered', async () => {
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
    await requestToken(landscape, binding);
    expect(await last()).toMatchObject({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      method: 'POST',
      path: '/oauth2/token',
      status: 200,
      form: { grant_type: ['client_credentials'], client_id: ['orders'] },
      clientCertificateThumbprint: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it('says why the tenant refused a certificate', async () => {
    const { certificate, key } = await landscape.issueCertificate({ commonName: 'unknown' });
    const none = await landscape.issueBinding({ type: 'NONE' });
    await requestToken(landscape, { ...none, certificate, key });
    expect(await last()).toMatchObject({
      status: 401,
      refusal: 'certificate_unknown',
      reason: 'Client authentication failed: the certificate is not known for client orders.',
    });
  });

  it('says that a binding comes from another landscape', async () => {
    const foreign = await other.issueBinding({ type: 'X509_GENERATED' });
    const answer = await requestToken(landscape, { ...foreign, url: landscape.tenant.url });
    expect([answer.status, answer.json()['error']]).toEqual([401, 'invalid_client']);
    expect((await last())['reason']).toContain('The binding comes from another landscape');
    await requestToken(landscape, { ...foreign, url: landscape.tenant.url, clientid: 'elsewhere' });
    expect((await last())['reason']).toContain(
      'this tenant does not know client elsewhere. The binding comes from another landscape',
    );
  });

  it('shows no secret, wherever the client put it', async () => {
    const token = await landscape.tenant.issueToken();
    const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ';
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: token,
      client_secret: secret,
      client_assertion: token,
    });
    await send(`${landscape.tenant.url}/oauth2/token`, { landscape, body, headers: { 'x-token': token } });
    await send(`${landscape.tenant.url}/${token}?access_token=${token}`, {
      landscape,
      headers: { authorization: `Bearer ${token}`, cookie: secret },
    });
    const { text } = await last();
    for (const part of [...token.split('.'), secret]) expect(text).not.toContain(part);
  });
});

it('has a sentence for a refusal without a readable client', () => {
  expect(reasonFor('secret_wrong', undefined)).toBe(
    'Client authentication failed: the client secret is wrong for the client.',
  );
  expect(reasonFor('ERR_JWT_EXPIRED', 'x')).toContain('ERR_JWT_EXPIRED');
  expect(reasonFor('The parameter grant_type is missing.', 'x')).toBe('The parameter grant_type is missing.');
});
