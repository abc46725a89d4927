import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

/**
 * Gets an access token from the landscape, bound to the certificate of a service key.
 *
 * @param {{ clientid: string, url: string, certificate: string, key: string }} serviceKey
 * @param {string} caFile
 * @returns {Promise<string>}
 */
export async function fetchAccessToken({ clientid, url, certificate, key }, caFile) {
  const agent = new Agent({ cert: certificate, key, ca: readFileSync(caFile) });
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientid }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length };
  const answer = await new Promise((resolve, reject) => {
    request(`${url}/oauth2/token`, { method: 'POST', agent, headers }, (response) => {
      response
        .setEncoding('utf8')
        .toArray()
        .then((parts) => resolve(parts.join('')), reject);
    })
      .once('error', reject)
      .end(body);
  });
  return JSON.parse(answer).access_token;
}
