import { createHash } from 'node:crypto';
import type { Agent } from 'node:https';
import type { IdentityBinding } from '../binding/identity-binding.js';
import { BindingError, printable } from '../errors/ias-error.js';
import { createAgent } from '../net/agent.js';

/** How a token request authenticates: one binding, and the agent that presents its certificate. */
export interface ClientCredential {
  readonly binding: IdentityBinding;
  readonly agent: Agent;
  /** Identifies the certificate or secret without revealing it; part of every cache key. */
  readonly fingerprint: string;
}

/**
 * @param ca PEM certificates of the trusted authorities; `undefined` for the defaults of Node.js
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
    `The identity binding "${printable(binding.name)}" cannot fetch tokens: it has credential-type ${binding.credentialType} and no ` +
      'certificate or secret; bind this app with credential-type X509_GENERATED.',
  );
}

/**
 * Parameters that authenticate the client: `client_id` alone with a certificate (RFC 8705 §2), otherwise with the
 * client secret (`client_secret_post`, RFC 6749 §2.3.1).
 */
export function clientParameters({ clientId, clientSecret }: IdentityBinding): Record<string, string> {
  return {
    client_id: clientId,
    ...(clientSecret !== undefined && { client_secret: clientSecret.reveal() }),
  };
}
