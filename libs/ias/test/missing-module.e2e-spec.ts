import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { IasAuthGuard, IasClientModule, IasModule, type IasModuleOptions } from 'nest-ias';
import { IasHttpModule } from 'nest-ias/axios';
import { IasSwagger } from 'nest-ias/swagger';
import { describe, expect, it } from 'vitest';

const BINDING = {
  clientid: 'client',
  clientsecret: 'secret',
  url: 'https://tenant.example.com',
  domains: ['example.com'],
};

@UseGuards(IasAuthGuard)
@Controller()
class OrdersController {
  @Get()
  list(): object {
    return [];
  }
}

@Module({ controllers: [OrdersController] })
class OrdersModule {}

@Module({ imports: [IasClientModule.register({ name: 'stock', baseURL: 'http://localhost:1' })] })
class ClientModule {}

@Module({ imports: [IasHttpModule.register({ baseURL: 'http://localhost:1' })] })
class HttpClientModule {}

const start = async (feature: Type, ias?: IasModuleOptions & { readonly isGlobal?: boolean }) => {
  @Module({ imports: [...(ias ? [IasModule.forRoot(ias)] : []), feature] })
  class AppModule {}

  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  await (await module.createNestApplication({ logger: false }).init()).close();
};

describe.each([
  ['@UseGuards(IasAuthGuard)', OrdersModule, 'IasAuthGuard'],
  ['IasClientModule', ClientModule, 'IasClientModule "stock"'],
  ['IasHttpModule', HttpClientModule, 'IasHttpModule'],
])('%s', (_, feature, named) => {
  const missing = {
    name: 'ConfigurationError',
    code: 'module_missing',
    message: `${named} cannot find IasModule: import IasModule.forRoot({ isGlobal: true }) once, in the root module of the app.`,
  };

  it('names IasModule if nothing imports it', async () => {
    await expect(start(feature)).rejects.toMatchObject(missing);
  });

  it('names isGlobal if it was forgotten', async () => {
    await expect(start(feature, { credentials: BINDING })).rejects.toMatchObject(missing);
  });

  it('leaves the error of an IasModule that cannot start as it is', async () => {
    await expect(start(feature, { isGlobal: true, credentials: {} })).rejects.toMatchObject({
      code: 'binding_invalid',
    });
  });

  it('starts with a global IasModule', async () => {
    await expect(start(feature, { isGlobal: true, credentials: BINDING })).resolves.toBeUndefined();
  });
});

const compile = async (...imports: (Type | DynamicModule)[]) =>
  (await Test.createTestingModule({ imports }).compile()).close();

describe.each([
  [IasModule, 'forRoot', []],
  [IasClientModule, 'register', [IasModule.forRoot({ isGlobal: true, credentials: BINDING })]],
  [IasHttpModule, 'register', [IasModule.forRoot({ isGlobal: true, credentials: BINDING })]],
])('%o without options', (module, method, others) => {
  it(`says that ${method} is missing`, async () => {
    await expect(compile(...others, module)).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: `${module.name} has no options: import ${module.name}.${method}(), not ${module.name} itself.`,
    });
  });
});

describe('IasModule', () => {
  it('leaves the error of the factory of forRootAsync as it is', async () => {
    const error = new Error('no vault');
    await expect(compile(IasModule.forRootAsync({ useFactory: () => Promise.reject(error) }))).rejects.toBe(
      error,
    );
  });
});

it('IasSwagger names IasModule if nothing imports it', async () => {
  const app = (await Test.createTestingModule({}).compile()).createNestApplication();
  expect(() =>
    IasSwagger.createDocument(app, { openapi: '3.0.0', info: { title: '', version: '' } }),
  ).toThrow('IasSwagger cannot find IasModule: import IasModule.forRoot');
  await app.close();
});
