import { IasTokenProvider } from 'nest-ias';
import { describe, expect, it } from 'vitest';
import { urlOf } from '../../../test/helper/in-process-apps.js';
import { SecretScanner } from '../../../test/helper/secret-scanner.js';
import {
  REPLAYS,
  scenario,
  backendUrl,
  openBackendUrl,
  app,
  useLab,
  startFrontend,
  act,
  actAsJson,
  homepage,
} from './lab-app.js';

useLab();

describe('a replay', () => {
  it.each([
    ['replay-without-certificate', 'proof_missing'],
    ['replay-with-other-certificate', 'proof_mismatch'],
    ['replay-with-forged-header', 'proof_missing'],
  ])('%s gets the genuine answer of the backend: %s', async (action, code) => {
    const json = await actAsJson(action);
    expect(json.status).toBe(200);
    expect(json.body).toEqual({
      action,
      sent: expect.stringContaining('GET /endpoint'),
      answer: { status: 401, challenge: expect.stringContaining('error="invalid_token"'), code },
      why: expect.stringContaining('bound to our certificate'),
    });
    const page = await act(action);
    expect(page.status).toBe(200);
    const link = `/reference/errors.md#${code}">${code}</a>`;
    for (const text of ['The backend rejected the stolen token.', link, '401', 'action="/lab/reset"']) {
      expect(page.text).toContain(text);
    }
  });

  it.each(REPLAYS)('%s gets in if the proof is off, and the page says so', async (action) => {
    const open = urlOf(await startFrontend(`open-${action}`, openBackendUrl));
    const page = await act(action, open);
    expect(page.status).toBe(200);
    expect(page.text).toContain('The thief got in.');
    expect(page.text).toContain('IAS_PROOF_OF_POSSESSION=off');
    expect(page.text).not.toContain('rejected the stolen token');
    expect((await actAsJson(action, open)).body.answer).toEqual({ status: 200, challenge: null, code: null });
  });

  it('gets in with a token that is not bound, because the binding has a secret', async () => {
    const secret = urlOf(await startFrontend('with-secret', backendUrl, 'SECRET'));
    for (const action of REPLAYS) {
      const { body } = await actAsJson(action, secret);
      expect([body.answer.status, body.why]).toEqual([200, expect.stringContaining('the token has no cnf')]);
    }
    const revoked = await actAsJson('revoke-certificate', secret);
    expect([revoked.status, revoked.body.why]).toEqual([502, expect.stringContaining('client secret')]);
    expect(revoked.body.sent).toBe('nothing');
    const forged = await actAsJson('replay-with-forged-header', secret);
    expect(forged.body.sent).toContain('with a certificate in a forged');
    const fresh = await actAsJson('fresh-token', secret);
    expect(fresh.body.sent).toBe('POST /oauth2/token to the tenant, with our client secret');
    expect((await actAsJson('reset', secret)).status).toBe(200);
    expect((await homepage(secret)).status).toBe(200);
  });
});

it('shows neither token nor key', async () => {
  const scanner = new SecretScanner();
  scanner.addToken(scenario.landscape.admin.token);
  const { value } = await app.get(IasTokenProvider, { strict: false }).getToken();
  scanner.addToken(value);
  for (const action of REPLAYS) {
    for (const { text, headers } of [await act(action), await actAsJson(action)]) {
      expect(scanner.find(text + JSON.stringify(headers))).toEqual([]);
    }
  }
});
