import * as oauth from 'oauth4webapi';
import { callBackend, consumer, fetchWithCertificate, resource } from './mutual-tls.mjs';

const issuer = new URL(consumer.url);
const options = { [oauth.customFetch]: fetchWithCertificate };
const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
const client = { client_id: consumer.clientid };
const response = await oauth.clientCredentialsGrantRequest(
  server,
  client,
  oauth.TlsClientAuth(),
  { resource },
  options,
);
const { access_token: token } = await oauth.processClientCredentialsResponse(server, client, response);
await callBackend(token);
