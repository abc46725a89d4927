import {
  BindingError,
  CREDENTIAL_TYPES,
  inferCredentialType,
  isUnderDomains,
  parseIdentityBinding,
} from 'nest-ias/internal';
import type { Json } from '../binding/service.js';
import { broken, ok, warning } from './check.js';
import type { Finding } from './check.js';
import type { Investigation } from './investigation.js';

/** Properties that only bindings of XSUAA have. */
const XSUAA = ['certurl', 'xsappname', 'uaadomain', 'verificationkey', 'apiurl'];

/** Whether the properties are those of an identity binding, and of a type that suits the role. */
export function checkCredentials(investigation: Investigation): Finding {
  const { credentials, options, remedies } = investigation;
  investigation.credentialType = typeOf(investigation);
  investigation.role = options.role ?? (investigation.credentialType === 'NONE' ? 'receiver' : 'caller');
  const secret = credentials['clientsecret'];
  if (typeof secret === 'string' && secret !== '') investigation.secrets.add(secret);
  return (
    xsuaa(investigation) ??
    unusableSecret(investigation) ??
    malformed(investigation) ??
    unusableForReceiver(investigation) ??
    judgeType(investigation, remedies.newCertificate)
  );
}

function typeOf(investigation: Investigation): string {
  const named = investigation.credentials['credential-type'];
  if (typeof named === 'string') return named;
  return inferCredentialType({
    key: investigation.text('key'),
    certificate: investigation.text('certificate'),
    clientsecret: investigation.text('clientsecret'),
  });
}

function xsuaa({ credentials, remedies }: Investigation): Finding | undefined {
  const property = XSUAA.find((name) => name in credentials);
  const url = typeof credentials['url'] === 'string' ? credentials['url'] : '';
  const isTokenUrl = /\/oauth\/token\/?$/.test(url);
  if (property === undefined && !isTokenUrl) return undefined;
  return broken('These look like credentials of XSUAA', {
    cause: isTokenUrl
      ? 'The property "url" ends with /oauth/token, the token endpoint of XSUAA. That of IAS is /oauth2/token, and "url" contains the tenant alone.'
      : `The property "${property ?? ''}" exists in XSUAA only. IAS has one host for tokens with and without a certificate.`,
    remedy: remedies.bind,
    code: 'binding_invalid',
  });
}

/** The errors of the apps themselves, except for certificate and key, which have their own checks. */
function malformed(investigation: Investigation): Finding | undefined {
  const { credentials, remedies } = investigation;
  const type = credentials['credential-type'];
  // Checks that are not skipped report more about certificate and key.
  const others = hasCertificateRungs(investigation)
    ? { ...credentials, certificate: undefined, key: undefined }
    : credentials;
  return complaintOf(
    investigation,
    { ...others, 'credential-type': isKnownType(type) ? 'NONE' : type },
    isOutsideDomains(investigation)
      ? `Compare "url" and "domains" with the original, and restore what was changed:\n${remedies.originalBinding}`
      : remedies.newCertificate,
  );
}

/** An app that only validates tokens also reads certificate and key, and does not start with broken ones. */
function unusableForReceiver(investigation: Investigation): Finding | undefined {
  const { role, credentials, remedies } = investigation;
  return role === 'receiver' ? complaintOf(investigation, credentials, remedies.newCertificate) : undefined;
}

function complaintOf({ name, own }: Investigation, credentials: Json, remedy: string): Finding | undefined {
  try {
    parseIdentityBinding(name, credentials, own);
    return undefined;
  } catch (error) {
    if (!(error instanceof BindingError)) throw error;
    return broken('The credentials are incomplete or invalid', {
      // The message ends with a general remedy; this command replaces it with one that contains the names.
      cause: `${error.message.split(/: (?=create the binding)/)[0] ?? error.message}.`,
      remedy,
      code: error.code,
    });
  }
}

function hasCertificateRungs({ role, credentialType }: Investigation): boolean {
  return role === 'caller' && credentialType !== 'SECRET' && credentialType !== 'NONE';
}

function isOutsideDomains({ tenant, credentials: { domains } }: Investigation): boolean {
  if (tenant === undefined || !Array.isArray(domains)) return false;
  return !isUnderDomains(
    tenant.host,
    domains.map((domain) => String(domain).toLowerCase()),
  );
}

const TYPES: ReadonlySet<string> = new Set(CREDENTIAL_TYPES);
const isKnownType = (type: unknown) => type === undefined || (typeof type === 'string' && TYPES.has(type));

/** An app also reads the secret if it authenticates with a certificate. */
function unusableSecret(investigation: Investigation): Finding | undefined {
  const { credentials, remedies } = investigation;
  const secret = credentials['clientsecret'];
  if (secret === undefined || (typeof secret === 'string' && secret !== '')) return undefined;
  const beside = credentials['certificate'] === undefined ? '' : ' beside a certificate';
  return broken(`"clientsecret" ${investigation.lack('clientsecret')}${beside}`, {
    cause:
      secret === ''
        ? 'Many clients send the empty secret instead of using the certificate. The apps reject the binding.'
        : 'A tool that wrote the binding replaced or removed the value. The apps reject the binding.',
    remedy: `Remove the property if you wrote the file yourself. Otherwise:\n${remedies.newCertificate}`,
    code: 'binding_invalid',
  });
}

function judgeType(investigation: Investigation, newCertificate: string): Finding {
  const { credentialType: type, role } = investigation;
  const what = `credential-type ${type}, client ${investigation.text('clientid') ?? ''}, role ${role}`;
  if (role === 'receiver') return ok(what);
  if (type === 'NONE') {
    return broken('credential-type NONE cannot fetch tokens', {
      cause: 'The binding has no credential. It is for apps that only validate tokens.',
      remedy: newCertificate,
      code: 'binding_cannot_fetch_tokens',
    });
  }
  if (type !== 'SECRET') return ok(what);
  if (investigation.text('clientsecret') === undefined) {
    return broken('credential-type SECRET without "clientsecret"', {
      cause: 'The property "clientsecret" is missing.',
      remedy: newCertificate,
      code: 'binding_invalid',
    });
  }
  return warning('The app authenticates with a client secret', {
    cause:
      'SECRET is the default where -c is forgotten. Anyone who reads the secret can be the app, and its tokens are not bound to a certificate.',
    remedy: newCertificate,
  });
}
