/** Fastify 5 with jose. */
import xsenv from '@sap/xsenv';
import fastify from 'fastify';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { answerFor } from './answer.mjs';

const { url, clientid } = xsenv.getServices({ ias: { label: 'identity' } }).ias;
const keys = createRemoteJWKSet(new URL(`${url}/oauth2/certs`));

const app = fastify();
app.get('/endpoint', async (request, reply) => {
  try {
    const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
    const { payload } = await jwtVerify(token, keys, {
      issuer: url,
      audience: clientid,
      algorithms: ['RS256'],
    });
    return answerFor(payload);
  } catch {
    return reply.code(401).send();
  }
});
await app.listen({ port: Number(process.env['PORT']) });
