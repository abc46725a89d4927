import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { InProcessApps, urlOf } from '../../../test/helper/in-process-apps.js';
import { AppModule } from '../src/app.module.js';

let scenario: InProcessApps;
let url: string;
let admin: Server;
let answer: RequestListener;

beforeAll(async () => {
  scenario = await InProcessApps.start();
  admin = createServer((incoming, response) => {
    answer(incoming, response);
  }).listen(0, '127.0.0.1');
  await once(admin, 'listening');
  const binding = await scenario.landscape.issueBinding({ type: 'X509_GENERATED' });
  url = urlOf(
    await scenario.startApp(AppModule, binding, {
      BACKEND_URL: 'http://127.0.0.1:1',
      LANDSCAPE_ADMIN_URL: `http://127.0.0.1:${(admin.address() as AddressInfo).port}`,
    }),
  );
});
afterEach(() => admin.closeAllConnections());
afterAll(async () => {
  admin.close();
  await scenario.stop();
});

const act = async (action: string) =>
  await request(url).post(`/lab/${action}`).set({ accept: 'application/json', host: 'localhost' });

describe('a program at the address of the landscape', () => {
  it('that sends without end gets no more than a limit read', async () => {
    let sent = 0;
    answer = (_, response) => {
      const send = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x'))) sent += 65_536;
        sent += 65_536;
      };
      response.on('drain', send).on('error', () => undefined);
      send();
    };
    const { status, body } = await act('ias-down');
    expect([status, body.answer, body.why]).toEqual([
      502,
      { status: 200, challenge: null, code: 'downstream_malformed' },
      expect.stringContaining('The answer of the landscape to POST /faults is larger than 1000000 bytes.'),
    ]);
    expect(sent).toBeLessThan(20_000_000);
  });

  it.each<[string, unknown]>([
    ['no JSON', 'nonsense'],
    ['no credentials', {}],
    ['a certificate that is none', { credentials: { certificate: 'a\r\nb: c', key: '<script>' } }],
    ['numbers', { credentials: { certificate: 1, key: 2 } }],
  ])('that issues %s', async (_, content) => {
    answer = (_incoming, response) => void response.end(JSON.stringify(content));
    const { status, body } = await act('replay-with-other-certificate');
    expect([status, body.why, body.answer.code]).toEqual([
      502,
      expect.stringContaining('The landscape issued no certificate.'),
      'downstream_malformed',
    ]);
  });

  it('that redirects is not followed', async () => {
    answer = (_, response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/faults' }).end();
    expect((await act('ias-down')).status).toBe(503);
  });
});
