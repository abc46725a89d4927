import { X509Certificate } from 'node:crypto';
import { importLandscape } from './product.mjs';

/** Host names of the backend at the router, as on Cloud Foundry. */
export const CERT_HOST = 'backend.cert.localhost';

/** A landscape in this process, and the environments of the programs that use it. */
export class Scenario {
  /** Starts a landscape whose client certificates have RSA keys of 2048 bits, as in IAS. */
  static async start() {
    const { startLandscape } = await importLandscape();
    const landscape = await startLandscape({ clientKey: 'RSA-2048' });
    return new Scenario(landscape, await landscape.caFile());
  }

  /** @param {import('../../libs/landscape/src/index.js').Landscape} landscape @param {string} caFile */
  constructor(landscape, caFile) {
    this.landscape = landscape;
    this.caFile = caFile;
  }

  /** Returns the environment of an app with a binding to the identity service. */
  async bind(/** @type {'X509_GENERATED' | 'NONE'} */ type) {
    const credentials = await this.landscape.issueBinding({ type });
    return {
      VCAP_SERVICES: JSON.stringify(this.landscape.vcapServices(credentials)),
      NODE_EXTRA_CA_CERTS: this.caFile,
      LOG_LEVEL: 'error',
    };
  }

  /** Counts the requests to the tenant and the TLS handshakes with it during an action. */
  async countTenant(/** @type {() => Promise<unknown>} */ action) {
    const before = this.landscape.tenant.counters.snapshot();
    await action();
    const after = this.landscape.tenant.counters.snapshot();
    const difference = (/** @type {'token' | 'jwks' | 'discovery' | 'handshakes'} */ name) =>
      after[name] - before[name];
    return {
      tokenRequests: difference('token'),
      keyRequests: difference('jwks') + difference('discovery'),
      handshakes: difference('handshakes'),
    };
  }

  async stop() {
    await this.landscape.stop();
  }
}

/** Headers of a caller as the router hands them to the backend: a token, and the certificate it is bound to. */
export async function callerHeaders(/** @type {Scenario} */ scenario) {
  const { headers, authorizations } = await callerWithTokens(scenario, 1);
  return { ...headers, authorization: authorizations[0] ?? '' };
}

/**
 * A caller with several tokens: the headers that all its requests have, and values of `authorization`.
 *
 * @param {Scenario} scenario
 * @param {number} count
 */
export async function callerWithTokens({ landscape }, count) {
  const { certificate = '' } = await landscape.issueBinding({ type: 'X509_GENERATED' });
  const leaf = new X509Certificate(certificate);
  const authorizations = [];
  while (authorizations.length < count) {
    authorizations.push(`Bearer ${await landscape.tenant.issueToken({ certificate })}`);
  }
  return {
    headers: { host: CERT_HOST, 'x-forwarded-client-cert': leaf.raw.toString('base64') },
    authorizations,
  };
}
