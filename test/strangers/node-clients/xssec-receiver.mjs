import { createServer } from 'node:http';
import xssec from '@sap/xssec';
import { provider } from './mutual-tls.mjs';

const service = new xssec.IdentityService(provider, { validation: { x5t: { enabled: true } } });

createServer((request, response) => {
  xssec
    .createSecurityContext(service, { req: request })
    .then(() => response.end('{}'))
    .catch(() => response.writeHead(401).end());
}).listen(process.env.PORT);
