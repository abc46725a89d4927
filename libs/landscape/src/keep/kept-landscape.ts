import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { bindingRequestSchema } from '../binding/binding-request.js';
import { CREDENTIAL_TYPES, type IdentityCredentials } from '../binding/identity-credentials.js';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';
import { DAY_MILLISECONDS, validityOf } from '../pki/validity.js';

const text = z.string().min(1);
const port = z.int().min(1).max(65_535);
const authority = z.strictObject({ root: text, certificate: text, key: text });
const credentials = z.looseObject({
  clientid: text,
  url: text,
  'credential-type': z.enum(CREDENTIAL_TYPES),
}) as unknown as z.ZodType<IdentityCredentials>;

/** Content of the file that `--keep` writes. */
export const keptLandscapeSchema = z.strictObject({
  version: z.literal(1),
  /** The authority of the server certificates. */
  servers: authority,
  /** The names that the authority was created for, besides loopback. */
  hostNames: z.array(text),
  /** The authority of the client certificates. */
  clients: authority,
  ports: z.strictObject({ ias: port, router: port, admin: port }),
  appTid: text,
  /** Additional tenants by their name in the configuration. */
  tenants: z.record(text, z.strictObject({ appTid: text, port })),
  /** Client IDs by the name of the application in the configuration. */
  applications: z.record(text, text),
  bindings: z.record(
    text,
    z.strictObject({
      /** Name of the application in the configuration. */
      application: text,
      /** Whether the admin endpoint created it, so that no configuration describes it. */
      fromAdmin: z.boolean(),
      request: bindingRequestSchema,
      credentials,
    }),
  ),
  /** Thumbprints of revoked certificates. */
  revoked: z.array(text),
});

/** The state that survives a restart of a landscape with `--keep`: everything except signing keys and tokens. */
export type KeptLandscape = Readonly<z.infer<typeof keptLandscapeSchema>>;

/** A binding that survives a restart. */
export type KeptBinding = KeptLandscape['bindings'][string];

/** Returns the kept value of a name. It ignores inherited properties such as `constructor`. */
export function ownValue<Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** An authority is replaced before the certificates that it issues could outlive it. */
const RENEWAL_MILLISECONDS = 31 * DAY_MILLISECONDS;
/** A certificate is replaced before an app that starts now finds it expired. */
const MINIMUM_LIFETIME_MILLISECONDS = DAY_MILLISECONDS;

/** Whether the authorities expire too soon to issue certificates. */
export function expiresSoon({ servers, clients }: KeptLandscape, now: number): boolean {
  return [servers, clients].some(({ certificate }) => remaining(certificate, now) < RENEWAL_MILLISECONDS);
}

/** Whether the server authority can issue certificates for all host names. */
export function covers({ hostNames: known }: KeptLandscape, hostNames: readonly string[]): boolean {
  return hostNames.every((name) => known.includes(name.toLowerCase()));
}

/** Whether the credentials of a binding can still be used: neither revoked nor expired soon. */
export function isUsable(
  { credentials: { certificate } }: Pick<KeptBinding, 'credentials'>,
  revoked: readonly string[],
  now: number,
): boolean {
  if (certificate === undefined) return true;
  const thumbprint = certificateThumbprint(new X509Certificate(certificate));
  return !revoked.includes(thumbprint) && remaining(certificate, now) > MINIMUM_LIFETIME_MILLISECONDS;
}

function remaining(pem: string, now: number): number {
  return validityOf(new X509Certificate(pem)).notAfter.getTime() - now;
}
