import { readFileSync } from 'node:fs';
import { Agent, fetch } from 'undici';

const { consumer, provider, url, caFile } = JSON.parse(readFileSync(process.env.CONTEXT, 'utf8'));
const { certificate: cert, key } = consumer;
const dispatcher = new Agent({ connect: { cert, key, ca: readFileSync(caFile) } });

export { consumer, provider };
export const resource = 'urn:sap:identity:application:provider:name:orders';

/** `fetch` with the client certificate of the binding. */
export const fetchWithCertificate = (target, options) => fetch(target, { ...options, dispatcher });

/** Calls the backend with a token, and prints what it says. */
export async function callBackend(token) {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetchWithCertificate(`${url}/endpoint`, { headers });
  const { proof } = await answer.json();
  console.log(JSON.stringify({ status: answer.status, proof }));
}
