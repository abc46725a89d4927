import { z } from 'zod';
import { isUnderDomains } from '../net/host-name.js';
import { printable } from '../errors/printable.js';

const MAX_PEM_CHARACTERS = 100_000;

/** Goes into headers and forms: visible ASCII, no blanks. */
const identifier = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,2048}$/);
const pem = z.string().trim().min(1).max(MAX_PEM_CHARACTERS);

/** Mounted files hold arrays as JSON text (docs/reference/ias-facts.md#cloud-foundry). */
const list = z.preprocess((value) => {
  if (typeof value !== 'string' || !value.trimStart().startsWith('[')) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}, z.array(identifier).min(1).max(100));

const origin = z
  .string()
  .trim()
  .transform((value, context) => {
    if (!URL.canParse(value)) {
      context.addIssue({ code: 'custom', message: 'is not a URL' });
      return z.NEVER;
    }
    const { protocol, username, password, pathname, search, hash, origin } = new URL(value);
    if (protocol !== 'https:') {
      context.addIssue({ code: 'custom', message: 'does not start with https://' });
      return z.NEVER;
    }
    if (username || password || pathname !== '/' || search || hash) {
      context.addIssue({ code: 'custom', message: 'is more than scheme, host and port' });
      return z.NEVER;
    }
    return origin;
  });

/** Credentials of a binding with label `identity` (docs/reference/ias-facts.md#bindings); properties not named here are ignored. */
export const identityCredentialsSchema = z
  .object({
    clientid: identifier,
    url: origin,
    // host names: compared with those of URLs, which are in lower case
    domains: list.transform((domains) => domains.map((domain) => domain.toLowerCase())),
    'credential-type': z
      .enum(['SECRET', 'X509_GENERATED', 'X509_PROVIDED', 'X509_ATTESTED', 'NONE'])
      .optional(),
    app_tid: identifier.optional(),
    zone_uuid: identifier.optional(),
    certificate: pem.optional(),
    key: pem.optional(),
    clientsecret: z.string().min(1).max(2_048).optional(),
  })
  .superRefine(({ url, domains }, context) => {
    if (!URL.canParse(url)) return;
    const { host } = new URL(url);
    if (!isUnderDomains(host, domains)) {
      context.addIssue({
        code: 'custom',
        path: ['url'],
        message: `has the host "${printable(host)}", which is not under its "domains" (${printable(domains.join(', '))})`,
      });
    }
  });

export type IdentityCredentials = z.infer<typeof identityCredentialsSchema>;
