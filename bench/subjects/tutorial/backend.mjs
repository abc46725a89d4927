/** The tutorial's backend: Express 4, passport 0.4 and the strategy of @sap/xssec 3. */
import xsenv from '@sap/xsenv';
import express from 'express4';
import passport from 'passport0.4';
import xssec from 'xssec3';

const IAS = xsenv.getServices({ ias: { label: 'identity' } }).ias;

passport.use(new xssec.JWTStrategy(IAS, 'IAS'));

const app = express();
app.use(passport.initialize());
app.use(passport.authenticate('JWT', { session: false }));
app.get('/endpoint', (request, response) => {
  const claims = request.tokenInfo.getPayload();
  response.json({
    subject: claims.sub,
    zone_uuid: claims.app_tid,
    issuer: claims.iss,
    aud: claims.aud,
    cnf: claims.cnf,
  });
});
app.listen(Number(process.env['PORT']));
