import { z } from 'zod';
import { PROOF_OF_POSSESSION_POLICIES } from './options.js';
import type { IssuerResolver } from './options.js';
import { Redacted } from './redacted.js';
import { DEFAULT_SIGNATURE_ALGORITHMS, SIGNATURE_ALGORITHMS } from './signature-algorithms.js';

const name = z.string().trim().min(1, 'empty').max(256, 'too long');
const path = z.string().trim().min(1, 'empty').max(4_096, 'too long');
const hostPattern = z
  .string()
  .trim()
  .max(253)
  .regex(/^[a-z0-9*]([a-z0-9.*-]*[a-z0-9*])?$/i, 'not a host name, in which * matches any characters')
  .transform((pattern) => pattern.toLowerCase());
const origin = z
  .string()
  .trim()
  .regex(/^https:\/\/[^/?#@\s]+\/?$/i, 'not a URL of the form https://host[:port]')
  .refine((value) => URL.canParse(value), 'not a URL')
  .transform((value) => new URL(value).origin);

/** Properties that Express, Fastify, body parsers and session libraries read or write; `user` is free. */
const PROPERTIES_OF_REQUESTS: ReadonlySet<string> = new Set(
  (
    'app aborted baseUrl body complete connection constructor cookies headers host hostname httpVersion ' +
    'id ip ips log method next originalUrl params path protocol query raw rawHeaders rawBody req res ' +
    'route server session signedCookies socket statusCode stream trailers url'
  ).split(' '),
);

/** Default, minimum and maximum of every option of the module; `options.ts` documents them. */
export const optionsSchema = z.strictObject({
  outbound: z.boolean().default(false),
  credentials: z
    .unknown()
    .transform((value) => (value === undefined ? undefined : new Redacted(value, 'credentials')))
    .optional(),
  loadDefaultEnv: z.boolean().default(false),
  serviceName: name.optional(),
  privateKey: z
    .string()
    .max(100_000)
    .transform((value) => new Redacted(value, 'private key'))
    .optional(),
  privateKeyFile: path.optional(),
  certificateFile: path.optional(),
  caFile: path.optional(),
  proofOfPossession: z.enum(PROOF_OF_POSSESSION_POLICIES).default('if-bound'),
  trustedCertHosts: z.array(hostPattern).readonly().default(['*.cert.*']),
  certificateHops: z
    .int('not a whole number from 1 to 10')
    .min(1, 'less than 1')
    .max(10, 'more than 10')
    .default(1),
  rejectExpiredCertificates: z.boolean().default(false),
  trustedIssuers: z.array(origin).readonly().default([]),
  issuerResolver: z
    .custom<IssuerResolver>((value) => typeof value === 'function', 'not a function')
    .optional(),
  algorithms: z.array(z.enum(SIGNATURE_ALGORITHMS)).min(1).readonly().default(DEFAULT_SIGNATURE_ALGORITHMS),
  clockTolerance: z.int().min(0).max(60).default(30),
  allowMultipleAudiences: z.boolean().default(false),
  resource: origin.optional(),
  allowedCallers: z.array(name).readonly().optional(),
  outageTolerance: z.int().min(0).max(43_200_000).default(3_600_000),
  tokenRequestTimeout: z.int().min(100).max(60_000).default(10_000),
  requireBoundTokens: z.boolean().default(false),
  userProperty: z
    .string()
    .regex(/^(?!__proto__$)[A-Za-z_$][\w$]{0,63}$/, 'not the name of a property')
    .refine((property) => !PROPERTIES_OF_REQUESTS.has(property), 'a property that requests already have')
    .optional(),
  allowUnguarded: z.boolean().default(false),
});
