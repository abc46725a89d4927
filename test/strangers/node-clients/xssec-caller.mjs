import xssec from '@sap/xssec';
import { callBackend, consumer, resource } from './mutual-tls.mjs';

const { access_token: token } = await new xssec.IdentityService(consumer).fetchClientCredentialsToken({
  resource,
});
await callBackend(token);
