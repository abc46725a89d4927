import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLES, COMPILED } from './product.mjs';

const SUBJECTS = fileURLToPath(new URL('../subjects', import.meta.url));
const peer = (/** @type {string} */ file) => join(SUBJECTS, 'backends', file);

/** The backend of this project with its guarded `GET /endpoint`; its peers follow. */
export const OURS = { name: 'nest-ias', arguments: ['main.js'], folder: join(BUNDLES, 'backend') };
export const TUTORIAL = {
  name: 'the tutorial: Express 4, passport 0.4, xssec 3.6.2',
  arguments: [join(SUBJECTS, 'tutorial/backend.mjs')],
};
const XSSEC = { name: 'Express 5, passport 0.7, xssec 4.15', arguments: [peer('express-xssec.mjs')] };
const XSSEC_WITH_CACHES = {
  name: 'Express 5, passport 0.7, xssec 4.15 with its caches',
  arguments: [peer('express-xssec.mjs'), '--caches'],
};
const JWT_BEARER = {
  name: 'Express 5, express-oauth2-jwt-bearer 1.10',
  arguments: [peer('express-oauth2-jwt-bearer.mjs')],
};
export const FASTIFY_JOSE = { name: 'Fastify 5, jose 6', arguments: [peer('fastify-jose.mjs')] };

export const NEST_XSSEC = {
  name: 'Nest 12, Fastify 5, xssec 4.15 with its caches',
  arguments: [join(COMPILED, 'bench/nest/xssec-backend.js')],
};

/** The same app without a guard. */
export const UNGUARDED = {
  name: 'our app without a guard',
  arguments: [join(COMPILED, 'bench/nest/unguarded-backend.js')],
};
export const CEILING = {
  name: 'ceiling: node:http, a Map of verified tokens',
  arguments: [peer('node-http.mjs')],
};

export const GUARDED_BACKENDS = [
  OURS,
  TUTORIAL,
  XSSEC,
  XSSEC_WITH_CACHES,
  NEST_XSSEC,
  JWT_BEARER,
  FASTIFY_JOSE,
];
