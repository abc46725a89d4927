import { Controller, Get, Module, Post } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Claims, IasAuthGuard } from 'nest-ias';
import type { IasClaims } from 'nest-ias';
import { Forger } from '@nest-ias/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORMS, startGuardedApp } from '../guarded-app.js';
import type { GuardedApp } from '../guarded-app.js';
import { startTrustedLandscape } from '../trusting-landscape.js';
import type { TrustedLandscape } from '../trusting-landscape.js';

/** Answers at any depth, so that odd targets reach the guard and not a 404. */
@Controller()
class WildController {
  @Get('*')
  read(@Claims() { sub }: IasClaims): object {
    return { sub };
  }

  @Post('*')
  write(@Claims() { sub }: IasClaims): object {
    return { sub };
  }
}

@Module({
  controllers: [WildController],
  providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
})
class WildModule {}

/** What is said after the attack, so that the server closes the connection in any case. */
const END = 'GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const HOST = 'Host: backend.cert.localhost';
const request = (line: string, ...lines: string[]) => `${[line, ...lines].join('\r\n')}\r\n\r\n`;

type Attack = readonly [cause: string, expected: string, text: (forger: Forger) => string];

const bearer = ({ token }: Forger) => `Authorization: Bearer ${token}`;
const bound = ({ boundToken }: Forger) => `Authorization: Bearer ${boundToken}`;
const proof = ({ certificate }: Forger) => `X-Forwarded-Client-Cert: ${certificate.raw.toString('base64')}`;
const chunked = (lines: string[], trailer: string) => {
  const body = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
  return `${request('POST /x HTTP/1.1', ...lines, ...body)}2\r\n{}\r\n0\r\n${trailer}\r\n\r\n`;
};
const to = (cause: string, target: string): Attack => [
  `a stolen token, the target ${cause}`,
  '401 proof_missing',
  (forger) => request(`GET ${target} HTTP/1.1`, HOST, bound(forger), proof(forger)),
];

/** Requests that no client library would send; `400` alone is the parser of Node.js. */
const ATTACKS: readonly Attack[] = [
  [
    'a folded header',
    '400',
    (forger) => request('GET /x HTTP/1.1', HOST, bearer(forger).replace('Bearer ', 'Bearer\r\n ')),
  ],
  [
    'a header folded into another',
    '400',
    (forger) => request('GET /x HTTP/1.1', HOST, 'X: y', ` ${bearer(forger)}`),
  ],
  [
    'a blank before the colon',
    '400',
    (forger) => request('GET /x HTTP/1.1', HOST, bearer(forger).replace(':', ' :')),
  ],
  [
    'a header behind a bare CR',
    '400',
    (forger) => request('GET /x HTTP/1.1', HOST, `X: y\r${bearer(forger)}`),
  ],
  ['a null byte after the token', '400', (forger) => request('GET /x HTTP/1.1', HOST, `${bearer(forger)}\0`)],
  [
    'two lengths of the body',
    '400',
    () => request('POST /x HTTP/1.1', HOST, 'Content-Length: 0', 'Transfer-Encoding: chunked'),
  ],
  ['no host', '400', (forger) => request('GET /x HTTP/1.1', bound(forger), proof(forger))],
  [
    'the token in a trailer',
    '401 credentials_missing',
    (forger) => chunked([HOST, 'Trailer: authorization'], bearer(forger)),
  ],
  [
    'the token in a form',
    '401 credentials_missing',
    ({ token }) =>
      request(
        'POST /x HTTP/1.1',
        HOST,
        'Content-Type: application/x-www-form-urlencoded',
        `Content-Length: ${token.length + 13}`,
      ) + `access_token=${token}`,
  ],
  [
    'another method by a header',
    '401 credentials_missing',
    () => request('POST /x HTTP/1.1', HOST, 'X-HTTP-Method-Override: OPTIONS', 'Content-Length: 0'),
  ],
  [
    'a connection on which another request was accepted',
    '401 credentials_missing',
    (forger) => request('GET /x HTTP/1.1', HOST, bearer(forger)) + request('GET /x HTTP/1.1', HOST),
  ],
  [
    'a stolen token, no host in HTTP/1.0',
    '401 proof_missing',
    (forger) => request('GET /x HTTP/1.0', 'Connection: keep-alive', bound(forger), proof(forger)),
  ],
  [
    'a stolen token, the certificate in a trailer',
    '401 proof_missing',
    (forger) => chunked([HOST, bound(forger)], proof(forger)),
  ],
  to('in absolute form', 'http://backend.cert.localhost/x'),
  to('in absolute form with another host', 'http://backend.localhost/x'),
  to('with two slashes', '//backend.localhost/x'),
  to('with a backslash', '/\\backend.localhost/x'),
];

describe.each(PLATFORMS)('raw requests to %s', (platform) => {
  let trusted: TrustedLandscape;
  let app: GuardedApp;
  let forger: Forger;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
    app = await startGuardedApp({ platform, ias: trusted.ias, module: WildModule });
    forger = await Forger.of(trusted.landscape);
  });

  afterAll(async () => {
    await app.close();
    await trusted.stop();
  });

  /** Status and code of every answer but the one to {@link END}. */
  async function send(text: string): Promise<string[]> {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    let answers = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (answers += chunk));
    socket.write(text + END, 'latin1');
    await once(socket, 'close');
    const all = answers.split('HTTP/1.1 ').slice(1);
    const told = all.map((answer) =>
      `${answer.slice(0, 3)} ${/"code":"(\w+)"/.exec(answer)?.[1] ?? ''}`.trim(),
    );
    return told.length > 1 ? told.slice(0, -1) : told;
  }

  it('accept an honest request', async () => {
    expect(await send(request('GET /x HTTP/1.1', HOST, bearer(forger)))).toEqual(['200']);
    expect(await send(request('GET /x HTTP/1.1', HOST, bound(forger), proof(forger)))).toEqual(['200']);
  });

  it.each(ATTACKS)('%s: %s', async (_, expected, text) => {
    expect((await send(text(forger))).at(-1)).toBe(expected);
  });
});
