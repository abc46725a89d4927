import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:http2';
import type { ClientHttp2Session, Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Claims, IasAuthGuard, IasModule } from 'nest-ias';
import type { IasClaims } from 'nest-ias';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

@Controller('endpoint')
class EndpointController {
  @Get()
  subject(@Claims() { sub }: IasClaims): object {
    return { sub };
  }
}

const TRUSTED_HOST = 'backend.cert.example';

let trusted: TrustedLandscape;
let app: INestApplication;
let session: ClientHttp2Session;
let bound: string;
let certificate: string;

beforeAll(async () => {
  trusted = await startTrustedLandscape();
  const { landscape, ias } = trusted;

  @Module({
    imports: [IasModule.forRoot({ ...ias, proofOfPossession: 'required' })],
    controllers: [EndpointController],
    providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
  })
  class AppModule {}

  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  // The types of the adapter know HTTP/1 servers only.
  app = module.createNestApplication(new FastifyAdapter({ http2: true } as object), { logger: false });
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Http2Server).address() as AddressInfo;
  session = connect(`http://127.0.0.1:${port}`);
  const { certificate: chain } = (await landscape.issueBinding({ type: 'X509_GENERATED' })) as {
    certificate: string;
  };
  bound = await landscape.tenant.issueToken({ certificate: chain });
  certificate = new X509Certificate(chain).raw.toString('base64');
});
afterAll(async () => {
  session.close();
  await app.close();
  await trusted.stop();
});

async function send(headers: Record<string, string | string[]>) {
  const stream = session.request({
    ':path': '/endpoint',
    authorization: `Bearer ${bound}`,
    'x-forwarded-client-cert': certificate,
    ...headers,
  });
  const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
  let body = '';
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) body += chunk;
  return [
    answer[':status'],
    (JSON.parse(body) as { code?: string }).code,
    answer['www-authenticate'],
  ] as const;
}

describe('IasAuthGuard over HTTP/2', () => {
  it('uses :authority as the host', async () => {
    expect(await send({ ':authority': TRUSTED_HOST })).toEqual([200, undefined, undefined]);
    expect(await send({ ':authority': `${TRUSTED_HOST}:443` })).toEqual([200, undefined, undefined]);
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['another host', { ':authority': 'backend.example' }],
    ['a trusted Host beside another :authority', { ':authority': 'backend.example', host: TRUSTED_HOST }],
    ['another Host beside a trusted :authority', { ':authority': TRUSTED_HOST, host: 'backend.example' }],
    ['X-Forwarded-Host', { ':authority': 'backend.example', 'x-forwarded-host': TRUSTED_HOST }],
    ['several certificates', { ':authority': TRUSTED_HOST, 'x-forwarded-client-cert': ['a', 'b'] }],
  ])('ignores the certificate of %s', async (_, headers) => {
    const [status, code, challenge] = await send(headers);
    expect([status, code]).toEqual([401, 'proof_missing']);
    expect(challenge).toContain('error="invalid_token"');
  });

  it('ignores the certificate if :authority has user information, which newer versions of Node.js reject', async () => {
    const answer = await send({ ':authority': `a@${TRUSTED_HOST}` }).catch(
      ({ code }: NodeJS.ErrnoException) => code,
    );
    expect([
      [401, 'proof_missing', expect.stringContaining('error="invalid_token"')],
      'ERR_HTTP2_STREAM_ERROR',
    ]).toContainEqual(answer);
  });

  it('asks for credentials and accepts only one', async () => {
    expect(await send({ ':authority': TRUSTED_HOST, authorization: [] })).toMatchObject([
      401,
      'credentials_missing',
      'Bearer',
    ]);
  });
});
