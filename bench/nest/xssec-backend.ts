/**
 * A plain app with Nest and Fastify whose guard calls @sap/xssec 4 with both of its caches. It checks no proof of
 * possession, and has no limits and no correlation ID. xssec gets the token instead of the request: it would parse the
 * certificate of each request, which is slower.
 */
import 'reflect-metadata';
import { Controller, Get, Injectable, Module, Req, UnauthorizedException } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import xsenv from '@sap/xsenv';
import { createSecurityContext, IdentityService, Token } from '@sap/xssec';
import type { IdentityServiceSecurityContext } from '@sap/xssec';
import type { FastifyRequest } from 'fastify';

Token.enableDecodeCache();
const { ias } = xsenv.getServices({ ias: { label: 'identity' } });
const service = new IdentityService(ias as ConstructorParameters<typeof IdentityService>[0], {
  validation: { signatureCache: { enabled: true } },
});

type Authenticated = FastifyRequest & { securityContext: IdentityServiceSecurityContext };

@Injectable()
class XssecGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Authenticated>();
    try {
      request.securityContext = await createSecurityContext(service, { jwt: jwtOf(request) });
      return true;
    } catch {
      throw new UnauthorizedException();
    }
  }
}

function jwtOf({ headers }: FastifyRequest): string {
  return headers.authorization?.slice('Bearer '.length) ?? '';
}

@Controller('endpoint')
class EndpointController {
  @Get()
  showClaims(@Req() request: Authenticated): object {
    const claims: Readonly<Record<string, unknown>> = request.securityContext.token.payload;
    return {
      subject: claims['sub'],
      zone_uuid: claims['app_tid'],
      issuer: claims['iss'],
      aud: claims['aud'],
      cnf: claims['cnf'],
    };
  }
}

@Module({ controllers: [EndpointController], providers: [{ provide: APP_GUARD, useClass: XssecGuard }] })
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  logger: ['error'],
});
await app.listen(Number(process.env['PORT']));
