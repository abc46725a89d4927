/** Uses the types of both packages; compiled in a generated app for each `moduleResolution`. */
import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  Claims,
  IasAuthGuard,
  type IasClaims,
  IasError,
  IasModule,
  IasTokenProvider,
  RequireApi,
  SecurityContext,
} from 'nest-ias';
import { createIdentity, overrideIas, startLandscape } from '@nest-ias/testing';

@Controller('orders')
class OrdersController {
  constructor(private readonly tokens: IasTokenProvider) {}

  @Get()
  @RequireApi('read')
  async list(@Claims() claims: IasClaims, @SecurityContext() context: object): Promise<object> {
    const { value } = await this.tokens.getToken({ resource: 'urn:sap:identity:api:name:orders' });
    return { sub: claims.sub, length: value.length, context: typeof context };
  }
}

@Module({
  imports: [IasModule.forRoot({ outbound: true, proofOfPossession: 'required' })],
  controllers: [OrdersController],
  providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
})
export class OrdersModule {}

export async function testOrders(): Promise<string> {
  const landscape = await startLandscape();
  const identity = await createIdentity(landscape);
  const module = await overrideIas(
    Test.createTestingModule({ imports: [OrdersModule] }),
    landscape,
  ).compile();
  try {
    await module.init();
    return (await identity.headers()).authorization;
  } catch (error) {
    return error instanceof IasError ? error.code : 'unknown';
  } finally {
    await landscape.stop();
  }
}
