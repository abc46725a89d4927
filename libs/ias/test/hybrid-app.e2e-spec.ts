import { Controller, type INestApplication, Module, type Type, UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { IasAuthGuard, Public } from 'nest-ias';
import { firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORMS, startGuardedApp } from './guarded-app.js';
import { startTrustedLandscape, type TrustedLandscape } from './trusting-landscape.js';

@Controller()
class OpenController {
  @MessagePattern('orders')
  orders(): string {
    return 'secret orders';
  }
}

@Controller()
class ProtectedController {
  @Public()
  @MessagePattern('version')
  version(): string {
    return '1';
  }

  @UseGuards(IasAuthGuard)
  @MessagePattern('orders')
  orders(): string {
    return 'secret orders';
  }
}

const GUARD = { provide: APP_GUARD, useExisting: IasAuthGuard };
const moduleOf = (controller: Type, providers = [GUARD]) => {
  @Module({ controllers: [controller], providers })
  class FeatureModule {}
  return FeatureModule;
};

describe.each(PLATFORMS)('a hybrid app on %s', (platform) => {
  let trusted: TrustedLandscape;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
  });
  afterAll(() => trusted.stop());

  interface HybridOptions {
    readonly inheritAppConfig?: boolean;
    readonly connectsLate?: boolean;
    readonly ias?: object;
  }

  const connect = (nest: INestApplication, { inheritAppConfig = false }: HybridOptions) =>
    nest.connectMicroservice({ transport: Transport.TCP, options: { port: 0 } }, { inheritAppConfig });

  /** Starts an app with a TCP server, and calls one of its handlers. */
  async function ask(pattern: string, module: Type, options: HybridOptions = {}): Promise<unknown> {
    const { nest, close } = await startGuardedApp({
      platform,
      ias: { ...trusted.ias, ...options.ias },
      module,
      configure: (created) => {
        if (!options.connectsLate) connect(created, options);
      },
    });
    if (options.connectsLate) connect(nest, options);
    await nest.startAllMicroservices();
    const [microservice] = nest.getMicroservices();
    const { port } = (microservice as NonNullable<typeof microservice>)
      .unwrap<{ address(): { readonly port: number } }>()
      .address();
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { port } });
    try {
      return await firstValueFrom(client.send<unknown>(pattern, {})).catch((error: unknown) => ({ error }));
    } finally {
      await client.close();
      await close();
    }
  }

  it('does not start if a handler is open, because the global guard does not apply to it', async () => {
    await expect(ask('orders', moduleOf(OpenController))).rejects.toMatchObject({
      code: 'guard_missing',
      message: expect.stringMatching(/\(OpenController\.orders\).*inheritAppConfig/),
    });
  });

  it('rejects messages with inheritAppConfig', async () => {
    expect(await ask('orders', moduleOf(OpenController), { inheritAppConfig: true })).toMatchObject({
      error: { status: 'error' },
    });
  });

  it('starts if each handler is public or has a guard of its own', async () => {
    const module = moduleOf(ProtectedController);
    expect(await ask('version', module)).toBe('1');
    expect(await ask('orders', module)).toMatchObject({ error: { status: 'error' } });
  });

  it('starts if the app protects nothing, or protects itself', async () => {
    expect(await ask('orders', moduleOf(OpenController, []))).toBe('secret orders');
    const own = { ias: { allowUnguarded: true } };
    expect(await ask('orders', moduleOf(OpenController), own)).toBe('secret orders');
  });

  it('serves open handlers if it connects the microservice after the start, which the check cannot see', async () => {
    expect(await ask('orders', moduleOf(OpenController), { connectsLate: true })).toBe('secret orders');
  });
});
