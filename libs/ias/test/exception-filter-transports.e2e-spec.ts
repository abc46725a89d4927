import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { UseFilters } from '@nestjs/common';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { DownstreamError, IasExceptionFilter } from 'nest-ias';
import { firstValueFrom } from 'rxjs';
import { WebSocket } from 'undici';
import type { MessageEvent } from 'undici';
import { expect, it } from 'vitest';
import { CollectingLogger } from './collecting-logger.js';

const MESSAGE = 'The call to https://internal.example failed.';

@UseFilters(IasExceptionFilter)
class Receiver {
  @SubscribeMessage('orders')
  @MessagePattern('orders')
  list(): void {
    throw new DownstreamError('downstream_failed', MESSAGE);
  }
}

it('leaves errors of WebSocket messages to Nest, which answers them', async () => {
  @WebSocketGateway()
  class Gateway extends Receiver {}
  const module = await Test.createTestingModule({ providers: [Gateway] }).compile();
  const logger = new CollectingLogger();
  const app = module.createNestApplication({ logger });
  await app.useWebSocketAdapter(new WsAdapter(app)).listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(socket, 'open');
  socket.send(JSON.stringify({ event: 'orders' }));
  const [{ data }] = (await once(socket, 'message')) as [MessageEvent<string>];
  expect(JSON.parse(data)).toMatchObject({
    event: 'exception',
    data: { status: 'error', message: 'Internal server error' },
  });
  expect(logger.lines.join('\n')).toContain(MESSAGE);
  socket.close();
  await app.close();
});

it('leaves errors of microservice messages to Nest, which answers them', async () => {
  const module = await Test.createTestingModule({ controllers: [Receiver] }).compile();
  const options = { host: '127.0.0.1', port: 0 };
  const app = module.createNestMicroservice({ transport: Transport.TCP, options, logger: false });
  await app.listen();
  const { port } = app.unwrap<Server>().address() as AddressInfo;
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { ...options, port } });
  await expect(firstValueFrom(client.send('orders', {}))).rejects.toMatchObject({
    message: 'Internal server error',
  });
  client.close();
  await app.close();
});
