import { networkInterfaces } from 'node:os';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { urlOf } from '../../../test/helper/in-process-apps.js';
import { AppModule } from '../src/app.module.js';
import { ACTIONS, scenario, backendUrl, url, useLab, act } from './lab-app.js';

useLab();

describe('a request that another page or machine may have caused', () => {
  it.each<[string, Record<string, string>]>([
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
    ['from the same site', { 'sec-fetch-site': 'same-site' }],
    ['from another site, with our origin', { 'sec-fetch-site': 'cross-site', origin: 'OWN' }],
    ['with an unknown Sec-Fetch-Site', { 'sec-fetch-site': 'same-origin, none' }],
    ['from another origin', { origin: 'https://evil.example' }],
    ['from another port', { origin: 'http://127.0.0.1:1' }],
    ['from another scheme', { origin: 'OWN-TLS' }],
    ['from a hidden origin', { origin: 'null' }],
    ['to another host', { host: 'evil.example' }],
    ['to another host that contains ours', { host: 'localhost.evil.example' }],
    ['to a host that is none', { host: 'evil.example/@localhost' }],
  ])('%s is refused', async (_, headers) => {
    const origin = headers['origin']?.replace('OWN-TLS', url.replace('http:', 'https:')).replace('OWN', url);
    for (const action of ACTIONS) {
      const answer = await act(action).set({ ...headers, ...(origin && { origin }) });
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('A form of the lab was sent by another page');
      expect(answer.text).toMatch(/403 · <a href="[^"]+errors\.md#lab_request_refused">/);
    }
  });

  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin', origin: 'null' },
    { origin: 'OWN' },
  ])('does not concern %j', async (headers) => {
    const origin = headers['origin']?.replace('OWN', url);
    const { status } = await act('ias-up').set({ ...headers, ...(origin && { origin }) });
    expect(status).toBe(303);
  });

  it('over the network is refused', async ({ skip }) => {
    const address = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4')?.address;
    skip(address === undefined, 'this machine has no network');
    const remote = url.replace('127.0.0.1', address ?? '');
    const { status } = await act('ias-up', remote).set('host', new URL(url).host);
    expect(status).toBe(403);
  });
});

describe('the routes', () => {
  it.each(ACTIONS)('GET /lab/%s does nothing', async (action) => {
    for (const accept of ['text/html', 'application/json']) {
      const answer = await request(url).get(`/lab/${action}`).set('accept', accept);
      expect([404, 405]).toContain(answer.status);
    }
  });

  it('do not exist for unknown actions', async () => {
    for (const action of ['nothing', 'constructor', '__proto__', 'reset/x']) {
      expect((await act(action)).status).toBe(404);
    }
  });

  it('do not exist without a landscape, and the page has no form', async () => {
    const plain = urlOf(
      await scenario.startApp(AppModule, await scenario.landscape.issueBinding({ type: 'X509_GENERATED' }), {
        BACKEND_URL: backendUrl,
        LANDSCAPE_ADMIN_URL: '',
      }),
    );
    for (const action of ACTIONS) {
      await act(action, plain).expect(404);
      await act(action, plain).type('form').send('a=b').expect(404);
    }
    const page = await request(plain).get('/homepage');
    expect(page.text).not.toContain('<form');
    expect(page.headers['content-security-policy']).toContain("form-action 'none'");
    expect((await request(url).get('/homepage')).text.match(/<form method="post"/g)).toHaveLength(9);
  });

  it('end the start of a deployed app, and of one whose landscape is elsewhere', async () => {
    const binding = await scenario.landscape.issueBinding({ type: 'X509_GENERATED' });
    const start = (environment: Record<string, string>) =>
      scenario.startApp(AppModule, binding, { BACKEND_URL: backendUrl, ...environment });
    const local = scenario.landscape.admin.url;
    for (const environment of [
      { LANDSCAPE_ADMIN_URL: 'http://landscape.example.com:1' },
      { LANDSCAPE_ADMIN_URL: local, VCAP_APPLICATION: '{}' },
      { LANDSCAPE_ADMIN_URL: local, NODE_ENV: 'production' },
    ]) {
      await expect(start(environment)).rejects.toThrow('LANDSCAPE_ADMIN_URL');
    }
  });
});
