import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { IdentityServiceAuthProvider } from '@sap/ams';
import { authenticationOf } from 'nest-ias';

/** What the caller must be allowed to do, for example `@Privilege(['read', 'orders'])`. */
export const Privilege = Reflector.createDecorator<readonly [action: string, resource: string]>();

/** Runs after `IasAuthGuard`, and asks AMS about the caller. */
@Injectable()
export class AmsGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly provider: IdentityServiceAuthProvider,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const privilege = this.reflector.getAllAndOverride(Privilege, [context.getHandler(), context.getClass()]);
    if (privilege === undefined) return true;
    const caller = authenticationOf(context);
    if (caller === undefined) return false;
    const authorizations = await this.provider.getAuthorizations(caller.securityContext);
    return authorizations.checkPrivilege(...privilege).isGranted();
  }
}
