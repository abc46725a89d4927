export { AuthenticationException, type AuthenticationProblem } from './answer/authentication.exception.js';
export type { RejectionCode } from './answer/rejections.js';
export { Claims } from './decorators/claims.decorator.js';
export { Public } from './decorators/public.decorator.js';
export { GUARD_EXPORTS, GUARD_PROVIDERS } from './guard.providers.js';
export { IasAuthGuard } from './ias-auth.guard.js';
export type { IasClaims } from './token/access-token.schema.js';
