export { loadDefaultEnvironment } from './default-environment.js';
export { CertificateExpiryMonitor } from './certificate-expiry.monitor.js';
export { BindingWatcher } from './binding.watcher.js';
export { IdentityBindings } from './identity-bindings.js';
export type { CredentialType, IdentityBinding } from './identity-binding.js';
export { readTrustedAuthorities } from './trusted-authorities.js';
