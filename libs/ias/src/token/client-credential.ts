import { createHash } from 'node:crypto';
import type { Agent } from 'node:https';
import type { IdentityBinding } from '../binding/identity-binding.js';
import { BindingError } from '../errors/ias-error.js';
import { printable } from '../errors/printable.js';
import { createAgent } from '../net/agent.js';

/** What a token request authenticates with: one binding and the agent that presents its certificate. */
export interface ClientCredential {
  readonly binding: IdentityBinding;
  readonly agent: Agent;
  /** Identifies certificate or secret without telling it; part of every cache key. */
  readonly fingerprint: string;
}

/**
 * @param ca PEM certificates of the trusted authorities; `undefined` trusts what Node.js trusts by default
 * @throws {BindingError} code `binding_cannot_fetch_tokens`
 */
export function createClientCredential(
  binding: IdentityBinding,
  ca: readonly string[] | undefined,
): ClientCredential {
  const { certificate, clientSecret } = binding;
  if (certificate) {
    const agent = createAgent({ secureContext: certificate.createSecureContext(ca) });
    return { binding, agent, fingerprint: certificate.thumbprint };
  }
  if (clientSecret) {
    const fingerprint = createHash('sha256').update(clientSecret.reveal()).digest('base64url');
    return { binding, agent: createAgent({ ca }), fingerprint };
  }
  throw new BindingError(
    'binding_cannot_fetch_tokens',
    `The identity binding "${printable(binding.name)}" has credential-type ${binding.credentialType} and nothing to authenticate ` +
      'a token request with: bind this app with credential-type X509_GENERATED.',
  );
}
