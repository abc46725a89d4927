import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join, resolve } from 'node:path';
import { freePort, output, serve } from './processes.mjs';

const COMMAND = resolve('dist/packages/landscape/dist/ias-landscape.cjs');
const GRANTS = [
  'client_credentials',
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
];

/**
 * Starts a landscape with a consumer and a provider, and returns what the projects need to know.
 *
 * @param {string} folder
 */
export async function openStage(folder) {
  const [port, ias] = [await freePort(), await freePort()];
  const binding = (/** @type {string} */ application) => ({
    application,
    write: [
      { form: 'service-key', path: `${application}.json` },
      { form: 'vcap-services', path: `${application}-vcap.json` },
    ],
  });
  const config = {
    tenantHost: 'my.accounts.localhost',
    ports: { ias },
    applications: {
      consumer: {
        grantTypes: GRANTS,
        dependencies: { orders: { application: 'provider', apis: ['read'] } },
      },
      provider: { grantTypes: GRANTS, providedApis: ['read'] },
    },
    routes: { 'orders.cert.localhost': `http://localhost:${port}` },
    bindings: { consumer: binding('consumer'), provider: binding('provider') },
  };
  writeFileSync(join(folder, 'landscape.config.json'), JSON.stringify(config));
  const landscape = await serve([process.execPath, COMMAND, '--json'], {
    cwd: folder,
    env: process.env,
    port: ias,
  });
  const announcement = join(folder, '.landscape/landscape.json');
  while (!(await exists(announcement))) await new Promise((done) => setTimeout(done, 100));
  await output([process.execPath, COMMAND, 'trust', '--print'], { cwd: folder });
  const read = (/** @type {string} */ path) => readFileSync(join(folder, path), 'utf8');
  const urls = JSON.parse(read('.landscape/landscape.json'));
  const context = {
    ...urls,
    port,
    provider: JSON.parse(read('provider.json')),
    consumer: JSON.parse(read('consumer.json')),
    providerVcap: join(folder, 'provider-vcap.json'),
    consumerVcap: join(folder, 'consumer-vcap.json'),
    url: `https://orders.cert.localhost:${new URL(urls.router).port}`,
    caFile: join(folder, '.landscape/ca.pem'),
    truststore: join(folder, '.landscape/truststore.jks'),
    adminToken: read('.landscape/admin-token'),
    repository: resolve('.'),
  };
  return { context, stop: landscape.stop, log: landscape.output };
}

/** @param {string} path */
async function exists(path) {
  const { access } = await import('node:fs/promises');
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Mints a token of the consumer for the provider.
 *
 * @param {any} context
 * @param {object} claims that override the defaults
 */
export async function mint({ admin, adminToken, consumer, provider }, claims = {}) {
  const answer = await fetch(`${admin}/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}` },
    body: JSON.stringify({
      binding: 'consumer',
      claims: { aud: provider.clientid, azp: consumer.clientid, ias_apis: ['read'], ...claims },
    }),
  });
  const { access_token: token } = await answer.json();
  return token;
}

/**
 * Sends a request through the router of the landscape.
 *
 * @param {any} context
 * @param {string} path
 * @param {{ token?: string, certificate?: { certificate: string, key: string } }} credentials
 * @returns {Promise<{ status: number, text: string }>}
 */
export async function send({ url, caFile }, path, { token, certificate }) {
  const target = new URL(path, url);
  return new Promise((done, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: target.port,
        servername: target.hostname,
        path: target.pathname + target.search,
        agent: false,
        ca: readFileSync(caFile),
        ...(certificate && { cert: certificate.certificate, key: certificate.key }),
        headers: { host: target.host, ...(token && { authorization: `Bearer ${token}` }) },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        answer.on('end', () => done({ status: answer.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject).end();
  });
}
