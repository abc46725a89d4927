import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { IasModule, IasTokenProvider } from 'nest-ias';

export async function createTokenClient(): Promise<() => Promise<unknown>> {
  const app = await NestFactory.createApplicationContext(IasModule.forRoot({ outbound: true }), {
    logger: ['error'],
  });
  const tokens = app.get(IasTokenProvider);
  return () => tokens.getToken();
}
