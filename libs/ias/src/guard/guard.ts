export { AuthenticationException, type AuthenticationProblem } from './answer/authentication.exception.js';
export type { RejectionCode } from './answer/rejections.js';
export { Claims, RawToken, SecurityContext } from './caller.decorator.js';
export {
  AllowCallers,
  ProofOfPossession,
  Public,
  RequireApi,
  TechnicalUserOnly,
} from './demands.decorator.js';
export { GUARD_CONTROLLERS, GUARD_EXPORTS, GUARD_PROVIDERS } from './guard.providers.js';
export { IasAuthGuard } from './ias-auth.guard.js';
export type { RedactedToken } from './redacted.token.js';
export type { IasClaims } from './token/access-token.schema.js';
