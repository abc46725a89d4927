import type { ServerResponse } from 'node:http';
import {
  Catch,
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type {
  ArgumentsHost,
  CallHandler,
  CanActivate,
  ExceptionFilter,
  ExecutionContext,
  MiddlewareConsumer,
  NestInterceptor,
  NestModule,
} from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost, REQUEST } from '@nestjs/core';
import { SECURITY_CONTEXT } from '@sap/xssec';
import { authenticationOf, IasAuthGuard, type IasClaims, Public } from 'nest-ias';
import { map } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GuardedApp, PLATFORMS, startGuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

const subjectOf = (source: object) => authenticationOf(source)?.claims.sub ?? 'nobody';

class AddSubject implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((body: object) => ({ ...body, interceptor: subjectOf(context) })));
  }
}

class OnlyKnown implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return subjectOf(context) !== 'nobody';
  }
}

@Catch(RangeError)
class AnswerSubject implements ExceptionFilter {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(_: RangeError, host: ArgumentsHost): void {
    this.host.httpAdapter.reply(host.getArgByIndex(1), { filter: subjectOf(host) }, 418);
  }
}

@Injectable({ scope: Scope.REQUEST })
class Caller {
  constructor(@Inject(REQUEST) private readonly request: object) {}

  describe(): object {
    const { [SECURITY_CONTEXT]: context } = this.request as {
      [SECURITY_CONTEXT]?: { token: { jwt: string } };
    };
    const { user } = this.request as { user?: IasClaims };
    return { provider: subjectOf(this.request), xssec: context?.token.jwt, user: user?.sub };
  }
}

@Controller()
class CallerController {
  constructor(@Inject(Caller) private readonly caller: Caller) {}

  @Get('caller')
  @UseGuards(OnlyKnown)
  @UseInterceptors(AddSubject)
  describe(): object {
    return this.caller.describe();
  }

  @Get('failing')
  @UseFilters(AnswerSubject)
  fail(): never {
    throw new RangeError('teapot');
  }

  @Get('open')
  @Public()
  open(): object {
    return this.caller.describe();
  }
}

/** What middleware saw when it was called, and when the response was sent. */
const seenByMiddleware: string[] = [];

@Module({
  controllers: [CallerController],
  providers: [Caller, { provide: APP_GUARD, useExisting: IasAuthGuard }],
})
class CallerModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    const log = (request: object, response: ServerResponse, next: () => void) => {
      seenByMiddleware.push(subjectOf(request));
      response.once('finish', () => seenByMiddleware.push(subjectOf(request)));
      next();
    };
    consumer.apply(log).forRoutes(CallerController);
  }
}

describe.each(PLATFORMS)('authenticationOf on %s', (platform) => {
  let trusted: TrustedLandscape;
  let app: GuardedApp;
  let token: string;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
    token = await trusted.landscape.tenant.issueToken();
    const ias = { ...trusted.ias, userProperty: 'user' };
    app = await startGuardedApp({ platform, ias, module: CallerModule });
  });

  afterAll(async () => {
    await app.close();
    await trusted.stop();
  });

  const get = async (path: string) =>
    JSON.parse((await sendRaw(`${app.url}${path}`, [['authorization', `Bearer ${token}`]])).body) as unknown;

  it('knows the caller in later guards, interceptors and request-scoped providers, and so does xssec', async () => {
    const subject = trusted.landscape.application.clientId;
    expect(await get('/caller')).toEqual({
      provider: subject,
      interceptor: subject,
      xssec: token,
      user: subject,
    });
  });

  it('returns the caller in middleware once the guard has run', async () => {
    seenByMiddleware.length = 0;
    await get('/caller');
    await expect.poll(() => seenByMiddleware).toEqual(['nobody', trusted.landscape.application.clientId]);
  });

  it('returns the caller in exception filters', async () => {
    expect(await get('/failing')).toEqual({ filter: trusted.landscape.application.clientId });
  });

  it('returns no caller on public routes', async () => {
    expect(await get('/open')).toEqual({ provider: 'nobody' });
  });
});
