/** Express 5 with the passport strategy of @sap/xssec 4; `--caches` enables both of its caches. */
import xsenv from '@sap/xsenv';
import { IdentityService, Token, XssecPassportStrategy } from '@sap/xssec';
import express from 'express';
import passport from 'passport';
import { answerFor } from './answer.mjs';

const credentials = xsenv.getServices({ ias: { label: 'identity' } }).ias;
const withCaches = process.argv.includes('--caches');
if (withCaches) Token.enableDecodeCache();
const service = new IdentityService(
  credentials,
  withCaches ? { validation: { signatureCache: { enabled: true } } } : {},
);

passport.use(new XssecPassportStrategy(service));

const app = express();
app.use(passport.initialize());
app.use(passport.authenticate('JWT', { session: false }));
app.get('/endpoint', (request, response) => {
  response.json(answerFor(request.securityContext.token.payload));
});
app.listen(Number(process.env['PORT']));
