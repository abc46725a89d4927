import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';

const context = JSON.parse(readFileSync(process.env.CONTEXT, 'utf8'));
const { freePort, output, serve } = await import(`${context.repository}/test/strangers/processes.mjs`);
const { mint } = await import(`${context.repository}/test/strangers/stage.mjs`);
const HOST = 'orders.cert.localhost';

/**
 * Starts a router in front of the backend, and sends it requests with and without certificates.
 *
 * @param {(port: number, backend: number) => string} configurationOf
 * @param {(file: string) => string[]} commandOf
 */
export async function checkRouter(configurationOf, commandOf) {
  const port = await freePort();
  await createServerCertificate();
  // Client certificates need not be verified for the proof of possession: the handshake proves the key, and the token
  // names the certificate.
  writeFileSync('clients.pem', context.consumer.certificate.split(/(?=-----BEGIN)/)[1]);
  writeFileSync('router.conf', configurationOf(port, context.port));
  const running = [];
  try {
    running.push(
      await serve([process.execPath, 'main.js'], {
        cwd: `${context.repository}/dist/apps/backend`,
        port: context.port,
        env: {
          PATH: process.env.PATH,
          PORT: String(context.port),
          VCAP_SERVICES_FILE_PATH: context.providerVcap,
          IAS_CA_FILE: context.caFile,
          IAS_PROOF_OF_POSSESSION: 'required',
        },
      }),
    );
    running.push(
      await serve(commandOf(`${process.cwd()}/router.conf`), { port, cwd: process.cwd(), env: process.env }),
    );
    await sendRequests(port);
  } catch (error) {
    console.log(`not ok starts: ${String(error).replaceAll('\n', ' ')}`);
  } finally {
    for (const { stop } of running.reverse()) await stop();
  }
}

async function createServerCertificate() {
  const parameters = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=${HOST} -addext subjectAltName=DNS:${HOST} -keyout server.key -out server.crt`;
  const { code, stderr } = await output(['openssl', ...parameters.split(' ')]);
  if (code !== 0) throw new Error(stderr);
  writeFileSync('server.pem', readFileSync('server.crt', 'utf8') + readFileSync('server.key', 'utf8'), {
    mode: 0o600,
  });
}

async function sendRequests(port) {
  const token = await mint(context);
  const { consumer, provider } = context;
  const [leaf] = consumer.certificate.split(/(?<=-----END CERTIFICATE-----)/);
  const der = leaf.replaceAll(/-----[^-]+-----|\s/g, '');
  const cases = [
    ['forwards the certificate of the client', { certificate: consumer }, 200],
    ['forwards no certificate where there is none', {}, 401],
    ['forwards another certificate as it is', { certificate: provider }, 401],
    ['drops a spoofed header without certificate', { spoofed: der }, 401],
    ['drops a spoofed header beside another certificate', { certificate: provider, spoofed: der }, 401],
    ['drops a spoofed header in another format', { spoofed: encodeURIComponent(leaf) }, 401],
    ['drops a spoofed header with an underscore', { spoofed: der, header: 'X_Forwarded_Client_Cert' }, 401],
    ['drops a spoofed header beside its own', { certificate: consumer, spoofed: der }, 200],
  ];
  for (const [name, wire, expected] of cases) {
    const status = await send(port, token, wire);
    console.log(status === expected ? `ok ${name}` : `not ok ${name}: ${status}`);
  }
}

async function send(port, token, { certificate, spoofed, header = 'x-forwarded-client-cert' }) {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        servername: HOST,
        path: '/endpoint',
        agent: false,
        ca: readFileSync('server.crt'),
        ...(certificate && { cert: certificate.certificate, key: certificate.key }),
        headers: { host: HOST, authorization: `Bearer ${token}`, ...(spoofed && { [header]: spoofed }) },
      },
      (answer) => resolve(answer.resume().statusCode),
    );
    sent.on('error', reject).end();
  });
}
