import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { IdentityServiceSecurityContext } from '@sap/xssec';
import { X509Certificate } from 'node:crypto';
import { inspect } from 'node:util';
import {
  AllowCallers,
  IasAuthGuard,
  ProofOfPossession,
  Public,
  RawToken,
  RequireApi,
  SecurityContext,
  TechnicalUserOnly,
} from 'nest-ias';
import type { RedactedToken } from 'nest-ias';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORMS, startGuardedApp } from './guarded-app.js';
import type { GuardedApp } from './guarded-app.js';
import { sendRaw } from './raw-request.js';
import { startTrustedLandscape } from './trusting-landscape.js';
import type { TrustedLandscape } from './trusting-landscape.js';

@Controller('open')
@Public()
class OpenController {
  @Get('door')
  door(): string {
    return 'open';
  }

  @Get('asked')
  @RequireApi('read')
  asked(): string {
    return 'asked';
  }

  @Get('safe')
  @Public(false)
  safe(): string {
    return 'closed';
  }
}

@Controller('api')
@RequireApi(['read', 'write'])
class ApiController {
  @Get('both')
  both(): string {
    return 'both';
  }

  @Get('either')
  @RequireApi(['read', 'write'], { any: true })
  either(): string {
    return 'either';
  }

  @Get('none')
  @RequireApi([])
  none(): string {
    return 'none';
  }

  @Get('read')
  @RequireApi('read')
  read(): string {
    return 'read';
  }
}

@Controller()
class OtherController {
  @Get('technical')
  @TechnicalUserOnly()
  technical(): string {
    return 'technical';
  }

  @Get('friends')
  @AllowCallers('another-client')
  friends(): string {
    return 'friends';
  }

  @Get('proven')
  @ProofOfPossession('required')
  proven(): string {
    return 'proven';
  }

  @Get('unproven')
  @ProofOfPossession('off')
  unproven(): string {
    return 'unproven';
  }

  @Get('context')
  context(
    @SecurityContext() context: IdentityServiceSecurityContext,
    @RawToken() token: RedactedToken,
  ): object {
    return {
      sameToken: context.token.jwt === token.reveal(),
      shown: `${JSON.stringify({ token })} ${token.toString()} ${inspect(token)} ${inspect({ context }, { depth: 9 })}`,
    };
  }
}

@Module({
  controllers: [OpenController, ApiController, OtherController],
  providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
})
class RoutesModule {}

describe.each(PLATFORMS)('permissions on %s', (platform) => {
  let trusted: TrustedLandscape;
  let app: GuardedApp;

  beforeAll(async () => {
    trusted = await startTrustedLandscape();
    app = await startGuardedApp({ platform, ias: trusted.ias, module: RoutesModule });
  });

  afterAll(async () => {
    await app.close();
    await trusted.stop();
  });

  const get = async (path: string, claims: object = {}) => {
    const token = await trusted.landscape.tenant.issueToken({ claims: { ...claims } });
    const answer = await sendRaw(`${app.url}${path}`, [['authorization', `Bearer ${token}`]]);
    return { ...answer, token };
  };

  it.each([
    ['/api/both', { ias_apis: ['read', 'write', 'more'] }],
    ['/api/either', { ias_apis: ['write'] }],
    ['/api/read', { ias_apis: ['read'] }],
    ['/technical', { sap_id_type: 'app' }],
    ['/open/safe', {}],
    ['/open/asked', { ias_apis: ['read'] }],
  ])('%s accepts %j', async (path, claims) => {
    expect((await get(path, claims)).status).toBe(200);
  });

  it.each([
    ['/api/both', { ias_apis: ['read'] }, 'api_missing'],
    ['/api/both', { ias_apis: undefined }, 'api_missing'],
    ['/api/either', { ias_apis: ['more'] }, 'api_missing'],
    ['/api/read', { ias_apis: ['Read', 'readx'] }, 'api_missing'],
    ['/api/none', { ias_apis: ['read'] }, 'api_missing'],
    ['/open/asked', {}, 'api_missing'],
    ['/technical', { sap_id_type: 'user' }, 'technical_user_required'],
    ['/technical', { sap_id_type: undefined }, 'technical_user_required'],
    ['/friends', {}, 'caller_not_allowed'],
    ['/friends', { azp: undefined }, 'caller_not_allowed'],
  ])('%s rejects %j with %s', async (path, claims, code) => {
    const { status, headers, body } = await get(path, claims);
    expect(status).toBe(403);
    expect(headers['www-authenticate']).toMatch(
      /^Bearer error="insufficient_scope", error_description="[^"]+"$/,
    );
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(body)).toMatchObject({ status: 403, title: 'Forbidden', code });
  });

  it('allows public routes and protects one route of a public controller', async () => {
    expect((await sendRaw(`${app.url}/open/door`, [])).status).toBe(200);
    expect((await sendRaw(`${app.url}/open/safe`, [])).status).toBe(401);
    expect((await sendRaw(`${app.url}/open/asked`, [])).status).toBe(401);
  });

  it('lets a route make the proof policy stricter', async () => {
    const { status, body } = await get('/proven');
    expect(status).toBe(401);
    expect(JSON.parse(body)).toMatchObject({ code: 'proof_required' });
  });

  it('does not let a route make it weaker', async () => {
    const { certificate = '' } = await trusted.landscape.issueBinding({ type: 'X509_GENERATED' });
    const thumbprint = new X509Certificate(certificate).fingerprint256.replaceAll(':', '');
    const cnf = { 'x5t#S256': Buffer.from(thumbprint, 'hex').toString('base64url') };
    expect((await get('/unproven', { cnf })).status).toBe(401);
  });

  it('injects the security context of xssec and the token, and neither shows the token in logs', async () => {
    const { body, token } = await get('/context');
    const { sameToken, shown } = JSON.parse(body) as { sameToken: boolean; shown: string };
    expect(sameToken).toBe(true);
    expect(shown).not.toContain(token.split('.')[2]);
  });
});

describe('allowedCallers', () => {
  it('rejects every other application', async () => {
    const trusted = await startTrustedLandscape();
    const app = await startGuardedApp({ ias: { ...trusted.ias, allowedCallers: ['a', 'b'] } });
    const token = await trusted.landscape.tenant.issueToken();
    const { status, body } = await sendRaw(`${app.url}/endpoint`, [['authorization', `Bearer ${token}`]]);
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ code: 'caller_not_allowed' });
    await app.close();
    await trusted.stop();
  });
});
