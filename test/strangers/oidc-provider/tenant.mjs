import { createHash, generateKeyPairSync, randomUUID, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { Provider } from 'oidc-provider';

const context = JSON.parse(readFileSync(process.env.CONTEXT, 'utf8'));
const { freePort, serve } = await import(`${context.repository}/test/strangers/processes.mjs`);
const { startLandscape } = await import(`${context.repository}/dist/packages/landscape/dist/index.mjs`);

// Only its authorities: the tenant is oidc-provider.
const landscape = await startLandscape();
const binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
const clientId = binding.clientid;
const port = await freePort();
const issuer = `https://localhost:${port}`;
const credentials = { ...binding, url: issuer, domain: `localhost:${port}`, domains: [`localhost:${port}`] };
const jwk = {
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  kid: 'k1',
  alg: 'RS256',
  use: 'sig',
};

const provider = new Provider(issuer, {
  jwks: { keys: [jwk] },
  clients: [
    {
      client_id: clientId,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      tls_client_certificate_bound_access_tokens: true,
      jwks: { keys: [certificateJwk(binding.certificate)] },
    },
  ],
  clientAuthMethods: ['self_signed_tls_client_auth'],
  routes: { token: '/oauth2/token', jwks: '/oauth2/certs' },
  // IAS accepts tokens for the application itself without a resource.
  extraTokenClaims: () => ({ azp: clientId, app_tid: binding.app_tid, sap_id_type: 'app', sub: clientId }),
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      getCertificate: (ctx) => {
        const { raw } = ctx.socket.getPeerCertificate();
        return raw && new X509Certificate(raw);
      },
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:application',
      getResourceServerInfo: () => ({
        scope: '',
        audience: clientId,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});
const { certificate: cert, key } = await landscape.issueServerCertificate({ dnsNames: ['localhost'] });
const server = createServer({ cert, key, requestCert: true, rejectUnauthorized: false }, provider.callback());
server.listen(port);
writeFileSync('ca.pem', landscape.ca.pem);

const running = [];
try {
  const environment = (appPort) => ({
    PATH: process.env.PATH,
    PORT: String(appPort),
    VCAP_SERVICES: JSON.stringify(landscape.vcapServices(credentials)),
    IAS_CA_FILE: `${process.cwd()}/ca.pem`,
  });
  const ports = { backend: await freePort(), frontend: await freePort() };
  const backendUrl = landscape.router.map('backend.cert.localhost', `http://localhost:${ports.backend}`);
  const app = (name, more) =>
    serve([process.execPath, 'main.js'], {
      cwd: `${context.repository}/dist/apps/${name}`,
      port: ports[name],
      env: { ...environment(ports[name]), ...more },
    });
  running.push(await app('backend', { IAS_PROOF_OF_POSSESSION: 'required' }));
  running.push(await app('frontend', { BACKEND_URL: backendUrl }));
  const answer = await fetch(`http://localhost:${ports.frontend}/homepage`, {
    headers: { accept: 'application/json' },
  });
  const text = await answer.text();
  const { claims, proof } = answer.ok ? JSON.parse(text) : {};
  const problem = `${answer.status} ${text.slice(0, 1000)}`;
  check('gives the frontend a token bound to its certificate', proof?.matches === true, problem);
  check('gives the backend the keys to validate it', claims?.issuer === issuer, problem);
  check('lets the backend prove the possession', proof?.verified === 'verified', problem);
} finally {
  for (const { stop } of running.reverse()) await stop();
  server.close();
  server.closeAllConnections();
  await landscape.stop();
}

function check(name, isRight, problem) {
  console.log(isRight ? `ok ${name}` : `not ok ${name}: ${problem.replaceAll('\n', ' ')}`);
}

/** RFC 8705 §2.2.1: a client with a self-signed certificate registers it as `x5c` of a key. */
function certificateJwk(pem) {
  const certificate = new X509Certificate(pem);
  const der = certificate.raw;
  return {
    ...certificate.publicKey.export({ format: 'jwk' }),
    kid: randomUUID(),
    use: 'sig',
    x5c: [der.toString('base64')],
    'x5t#S256': createHash('sha256').update(der).digest('base64url'),
  };
}
