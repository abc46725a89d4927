import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type LoggerService, Module, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  Field,
  GraphQLModule,
  Mutation,
  ObjectType,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { createClient } from 'graphql-ws';
import { Claims, IasAuthGuard, type IasClaims, Public, RequireApi } from 'nest-ias';
import { IasGraphqlModule } from 'nest-ias/graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { CollectingLogger } from './collecting-logger.js';
import { type GuardedApp, PLATFORMS, startGuardedApp } from './guarded-app.js';
import { startTrustedLandscape, type TrustedLandscape } from './trusting-landscape.js';

@ObjectType()
class Order {
  @Field(() => String)
  readonly id: string = '1';
}

@Resolver(() => Order)
class OrdersResolver {
  @Query(() => Order)
  order(): Order {
    return new Order();
  }

  @Query(() => String, { nullable: true })
  subject(@Claims() claims: IasClaims): string | undefined {
    return claims.sub;
  }

  @ResolveField(() => String)
  owner(@Claims() { sub }: IasClaims): string | undefined {
    return sub;
  }

  @Public()
  @Query(() => String)
  version(@Claims() claims?: IasClaims): string {
    return claims ? 'known' : 'unknown';
  }

  @Mutation(() => String, { nullable: true })
  @RequireApi('write')
  cancel(): string {
    return 'cancelled';
  }

  @Subscription(() => String)
  // oxlint-disable-next-line class-methods-use-this -- Nest calls it
  async *orders(): AsyncGenerator<object> {
    yield { orders: 'new' };
  }
}

const graphql = (options: Partial<ApolloDriverConfig> = {}) =>
  GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    subscriptions: { 'graphql-ws': true },
    includeStacktraceInErrorResponses: false,
    ...options,
  });
const GUARD = { provide: APP_GUARD, useExisting: IasAuthGuard };

@Module({ imports: [IasGraphqlModule, graphql()], providers: [OrdersResolver, GUARD] })
class OrdersModule {}

@Module({
  imports: [IasGraphqlModule, graphql({ autoTransformHttpErrors: false, context: () => ({ own: true }) })],
  providers: [OrdersResolver, GUARD],
})
class OwnContextModule {}

/** The context has the HTTP request that opened the connection. */
const ofConnection = ({ extra, req, ...request }: Readonly<Record<string, unknown>>) => ({
  req: (extra as { readonly request: unknown } | undefined)?.request ?? req ?? request,
});

@Module({
  imports: [IasGraphqlModule, graphql({ context: ofConnection })],
  providers: [OrdersResolver, GUARD],
})
class ConnectionContextModule {}

@Module({ imports: [graphql()], providers: [OrdersResolver, GUARD] })
class WithoutEntryModule {}

@Module({ imports: [IasGraphqlModule, graphql()], providers: [OrdersResolver] })
class UnguardedModule {}

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

describe.each(PLATFORMS)('GraphQL with Apollo on %s', (platform) => {
  let trusted: TrustedLandscape;
  let token: string;
  let app: GuardedApp;
  const logger = new CollectingLogger();

  const start = (module: Type, log: LoggerService | undefined = logger) =>
    startGuardedApp({ platform, ias: trusted.ias, module, logger: log });

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
    token = await trusted.landscape.tenant.issueToken();
    app = await start(OrdersModule);
  });
  afterAll(async () => {
    await app.close();
    await trusted.stop();
  });

  /** Sends an operation. @returns status and answer */
  async function send(query: string, authorization?: string, { url } = app) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, ...((await response.json()) as Answer) };
  }

  it('lets callers in, and injects their claims into resolvers and fields', async () => {
    const sub = trusted.landscape.application.clientId;
    expect(await send('{ subject order { id owner } }', `Bearer ${token}`)).toEqual({
      status: 200,
      data: { subject: sub, order: { id: '1', owner: sub } },
    });
  });

  it.each([
    ['without a token', undefined, 'UNAUTHENTICATED', 'credentials_missing', 401],
    ['with an invalid token', 'Bearer a.b.c', 'UNAUTHENTICATED', 'token_malformed', 401],
    ['with a malformed header', 'Bearer a b', 'BAD_REQUEST', 'authorization_malformed', 400],
  ])('rejects callers %s with a GraphQL error', async (_, authorization, code, reason, problem) => {
    const { status, data, errors } = await send('{ subject }', authorization);
    expect([status, data]).toEqual([200, { subject: null }]);
    expect(errors).toEqual([
      expect.objectContaining({
        path: ['subject'],
        extensions: { code, problem: expect.objectContaining({ status: problem, code: reason }) },
      }),
    ]);
  });

  it('rejects callers without a permission', async () => {
    const { errors } = await send('mutation { cancel }', `Bearer ${token}`);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', problem: { code: 'api_missing' } });
  });

  it('says that the keys of the tenant are unavailable', async () => {
    const other = await startTrustedLandscape();
    const cold = await startGuardedApp({ platform, ias: other.ias, module: OrdersModule });
    other.landscape.tenant.faults.add({ endpoint: 'jwks', kind: 'status', status: 503 });
    const authorization = `Bearer ${await other.landscape.tenant.issueToken()}`;
    expect((await send('{ subject }', authorization, cold)).errors?.[0]?.extensions).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      problem: { code: 'keys_unavailable' },
    });
    await cold.close();
    await other.stop();
  });

  it('serves public resolvers', async () => {
    expect(await send('{ version }')).toEqual({ status: 200, data: { version: 'unknown' } });
  });

  it('rejects subscriptions, even if their connection was opened with a token', async () => {
    class AuthorizedSocket extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { headers: { authorization: `Bearer ${token}` } });
      }
    }
    const connected = await start(ConnectionContextModule);
    const client = createClient({
      url: `${connected.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: AuthorizedSocket,
      retryAttempts: 0,
    });
    const first = async (query: string) =>
      JSON.stringify(await client.iterate({ query }).next()).replaceAll(token, 'a token');
    expect(await first('{ subject }')).toContain(trusted.landscape.application.clientId);
    expect(await first('subscription { orders }')).toContain('Forbidden');
    await client.dispose();
    await connected.close();
  });

  it('works with a context of the app, and without the error transformation of Nest', async () => {
    const own = await start(OwnContextModule);
    expect((await send('{ subject }', undefined, own)).errors?.[0]?.extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
      problem: { code: 'credentials_missing' },
    });
    expect((await send('{ subject }', `Bearer ${token}`, own)).data).toHaveProperty(
      'subject',
      trusted.landscape.application.clientId,
    );
    await own.close();
  });

  it('rejects every operation without the entry', async () => {
    const closed = await start(WithoutEntryModule);
    expect((await send('{ subject }', `Bearer ${token}`, closed)).errors?.[0]?.extensions['code']).toBe(
      'FORBIDDEN',
    );
    await closed.close();
  });

  it('does not run a resolver that asks for its caller without the guard', async () => {
    const open = await start(UnguardedModule);
    const { data, errors } = await send('{ subject }', `Bearer ${token}`, open);
    expect(data).toEqual({ subject: null });
    expect(errors?.[0]?.message).not.toBe('');
    await open.close();
  });

  it('needs IasModule', async () => {
    @Module({ imports: [IasGraphqlModule] })
    class LonelyModule {}

    const { Test } = await import('@nestjs/testing');
    const module = await Test.createTestingModule({ imports: [LonelyModule] }).compile();
    await expect(module.init()).rejects.toMatchObject({ code: 'module_missing' });
  });

  it('logs no token', () => {
    expect(logger.lines.join('\n')).not.toContain(token);
  });
});
