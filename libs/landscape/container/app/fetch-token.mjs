// Stands for your app: it reads its binding and fetches a token over mutual TLS.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';

const { identity } = JSON.parse(readFileSync(process.env.VCAP_SERVICES_FILE_PATH, 'utf8'));
const [{ credentials }] = identity;
const { clientid, url, certificate: cert, key } = credentials;
const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientid });

request(`${url}/oauth2/token`, {
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  cert,
  key,
})
  .on('response', (answer) => {
    console.log(`The landscape answered ${answer.statusCode}.`);
    process.exitCode = answer.statusCode === 200 ? 0 : 1;
    answer.resume();
  })
  .end(form.toString());
