import { type AccessTokenContent, type MintingOptions, thumbprintOf } from './access-token-issuer.js';
import type { Application } from './application.js';
import { type TenantUser, userClaims } from './tenant-user.js';

/** Options of a minted token. */
export interface TokenOptions extends MintingOptions {
  /** The application that the token is issued to. @default the tenant's first application */
  readonly application?: Application;
  /** The user of the token. @default none: a token of the application itself */
  readonly user?: TenantUser;
}

/** Returns the content of a token that is minted without a request. */
export function mintedContent(
  { application, certificate, user }: TokenOptions & { readonly application: Application },
  appTid: string,
): AccessTokenContent {
  return {
    application,
    audience: [application.clientId],
    apis: [],
    appTid,
    ...(user === undefined ? {} : { user: userClaims(user) }),
    ...(certificate === undefined ? {} : { certificateThumbprint: thumbprintOf(certificate) }),
  };
}
