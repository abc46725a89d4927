import { Controller, Delete, Get, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthorizationManagementService, IdentityServiceAuthProvider, TECHNICAL_USER_FLOW } from '@sap/ams';
import xsenv from '@sap/xsenv';
import { IdentityService } from '@sap/xssec';
import { IasAuthGuard, IasModule } from 'nest-ias';
import { AmsGuard, Privilege } from './ams.guard.js';

@Controller('orders')
class OrdersController {
  @Get()
  @Privilege(['read', 'orders'])
  list(): object {
    return { orders: [] };
  }

  @Delete()
  @Privilege(['delete', 'orders'])
  delete(): object {
    return { deleted: true };
  }
}

@Module({
  imports: [IasModule.forRoot()],
  controllers: [OrdersController],
  providers: [
    {
      provide: AuthorizationManagementService,
      useFactory: () =>
        AuthorizationManagementService.fromIdentityService(
          new IdentityService(xsenv.serviceCredentials({ label: 'identity' })),
        ),
    },
    {
      provide: IdentityServiceAuthProvider,
      inject: [AuthorizationManagementService],
      useFactory: async (ams: AuthorizationManagementService) => {
        await ams.whenReady(30);
        // Applications may do what the API that they were granted (`ias_apis`) stands for.
        return new IdentityServiceAuthProvider(ams).withApiMapper(
          { read: 'orders.readOrders' },
          TECHNICAL_USER_FLOW,
        );
      },
    },
    // In this order: AMS is asked about callers whose token is valid.
    { provide: APP_GUARD, useExisting: IasAuthGuard },
    { provide: APP_GUARD, useClass: AmsGuard },
  ],
})
export class OrdersModule {}
