import { HttpService } from '@nestjs/axios';
import { Controller, Get, Module, Param, Post } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Claims, IasAuthGuard, type IasClaims, IasModule, RequireApi } from 'nest-ias';
import { IasHttpModule } from 'nest-ias/axios';
import { firstValueFrom } from 'rxjs';

/** Base URL of the app that manages the stock. */
export const WAREHOUSE_URL = Symbol('WAREHOUSE_URL');

@Controller('orders')
class OrdersController {
  constructor(private readonly warehouse: HttpService) {}

  @Get()
  list(@Claims() { sub }: IasClaims): object {
    return { orders: [], askedBy: sub };
  }

  @Post()
  @RequireApi('write')
  create(): object {
    return { id: 1 };
  }

  @Get(':id/stock')
  async stock(@Param('id') id: string): Promise<unknown> {
    const { data } = await firstValueFrom(this.warehouse.get<unknown>(`/stock/${id}`));
    return data;
  }
}

@Module({
  imports: [
    IasModule.forRoot({ outbound: true, isGlobal: true }),
    IasHttpModule.registerAsync({
      provideInjectionTokensFrom: [
        { provide: WAREHOUSE_URL, useFactory: () => process.env['WAREHOUSE_URL'] },
      ],
      inject: [WAREHOUSE_URL],
      useFactory: (baseURL: string) => ({ baseURL }),
    }),
  ],
  controllers: [OrdersController],
  providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
})
export class OrdersModule {}
