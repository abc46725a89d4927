/** The tutorial's frontend: a new agent and a new token for every request, and axios with its defaults. */
import https from 'node:https';
import xsenv from '@sap/xsenv';
import axios from 'axios';
import express from 'express4';

const IAS = xsenv.getServices({ ias: { label: 'identity' } }).ias;

const app = express();
app.get('/homepage', async (_request, response) => {
  const token = await fetchToken();
  const { data } = await axios({
    url: `${process.env['BACKEND_URL']}/endpoint`,
    headers: { Authorization: `Bearer ${token}` },
  });
  response.send(`<h1>Homepage</h1><p>The backend answered:</p><pre>${JSON.stringify(data, null, 2)}</pre>`);
});
app.listen(Number(process.env['PORT']));

async function fetchToken() {
  const { data } = await axios({
    url: `${IAS.url}/oauth2/token`,
    method: 'POST',
    data: new URLSearchParams({ client_id: IAS.clientid, grant_type: 'client_credentials' }).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    httpsAgent: new https.Agent({ cert: IAS.certificate, key: IAS.key }),
  });
  return data.access_token;
}
