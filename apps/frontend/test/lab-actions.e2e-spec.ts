import { setTimeout as delay } from 'node:timers/promises';
import { IasTokenProvider } from 'nest-ias';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { InProcessApps, urlOf } from '../../../test/helper/in-process-apps.js';
import { AppModule } from '../src/app.module.js';
import {
  scenario,
  backendUrl,
  app,
  url,
  useLab,
  watch,
  act,
  actAsJson,
  homepage,
  thumbprint,
} from './lab-app.js';

useLab();

describe('an action', () => {
  beforeEach(async () => {
    watch('frontend');
    await actAsJson('reset').expect(200);
  });

  it('fresh-token puts a new token into use', async () => {
    const tokens = app.get(IasTokenProvider, { strict: false });
    const before = await tokens.getToken();
    const { status, headers } = await act('fresh-token');
    expect([status, headers['location']]).toEqual([303, '/homepage']);
    expect(await tokens.getToken()).not.toBe(before);
    expect(await actAsJson('fresh-token').then(({ body }) => body)).toEqual({
      action: 'fresh-token',
      sent: expect.stringContaining('/oauth2/token'),
      answer: { status: 200, challenge: null, code: null },
      why: expect.stringContaining('new token'),
    });
  });

  it('fresh-token leaves the token in use if it fails, and ias-up fixes it', async () => {
    await homepage().expect(200);
    const tokens = app.get(IasTokenProvider, { strict: false });
    const before = await tokens.getToken();
    expect((await act('ias-down')).headers['location']).toBe('/homepage');
    const failed = await act('fresh-token');
    expect(failed.status).toBe(503);
    for (const text of ['token_endpoint_unreachable', '/lab/ias-up', '/lab/reset', 'form-action']) {
      expect(failed.text + failed.headers['content-security-policy']).toContain(text);
    }
    expect(await tokens.getToken()).toBe(before);
    await homepage().expect(200);
    expect((await act('ias-up')).status).toBe(303);
    expect((await act('fresh-token')).status).toBe(303);
  });

  it('rotate-certificate puts a new certificate into use before it answers', async () => {
    const before = await thumbprint();
    expect((await act('rotate-certificate')).status).toBe(303);
    const { proof } = (await homepage()).body;
    expect(proof.thumbprint).not.toBe(before);
    expect(proof).toMatchObject({ matches: true, verified: 'verified' });
  });

  it('revoke-certificate makes the tenant reject us; reset brings a new certificate and no cool-down', async () => {
    const revoked = await thumbprint();
    expect((await act('revoke-certificate')).status).toBe(303);
    expect((await homepage()).status).toBe(200);
    const first = await actAsJson('fresh-token');
    expect([first.status, first.body]).toEqual([
      502,
      {
        action: 'fresh-token',
        sent: 'POST /oauth2/token to the tenant, with our certificate',
        answer: { status: 401, challenge: null, code: 'client_rejected' },
        why: expect.any(String),
      },
    ]);
    const { body } = await actAsJson('fresh-token');
    expect([body.answer.code, body.sent]).toEqual(['client_cooling_down', 'nothing']);
    const paused = await act('fresh-token');
    expect([paused.status, paused.text]).toEqual([503, expect.stringContaining('Sent: nothing.')]);
    expect((await act('reset')).status).toBe(303);
    expect(await thumbprint()).not.toBe(revoked);
    expect((await act('fresh-token')).status).toBe(303);
  });

  it('reset closes an open circuit', async () => {
    await act('ias-down');
    for (let attempt = 0; attempt < 3; attempt += 1) {
      // the third opens the circuit, but it sends requests before
      const { body } = await actAsJson('fresh-token');
      expect(body.sent).toContain('POST /oauth2/token');
    }
    const { body } = await actAsJson('fresh-token');
    expect([body.answer.code, body.sent]).toEqual(['token_endpoint_circuit_open', 'nothing']);
    await act('reset').expect(303);
    await act('fresh-token').expect(303);
  }, 60_000);

  it.each([
    [
      'fresh-token',
      'The tenant issued a new token',
      'POST /oauth2/token to the tenant, with our certificate',
    ],
    ['rotate-certificate', 'This app uses a new certificate, without a restart', 'POST /rotations'],
    ['revoke-certificate', 'The tenant rejects our certificate from now on', 'POST /revocations'],
    ['ias-down', 'The tenant resets every connection', 'POST /faults'],
    ['ias-up', 'The tenant answers again', 'DELETE /faults to'],
    [
      'reset',
      'Faults and locks are cleared. This app has a new certificate',
      'DELETE /locks and POST /rotations',
    ],
  ])('%s shows a person once what happened', async (action, why, sent) => {
    await request(url).get('/homepage').set('accept', 'text/html');
    await act(action).expect(303);
    // programs do not take it away
    await homepage();
    const page = await request(url).get('/homepage').set('accept', 'text/html');
    const outcome = /<div class="outcome" role="status">.*?<\/div>/s.exec(page.text)?.[0];
    expect(outcome).toContain(why);
    expect(outcome).toContain(sent);
    expect(outcome).toMatch(/Answer: <code>20[0-4]<\/code>/);
    const again = await request(url).get('/homepage').set('accept', 'text/html');
    expect(again.text).not.toContain('class="outcome"');
  });

  it('shows its outcome on the failure page, if that is where it ends', async () => {
    await act('ias-down');
    await act('rotate-certificate').expect(303);
    const page = await request(url).get('/homepage').set('accept', 'text/html');
    expect(page.status).toBe(503);
    expect(page.text).toContain('This app uses a new certificate');
    expect(page.text).toContain('token_endpoint_unreachable');
    // without a token there is nothing to replay
    const { body } = await actAsJson('replay-without-certificate');
    expect(body.sent).toBe('POST /oauth2/token to the tenant, with our certificate');
  }, 60_000);

  it('waits for those before it', async () => {
    const sent = ['ias-down', 'fresh-token', 'ias-up', 'fresh-token'].map(async (action, index) => {
      await delay(index * 100);
      return actAsJson(action);
    });
    const answers = await Promise.all(sent);
    expect(answers.map(({ status }) => status)).toEqual([200, 503, 200, 200]);
  });

  it('says what is wrong if the landscape does not answer', async () => {
    const other = await InProcessApps.start();
    const lonely = urlOf(
      await scenario.startApp(AppModule, await scenario.landscape.issueBinding({ type: 'X509_GENERATED' }), {
        BACKEND_URL: backendUrl,
        LANDSCAPE_ADMIN_URL: other.landscape.admin.url,
        VCAP_SERVICES_FILE_PATH: '',
      }),
    );
    await other.stop();
    const { status, text } = await act('ias-down', lonely);
    expect(status).toBe(503);
    expect(text).toMatch(/The landscape at http:\S+ does not answer/);
    const { body } = await actAsJson('rotate-certificate', lonely);
    expect([body.why, body.sent]).toEqual([expect.stringContaining('not in a file'), 'nothing']);
  });
});
