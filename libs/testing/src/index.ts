export type * from '@nest-ias/landscape';
export { IAS_LIMITS, mountBinding, writeSecretJson } from '@nest-ias/landscape';
export { startLandscape } from './landscape-starter.js';
export { overrideIas, type IasOverrides } from './override-ias.js';
export {
  createConsumer,
  createIdentity,
  type IdentityHeaders,
  type IdentityTokenOptions,
  type TestIdentity,
} from './test-identity.js';
export { presentCertificate, type PresentedCertificate } from './presented-certificate.js';
export type { Certificate } from './parsed-certificate.js';
export { BAD_REQUESTS, BAD_TOKENS } from './bad-requests/bad-request-catalogue.js';
export type { BadRequest, BadToken } from './bad-requests/bad-request.js';
export { Forger, type Header } from './bad-requests/token-forger.js';
export { waitForTokenRequest } from './wait-for-token-request.js';
export { iasMatchers, type MatcherResult } from './matchers/ias-matchers.js';
export type { HttpAnswer } from './matchers/http-answer.js';
