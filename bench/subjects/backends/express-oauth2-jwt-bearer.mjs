/** Express 5 with express-oauth2-jwt-bearer. */
import xsenv from '@sap/xsenv';
import express from 'express';
import { auth } from 'express-oauth2-jwt-bearer';
import { answerFor } from './answer.mjs';

const { url, clientid } = xsenv.getServices({ ias: { label: 'identity' } }).ias;

const app = express();
app.use(auth({ issuer: url, audience: clientid, jwksUri: `${url}/oauth2/certs`, tokenSigningAlg: 'RS256' }));
app.get('/endpoint', (request, response) => {
  response.json(answerFor(request.auth.payload));
});
app.listen(Number(process.env['PORT']));
