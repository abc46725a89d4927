import type { BindingEvent } from '../core/events.js';
import { z } from 'zod';
import { BindingError, printable } from '../errors/ias-error.js';
import { Redacted } from '../core/redacted.js';
import { ClientCertificate } from './client-certificate.js';

export const CREDENTIAL_TYPES = [
  'SECRET',
  'X509_GENERATED',
  'X509_PROVIDED',
  'X509_ATTESTED',
  'NONE',
] as const;

/** How the app authenticates to the token endpoint (docs/reference/ias-facts.md#credential-types). */
export type CredentialType = (typeof CREDENTIAL_TYPES)[number];

/** One bound instance of the identity service, validated. */
export interface IdentityBinding {
  /** Name of the service instance, for log lines and errors. */
  readonly name: string;
  readonly credentialType: CredentialType;
  /** `client_id` of the application in the tenant; the audience of tokens for this app. */
  readonly clientId: string;
  /** Origin of the tenant, `https://host[:port]` without a trailing slash; the issuer of its tokens. */
  readonly url: string;
  /** Domains of the tenants in this landscape, `host[:port]`. */
  readonly domains: readonly string[];
  /** Tenant of the application, if the binding names it (`zone_uuid` in old bindings). */
  readonly appTid?: string;
  /** Present for the X509 types if a key is available. */
  readonly certificate?: ClientCertificate;
  /** Present for `SECRET`. */
  readonly clientSecret?: Redacted;
}

/** Whether a host (with its port) equals one of the domains of a binding or is a subdomain of one. */
export function isUnderDomains(host: string, domains: IdentityBinding['domains']): boolean {
  return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/** Describes a binding in events. */
export function bindingEvent({ name, certificate }: IdentityBinding): BindingEvent {
  return {
    binding: name,
    certificateThumbprint: certificate?.thumbprint,
    certificateExpiresAt: certificate?.notAfter.getTime(),
  };
}

const MAX_PEM_CHARACTERS = 100_000;

/** Used in headers and forms: visible ASCII, no spaces. */
const identifier = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,2048}$/);
const pem = z.string().trim().min(1).max(MAX_PEM_CHARACTERS);

/** Mounted files contain arrays as JSON text (docs/reference/ias-facts.md#cloud-foundry). */
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
      context.addIssue({ code: 'custom', message: 'must contain only scheme, host and port' });
      return z.NEVER;
    }
    return origin;
  });

/** Credentials of a binding with label `identity` (docs/reference/ias-facts.md#bindings); other properties are ignored. */
const identityCredentialsSchema = z
  .object({
    clientid: identifier,
    url: origin,
    // compared with the hosts of URLs, which are in lower case
    domains: list.transform((domains) => domains.map((domain) => domain.toLowerCase())),
    'credential-type': z.enum(CREDENTIAL_TYPES).optional(),
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

type IdentityCredentials = z.infer<typeof identityCredentialsSchema>;

/** Certificate and key that are not part of the binding (`X509_PROVIDED`, `X509_ATTESTED`), as PEM text. */
export interface OwnKeyMaterial {
  readonly certificate?: string;
  readonly key?: string;
}

/**
 * Validates the credentials of one binding.
 *
 * @param name name of the service instance, for errors
 * @param credentials what the platform provides; untrusted until validated
 * @throws {BindingError} code `binding_invalid` or `binding_certificate_invalid`
 */
export function parseIdentityBinding(
  name: string,
  credentials: unknown,
  own: OwnKeyMaterial = {},
): IdentityBinding {
  const result = identityCredentialsSchema.safeParse(credentials);
  if (!result.success) throw new BindingError('binding_invalid', describe(name, result.error, credentials));
  const parsed = result.data;
  const credentialType = parsed['credential-type'] ?? inferCredentialType(parsed);
  const appTid = parsed.app_tid ?? parsed.zone_uuid;
  return {
    name,
    credentialType,
    clientId: parsed.clientid,
    url: parsed.url,
    domains: parsed.domains,
    ...(appTid !== undefined && { appTid }),
    ...clientAuthentication(name, credentialType, parsed, own),
  };
}

/** Older bindings have no `credential-type` (docs/reference/ias-facts.md#bindings). */
export function inferCredentialType({
  certificate,
  key,
  clientsecret,
}: Partial<Record<'certificate' | 'key' | 'clientsecret', string | undefined>>): CredentialType {
  if (key !== undefined) return 'X509_GENERATED';
  if (certificate !== undefined) return 'X509_PROVIDED';
  return clientsecret === undefined ? 'NONE' : 'SECRET';
}

function clientAuthentication(
  name: string,
  type: CredentialType,
  { certificate, key, clientsecret }: IdentityCredentials,
  own: OwnKeyMaterial,
): Pick<IdentityBinding, 'certificate' | 'clientSecret'> {
  switch (type) {
    case 'X509_GENERATED':
      return {
        certificate: ClientCertificate.fromPem(
          certificate ?? missing(name, type, 'certificate'),
          key ?? missing(name, type, 'key'),
          name,
        ),
      };
    case 'SECRET':
      return {
        clientSecret: new Redacted(clientsecret ?? missing(name, type, 'clientsecret'), 'client secret'),
      };
    case 'X509_PROVIDED':
    case 'X509_ATTESTED': {
      const chain = own.certificate ?? certificate;
      // An app that only validates tokens needs neither; an app that fetches tokens gets an error when it does.
      if (chain === undefined || own.key === undefined) return {};
      return { certificate: ClientCertificate.fromPem(chain, own.key, name, 'own') };
    }
    case 'NONE':
      return {};
  }
}

function missing(name: string, type: CredentialType, property: string): never {
  throw new BindingError(
    'binding_invalid',
    `The identity binding "${printable(name)}" has credential-type ${type} but no property "${property}": ` +
      `create the binding again with '{"credential-type":"${type}"}' and restage the app.`,
  );
}

/** Describes the first problem in one sentence, without values, because they can be secrets. */
function describe(name: string, error: z.ZodError, credentials: unknown): string {
  const remedy = 'create the binding again (cf unbind-service, cf bind-service) and restage the app.';
  const [issue] = error.issues;
  const property = String(issue?.path[0] ?? '');
  if (issue === undefined || property === '') {
    return `The identity binding "${printable(name)}" has no "credentials" object: ${remedy}`;
  }
  const given = credentials as Readonly<Record<string, unknown>>;
  if (given['clientid'] === undefined && typeof given['credentials'] === 'object') {
    return `The credentials of the identity binding "${printable(name)}" are a whole service key: use only the content of its member "credentials".`;
  }
  const present = given[property] !== undefined;
  if (!present) return `The identity binding "${printable(name)}" has no property "${property}": ${remedy}`;
  const problem = issue.code === 'custom' ? issue.message : 'has an invalid value';
  return `The property "${property}" of the identity binding "${printable(name)}" ${problem}: ${remedy}`;
}
