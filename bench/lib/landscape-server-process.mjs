/** A landscape as a server under test; `GET /` tells where its tenant is and how to ask it for tokens. */
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
