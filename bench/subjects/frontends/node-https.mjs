/** The ceiling: node:http, node:https with one keep-alive agent, one token fetched at the start, no checks. */
import { createServer } from 'node:http';
import { Agent, request } from 'node:https';
import xsenv from '@sap/xsenv';

const { url, clientid, certificate, key } = xsenv.getServices({ ias: { label: 'identity' } }).ias;
const backend = new URL('/endpoint', process.env['BACKEND_URL']);
const agent = new Agent({
  keepAlive: true,
  cert: certificate,
  key,
  // Not every resolver maps *.localhost to loopback.
  lookup: (_host, { all }, done) =>
    process.nextTick(() =>
      all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
    ),
});
const form = new URLSearchParams({ client_id: clientid, grant_type: 'client_credentials' }).toString();
const token = await send(
  new URL(`${url}/oauth2/token`),
  { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  form,
);
const headers = { authorization: `Bearer ${token.access_token}` };

createServer((_request, response) => void show(response)).listen(Number(process.env['PORT']));

/** @param {import('node:http').ServerResponse} response */
async function show(response) {
  const claims = await send(backend, { headers });
  const page = `<h1>Homepage</h1><p>The backend answered:</p><pre>${JSON.stringify(claims, null, 2)}</pre>`;
  response.writeHead(200, { 'content-type': 'text/html', 'content-length': Buffer.byteLength(page) });
  response.end(page);
}

/**
 * @param {URL} target
 * @param {import('node:https').RequestOptions} options
 * @param {string} [body]
 * @returns {Promise<any>}
 */
function send({ hostname, port, pathname }, options, body) {
  return new Promise((resolve, reject) => {
    const call = request({ host: hostname, port, path: pathname, agent, ...options }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      answer.once('end', () => (answer.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error())));
    });
    call.once('error', reject);
    call.end(body);
  });
}
