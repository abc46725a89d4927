/** What the samples of the documentation presuppose of an app. */
import type { INestApplication } from '@nestjs/common';
import type { TestingModuleBuilder } from '@nestjs/testing';
import type { Landscape, TestIdentity } from '@nest-ias/testing';
import type { IasClaims } from 'nest-ias';
import type { OpenAPIObject } from '@nestjs/swagger';

declare global {
  const app: INestApplication;
  const builder: TestingModuleBuilder;
  const landscape: Landscape;
  const identity: TestIdentity;
  const claims: IasClaims;
  const configuration: Omit<OpenAPIObject, 'paths'>;
  class AppModule {}
  class OrdersResolver {}
  class SubscriptionsModule {}
  class Subscriptions {
    existsWithTenantUrl(url: string): Promise<boolean>;
  }
}
