/** A landscape as a server under test; `GET /` returns the URL of its tenant and the credentials for token requests. */
import { createServer } from 'node:http';
import { importLandscape } from './product.mjs';

const { startLandscape } = await importLandscape();
const landscape = await startLandscape({ clientKey: 'EC' });
const { clientid, certificate, key } = await landscape.issueBinding({ type: 'X509_GENERATED' });
await landscape.tenant.issueToken();
const description = JSON.stringify({
  url: landscape.tenant.url,
  ca: landscape.ca.pem,
  clientid,
  certificate,
  key,
});

createServer((_, response) => response.end(description)).listen(Number(process.env['PORT']));
