declare module '*/app.module' {
  export class AppModule {}
}
declare module '*/app.module.js' {
  export class AppModule {}
}
declare module '*/app.controller' {
  export class AppController {}
}
declare module '*/app.service' {
  export class AppService {
    getHello(): string;
  }
}
declare module '*/orders.module.js' {
  export class OrdersModule {}
  export const WAREHOUSE_URL: string;
}
declare module '*/ams.guard.js' {
  import type { CanActivate } from '@nestjs/common';

  export const Privilege: (privilege: readonly [action: string, resource: string]) => MethodDecorator;
  export class AmsGuard implements CanActivate {
    canActivate(): boolean;
  }
}
declare module 'supertest/types' {
  export type App = import('node:http').Server;
}
