import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Claims, IasAuthGuard, type IasClaims, IasModule } from 'nest-ias';

@Controller('orders')
class OrdersController {
  @Get()
  list(@Claims() { sub }: IasClaims): object {
    return { orders: [], askedBy: sub };
  }
}

/** An app of a third party. */
@Module({
  imports: [IasModule.forRoot({ loadDefaultEnv: true })],
  controllers: [OrdersController],
  providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
})
export class OrdersModule {}
