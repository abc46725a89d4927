export { AccessToken } from './access-token.js';
export { IasTokenProvider, type TokenOptions } from './ias-token.provider.js';
