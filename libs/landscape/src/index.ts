export { Landscape, startLandscape } from './landscape.js';
export type { LandscapeOptions } from './landscape.options.js';
export type { BindingRequest } from './binding/identity-binding.issuer.js';
export type { CredentialType, IdentityCredentials } from './binding/identity-credentials.js';
export type { VcapServices } from './binding/vcap-services.js';
export type { ClientKey } from './pki/client-key.js';
export type { Fault } from './fault/fault.js';
export type { MintingOptions } from './tenant/access-token.issuer.js';
export type { LoggedRequest } from './tenant/request.log.js';
