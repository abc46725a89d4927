export { AccessToken } from './access-token.js';
export { IasTokenProvider } from './ias-token.provider.js';
export type { TokenOptions } from './token.options.js';
