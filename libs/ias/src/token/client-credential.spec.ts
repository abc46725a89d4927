import { createHash } from 'node:crypto';
import { startLandscape } from '@nest-ias/landscape';
import type { BindingRequest, Landscape } from '@nest-ias/landscape';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseIdentityBinding } from '../binding/identity-binding.js';
import { clientParameters, createClientCredential } from './client-credential.js';

let landscape: Landscape;

beforeAll(async () => {
  landscape = await startLandscape();
});
afterAll(() => landscape.stop());

const bind = async (request: BindingRequest) =>
  parseIdentityBinding('identity', await landscape.issueBinding(request));

describe('createClientCredential', () => {
  it('presents the certificate of a binding', async () => {
    const binding = await bind({ type: 'X509_GENERATED' });
    const { agent, ...credential } = createClientCredential(binding, [landscape.ca.pem]);
    expect(credential).toEqual({ binding, fingerprint: binding.certificate?.thumbprint });
    expect(agent.options.secureContext).toBeDefined();
  });

  it('presents no certificate for a binding with a secret, and does not reveal the secret', async () => {
    const binding = await bind({ type: 'SECRET' });
    const secret = binding.clientSecret?.reveal() ?? '';
    const authorities = [landscape.ca.pem];
    const { agent, ...credential } = createClientCredential(binding, authorities);
    const fingerprint = createHash('sha256').update(secret).digest('base64url');
    expect(credential).toEqual({ binding, fingerprint });
    expect(agent.options.secureContext).toBeUndefined();
    expect(agent.options.ca).toEqual(authorities);
  });

  it('rejects a binding without a credential, and says what to do', async () => {
    const binding = await bind({ type: 'NONE' });
    expect(() => createClientCredential(binding, undefined)).toThrow(
      expect.objectContaining({
        code: 'binding_cannot_fetch_tokens',
        message:
          'The identity binding "identity" cannot fetch tokens: it has credential-type NONE and no ' +
          'certificate or secret; bind this app with credential-type X509_GENERATED.',
      }),
    );
  });
});

describe('clientParameters', () => {
  it('are the client id and, only without a certificate, the secret', async () => {
    const [generated, secret] = [await bind({ type: 'X509_GENERATED' }), await bind({ type: 'SECRET' })];
    expect(clientParameters(generated)).toEqual({ client_id: generated.clientId });
    expect(clientParameters(secret)).toEqual({
      client_id: secret.clientId,
      client_secret: secret.clientSecret?.reveal(),
    });
  });
});
