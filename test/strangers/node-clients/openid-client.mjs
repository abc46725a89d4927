import * as client from 'openid-client';
import { callBackend, consumer, fetchWithCertificate, resource } from './mutual-tls.mjs';

const configuration = await client.discovery(
  new URL(consumer.url),
  consumer.clientid,
  undefined,
  client.TlsClientAuth(),
  { [client.customFetch]: fetchWithCertificate },
);
const { access_token: token } = await client.clientCredentialsGrant(configuration, { resource });
await callBackend(token);
