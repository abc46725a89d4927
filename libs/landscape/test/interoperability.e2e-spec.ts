import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createSecurityContext, errors, IdentityService } from '@sap/xssec';
import { decodeJwt, exportJWK } from 'jose';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityCredentials, type Landscape, startLandscape } from '../src/index.js';
import { type CertificateFetch, fetchWith } from './https-client.js';

const run = promisify(execFile);

/** Clients and validators that were developed independently of the landscape. */
describe('independent clients', () => {
  let landscape: Landscape;
  let binding: IdentityCredentials;
  let thumbprint: string | undefined;

  beforeAll(async () => {
    landscape = await startLandscape({
      clientKey: 'RSA-2048',
      grantTypes: ['client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
    });
    landscape.trust();
    binding = await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'stranger' });
    thumbprint = decodeJwt<{ cnf: Record<string, string> }>(
      await landscape.tenant.issueToken({ certificate: binding.certificate ?? '' }),
    ).cnf['x5t#S256'];
  });
  afterAll(async () => landscape.stop());

  const bindingOf = (token: string) => decodeJwt<{ cnf?: Record<string, string> }>(token).cnf?.['x5t#S256'];

  describe('@sap/xssec', () => {
    const service = (proofOfPossession = true) =>
      new IdentityService(binding, { validation: { x5t: { enabled: proofOfPossession } } });

    it('fetches a token over mutual TLS and validates it with its proof of possession', async () => {
      const { access_token: token } = await service().fetchClientCredentialsToken();
      const clientCertificatePem = new X509Certificate(binding.certificate ?? '').toString();
      const context = await createSecurityContext(service(), { jwt: token, clientCertificatePem });
      expect(context.token.payload).toMatchObject({ sub: binding.clientid, app_tid: binding.app_tid });
      expect(bindingOf(token)).toBe(thumbprint);
    });

    it('rejects a token whose proof of possession does not match', async () => {
      const { access_token: token } = await service().fetchClientCredentialsToken();
      const other = await landscape.issueBinding({ type: 'X509_GENERATED' });
      const clientCertificatePem = new X509Certificate(other.certificate ?? '').toString();
      const validation = createSecurityContext(service(), { jwt: token, clientCertificatePem });
      await expect(validation).rejects.toThrow(errors.ValidationError);
    });

    it('exchanges a user token by jwt-bearer', async () => {
      const assertion = await landscape.tenant.issueToken({ user: { id: 'u-1' } });
      const { access_token: token } = await service().fetchJwtBearerToken(assertion, { token_format: 'jwt' });
      expect(decodeJwt(token)).toMatchObject({ sub: 'u-1', azp: binding.clientid });
    });

    it('rejects a token when the key set answers 400', async () => {
      const token = await landscape.tenant.issueToken({ claims: { azp: 'unknown' } });
      const validation = createSecurityContext(service(false), { jwt: token });
      await expect(validation).rejects.toThrow(errors.WrongAudienceError);
    });
  });

  const fetchWithCertificate: CertificateFetch = async (url, options) =>
    fetchWith({ landscape, credentials: binding }, url, options);

  it('openid-client discovers the tenant and fetches a certificate-bound token', async () => {
    const configuration = await openid.discovery(
      new URL(landscape.tenant.url),
      binding.clientid,
      undefined,
      openid.TlsClientAuth(),
      { [openid.customFetch]: fetchWithCertificate },
    );
    expect(configuration.serverMetadata().tls_client_certificate_bound_access_tokens).toBe(true);
    const token = await openid.clientCredentialsGrant(configuration);
    expect(token.expires_in).toBe(3600);
    expect(bindingOf(token.access_token)).toBe(thumbprint);
  });

  it('oauth4webapi does the same, and understands an error', async () => {
    const options = { [oauth.customFetch]: fetchWithCertificate };
    const issuer = new URL(landscape.tenant.url);
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, options),
    );
    const request = async (clientId: string) => {
      const client = { client_id: clientId };
      const response = await oauth.clientCredentialsGrantRequest(
        server,
        client,
        oauth.TlsClientAuth(),
        {},
        options,
      );
      return oauth.processClientCredentialsResponse(server, client, response);
    };
    expect(bindingOf((await request(binding.clientid)).access_token)).toBe(thumbprint);
    await expect(request('nobody')).rejects.toMatchObject({
      error: 'invalid_client',
      error_description: 'Client not found',
      status: 401,
    });
  });

  describe('private_key_jwt', () => {
    /** Adds an application with the public key of a key pair that the client generated. */
    const register = async () => {
      const { privateKey, publicKey } = await crypto.subtle.generateKey(
        { name: 'ECDSA', namedCurve: 'P-256' },
        true,
        ['sign', 'verify'],
      );
      const application = landscape.tenant.addApplication();
      application.trustKeys({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] });
      return { clientId: application.clientId, key: { key: privateKey, kid: 'k1' } };
    };

    it('of openid-client is accepted', async () => {
      const { clientId, key } = await register();
      const url = new URL(landscape.tenant.url);
      const authentication = openid.PrivateKeyJwt(key);
      const configuration = await openid.discovery(url, clientId, undefined, authentication);
      const methods = configuration.serverMetadata().token_endpoint_auth_signing_alg_values_supported;
      expect(methods).toContain('ES256');
      const token = await openid.clientCredentialsGrant(configuration);
      expect(decodeJwt(token.access_token)).toMatchObject({ sub: clientId, azp: clientId });
      expect(bindingOf(token.access_token)).toBeUndefined();
    });

    it('of oauth4webapi is accepted, and rejected with an unregistered key', async () => {
      const [own, other] = [await register(), await register()];
      const issuer = new URL(landscape.tenant.url);
      const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
      const client = { client_id: own.clientId };
      const request = async (key: oauth.PrivateKey) =>
        oauth.processClientCredentialsResponse(
          server,
          client,
          await oauth.clientCredentialsGrantRequest(server, client, oauth.PrivateKeyJwt(key), {}),
        );
      expect(decodeJwt((await request(own.key)).access_token).sub).toBe(own.clientId);
      await expect(request(other.key)).rejects.toMatchObject({ error: 'invalid_client', status: 401 });
    });
  });

  it('curl fetches a token with --cert and --key, as in a manual request', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'curl-'));
    const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    await writeFile(cert, binding.certificate ?? '');
    await writeFile(key, binding.key ?? '');
    const options = { '--noproxy': '*', '--cacert': await landscape.caFile(), '--cert': cert, '--key': key };
    const data = `grant_type=client_credentials&client_id=${binding.clientid}`;
    const parameters = Object.entries({ ...options, '--data': data }).flat();
    const { stdout } = await run('curl', ['--silent', ...parameters, `${binding.url}/oauth2/token`]);
    await rm(directory, { recursive: true });
    expect(bindingOf((JSON.parse(stdout) as { access_token: string }).access_token)).toBe(thumbprint);
  });
});
