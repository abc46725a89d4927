import type { z } from 'zod';
import { BindingError } from '../errors/ias-error.js';
import { printable } from '../errors/printable.js';
import { Redacted } from '../core/redacted.js';
import { ClientCertificate } from './client-certificate.js';
import type { CredentialType, IdentityBinding } from './identity-binding.js';
import { identityCredentialsSchema } from './identity-credentials-schema.js';
import type { IdentityCredentials } from './identity-credentials-schema.js';

/** Certificate and key that do not come with the binding (`X509_PROVIDED`, `X509_ATTESTED`), as PEM text. */
export interface OwnKeyMaterial {
  readonly certificate?: string;
  readonly key?: string;
}

/**
 * Validates the credentials of one binding.
 *
 * @param name name of the service instance, for errors
 * @param credentials what the platform handed over: hostile until it has passed
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
function inferCredentialType({ certificate, key, clientsecret }: IdentityCredentials): CredentialType {
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
      // An app that only validates tokens needs neither; one that fetches them is told when it asks.
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
    `The identity binding "${printable(name)}" says credential-type ${type} but has no property "${property}": ` +
      `create the binding anew with '{"credential-type":"${type}"}' and restage the app.`,
  );
}

/** One sentence about the first thing that is wrong; values are not repeated, they may be secrets. */
function describe(name: string, error: z.ZodError, credentials: unknown): string {
  const remedy = 'create the binding anew (cf unbind-service, cf bind-service) and restage the app.';
  const [issue] = error.issues;
  const property = String(issue?.path[0] ?? '');
  if (issue === undefined || property === '') {
    return `The identity binding "${printable(name)}" has no "credentials" object: ${remedy}`;
  }
  const present = (credentials as Record<string, unknown>)[property] !== undefined;
  if (!present) return `The identity binding "${printable(name)}" has no property "${property}": ${remedy}`;
  const wrong = issue.code === 'custom' ? issue.message : 'has a value that cannot be used';
  return `The property "${property}" of the identity binding "${printable(name)}" ${wrong}: ${remedy}`;
}
