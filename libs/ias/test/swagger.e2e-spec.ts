import { Controller, Get, Module, UseGuards, VersioningType } from '@nestjs/common';
import type { INestApplication, Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  ApiForbiddenResponse,
  ApiOperation,
  ApiSecurity,
  DocumentBuilder,
  SwaggerModule,
} from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import {
  AllowCallers,
  IasAuthGuard,
  ProofOfPossession,
  Public,
  RequireApi,
  TechnicalUserOnly,
} from 'nest-ias';
import type { IasModuleOptions } from 'nest-ias';
import { IasSwagger } from 'nest-ias/swagger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORMS, startGuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

/** Two controllers inherit its method. */
class ListController {
  @Get('list')
  list(): object {
    return [];
  }
}

@Controller('orders')
@TechnicalUserOnly()
class OrdersController extends ListController {
  @Get()
  @ApiOperation({ description: 'All orders.', operationId: 'orders' })
  @RequireApi(['read', 'write'])
  all(): object {
    return [];
  }

  @Get('any')
  @RequireApi(['read', 'write'], { any: true })
  any(): object {
    return [];
  }

  @Get('bound')
  @AllowCallers('caller')
  @ProofOfPossession('required')
  bound(): object {
    return [];
  }

  @Get('own')
  @TechnicalUserOnly(false)
  @ApiSecurity('own')
  @ApiForbiddenResponse({ description: 'own' })
  own(): object {
    return [];
  }
}

@Public()
@Controller('catalogue')
class CatalogueController extends ListController {}

@Controller('some')
class SomeController extends ListController {
  @Get('guarded')
  @UseGuards(IasAuthGuard)
  guarded(): object {
    return [];
  }
}

const CONTROLLERS = [OrdersController, CatalogueController, SomeController];

@Module({ controllers: CONTROLLERS, providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }] })
class ProtectedModule {}

@Module({ controllers: CONTROLLERS })
class PartlyProtectedModule {}

describe.each(PLATFORMS)('the OpenAPI document of an app on %s', (platform) => {
  let trusted: TrustedLandscape;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
  });
  afterAll(() => trusted.stop());

  interface Options {
    readonly module?: Type;
    readonly ias?: IasModuleOptions;
    readonly configure?: (app: INestApplication) => void;
  }

  /** Starts an app for a while. */
  async function withApp<Result>(
    use: (app: INestApplication, url: string) => Result | Promise<Result>,
    { module = ProtectedModule, ias = {}, configure = () => {} }: Options = {},
  ): Promise<Result> {
    const app = await startGuardedApp({
      platform,
      ias: { ...trusted.ias, allowUnguarded: true, ...ias },
      module,
      configure,
    });
    try {
      return await use(app.nest, app.url);
    } finally {
      await app.close();
    }
  }

  const configuration = (version = '3.0.0') =>
    new DocumentBuilder()
      .setTitle('Orders')
      .setOpenAPIVersion(version)
      .addApiKey({ type: 'apiKey' }, 'own')
      .build();
  const documentOf = async (options: Options = {}, version?: string) =>
    withApp((app) => IasSwagger.createDocument(app, configuration(version)), options);
  const operation = ({ paths }: OpenAPIObject, path: string) => paths[path]?.get;

  it.each(['3.0.0', '3.1.0'])('is valid OpenAPI %s', async (version) => {
    const document = await documentOf({ ias: { proofOfPossession: 'required' } }, version);
    expect(document.openapi).toBe(version);
    expect(await new Validator().validate(structuredClone(document) as never)).toEqual({ valid: true });
  });

  it('has the bearer scheme and the token URL of the tenant for each protected operation', async () => {
    const document = await documentOf();
    const tokenUrl = `${trusted.landscape.tenant.url}/oauth2/token`;
    expect(document.components?.securitySchemes).toMatchObject({
      ias: { type: 'http', scheme: 'bearer', description: expect.stringContaining(tokenUrl) },
      iasClientCredentials: { type: 'oauth2', flows: { clientCredentials: { tokenUrl } } },
    });
    const alternatives = [{ ias: [] }, { iasClientCredentials: [] }];
    expect(operation(document, '/orders')?.security).toEqual(alternatives);
    expect(operation(document, '/some/list')?.security).toEqual(alternatives);
  });

  it('documents the answer that a caller without a token gets', async () => {
    await withApp(async (app, url) => {
      const document = IasSwagger.createDocument(app, configuration());
      const { responses } = operation(document, '/orders') ?? {};
      expect(Object.keys(responses ?? {})).toEqual(expect.arrayContaining(['200', '401', '403', '503']));
      expect(responses?.['401']).toEqual({ $ref: '#/components/responses/IasUnauthorized' });
      const { IasUnauthorized: described, IasForbidden } = (document.components ?? {})
        .responses as unknown as Record<
        string,
        { description: string; headers: object; content: Record<string, { schema: object; example: object }> }
      >;
      const { status, headers, body } = await sendRaw(`${url}/orders`, []);
      expect(status).toBe(401);
      const content = described?.content[headers['content-type']?.split(';')[0] ?? ''];
      expect(content?.schema).toEqual({ $ref: '#/components/schemas/IasProblem' });
      expect(content?.example).toEqual(JSON.parse(body));
      expect(Object.keys(described?.headers ?? {})).toEqual(['WWW-Authenticate']);
      expect(IasForbidden?.description).toContain('`api_missing`');
      expect(document.components?.schemas?.['IasProblem']).toMatchObject({
        required: Object.keys(JSON.parse(body) as object),
      });
    });
  });

  it('names what a route demands besides a token', async () => {
    const document = await documentOf();
    const descriptionOf = (path: string) => operation(document, path)?.description;
    expect(descriptionOf('/orders')).toBe(
      'All orders.\n\nRequires the APIs `read` and `write`. For applications only, not for users.',
    );
    expect(descriptionOf('/orders/any')).toContain('Requires the APIs `read` or `write`.');
    expect(descriptionOf('/orders/bound')).toContain('For some applications only.');
    expect(descriptionOf('/some/list')).toBeUndefined();
  });

  it('needs no token for public routes, even if a protected controller shares the method', async () => {
    const document = await documentOf();
    expect(operation(document, '/catalogue/list')?.security).toEqual([]);
    expect(operation(document, '/catalogue/list')?.responses).not.toHaveProperty('401');
    expect(operation(document, '/orders/list')?.security).toHaveLength(2);
    expect(operation(document, '/orders/list')?.description).toBe('For applications only, not for users.');
  });

  it('leaves routes without the guard as they are', async () => {
    const document = await documentOf({ module: PartlyProtectedModule });
    expect(operation(document, '/orders')).not.toHaveProperty('security');
    expect(operation(document, '/orders')?.responses).not.toHaveProperty('401');
    expect(operation(document, '/some/guarded')?.security).toHaveLength(2);
  });

  it('leaves what the app itself declares as it is', async () => {
    const own = operation(await documentOf(), '/orders/own');
    expect(own?.security).toEqual([{ own: [] }]);
    expect(own?.responses).toMatchObject({
      401: { $ref: expect.any(String) },
      403: { description: 'own' },
    });
  });

  it('requires the client certificate in OpenAPI 3.1 where a token must be bound', async () => {
    const document = await documentOf({}, '3.1.0');
    expect(document.components?.securitySchemes).toHaveProperty('iasCertificate.type', 'mutualTLS');
    expect(operation(document, '/orders/bound')?.security).toEqual([
      { ias: [], iasCertificate: [] },
      { iasClientCredentials: [], iasCertificate: [] },
    ]);
    expect(operation(document, '/orders')?.security).toEqual([{ ias: [] }, { iasClientCredentials: [] }]);
    const strict = await documentOf({ ias: { proofOfPossession: 'required' } }, '3.1.0');
    expect(operation(strict, '/orders')?.security?.[0]).toEqual({ ias: [], iasCertificate: [] });
    const older = await documentOf({ ias: { proofOfPossession: 'required' } });
    expect(operation(older, '/orders')?.security).toEqual([{ ias: [] }, { iasClientCredentials: [] }]);
    expect(older.components?.securitySchemes?.['ias']).toHaveProperty(
      'description',
      expect.stringContaining('over mutual TLS with the client certificate'),
    );
  });

  it('finds the routes behind prefixes and versions', async () => {
    const document = await documentOf({
      configure: (app) => {
        app.setGlobalPrefix('api');
        app.enableVersioning({ type: VersioningType.URI, defaultVersion: ['1', '2'] });
      },
    });
    for (const path of ['/api/v1/orders', '/api/v2/orders'])
      expect(operation(document, path)?.security).toHaveLength(2);
    expect(operation(document, '/api/v1/catalogue/list')?.security).toEqual([]);
  });

  it('hides the metadata of the protected resource, and leaves nothing behind', async () => {
    await withApp((app) => {
      const before = SwaggerModule.createDocument(app, configuration());
      const document = IasSwagger.createDocument(app, configuration());
      expect(Object.keys(document.paths).filter((path) => path.includes('.well-known'))).toEqual([]);
      expect(JSON.stringify(document)).not.toContain('x-nest-ias');
      expect(SwaggerModule.createDocument(app, configuration())).toEqual(before);
      expect(IasSwagger.createDocument(app, configuration())).toEqual(document);
    });
  });
});
