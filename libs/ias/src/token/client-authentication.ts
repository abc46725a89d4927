import type { IdentityBinding } from '../binding/identity-binding.js';
import type { IasSettings } from '../core/settings.js';

/** What a token request has in addition to its grant, so that the tenant knows who asks. */
export interface ClientAuthentication {
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Client authentication of a token request: `client_id` alone where a certificate is presented (RFC 8705 §2), otherwise
 * the client secret in the body or in a header (RFC 6749 §2.3.1).
 */
export function authenticateClient(
  { clientId, clientSecret }: IdentityBinding,
  method: IasSettings['clientSecretMethod'],
): ClientAuthentication {
  const client = ['client_id', clientId] as const;
  if (clientSecret === undefined) return { parameters: [client], headers: {} };
  if (method === 'client_secret_post') {
    return { parameters: [client, ['client_secret', clientSecret.reveal()]], headers: {} };
  }
  const pair = `${formEncode(clientId)}:${formEncode(clientSecret.reveal())}`;
  return {
    parameters: [client],
    headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
  };
}

/** `application/x-www-form-urlencoded`, as RFC 6749 §2.3.1 wants both parts before they are joined. */
function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
