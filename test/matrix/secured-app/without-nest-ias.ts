/** The same without nest-ias: where this does not compile, no app can use Nest that way. */
import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';

@Controller('orders')
class OrdersController {
  @Get()
  list(): object {
    return {};
  }
}

@Module({
  controllers: [OrdersController],
  providers: [{ provide: APP_GUARD, useValue: { canActivate: () => true } }],
})
export class OrdersModule {}

export const testing = Test.createTestingModule({ imports: [OrdersModule] });
