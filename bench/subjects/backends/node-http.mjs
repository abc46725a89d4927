/** The ceiling: node:http and a Map of tokens that jose verifies once. */
import { createServer } from 'node:http';
import xsenv from '@sap/xsenv';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { answerFor } from './answer.mjs';

const { url, clientid } = xsenv.getServices({ ias: { label: 'identity' } }).ias;
const keys = createRemoteJWKSet(new URL(`${url}/oauth2/certs`));
/** @type {Map<string, import('jose').JWTPayload>} claims by the value of the header `authorization` */
const verified = new Map();

createServer((request, response) => {
  const claims = verified.get(request.headers.authorization ?? '');
  if (claims) answer(response, claims);
  else
    verify(request.headers.authorization ?? '').then(
      (payload) => answer(response, payload),
      () => reject(response),
    );
}).listen(Number(process.env['PORT']));

/** @param {string} authorization */
async function verify(authorization) {
  const token = authorization.slice('Bearer '.length);
  const { payload } = await jwtVerify(token, keys, {
    issuer: url,
    audience: clientid,
    algorithms: ['RS256'],
  });
  verified.set(authorization, payload);
  return payload;
}

/** @param {import('node:http').ServerResponse} response @param {import('jose').JWTPayload} claims */
function answer(response, claims) {
  const body = JSON.stringify(answerFor(claims));
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

/** @param {import('node:http').ServerResponse} response */
function reject(response) {
  response.writeHead(401, { 'content-length': 0 }).end();
}
