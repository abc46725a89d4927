import type { X509Certificate } from 'node:crypto';
import type { CertificateAuthority } from '../pki/certificate-authority.js';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';
import { isWithin, validityOf } from '../pki/validity.js';
import type { Application } from './application.js';
import { OAuthError } from './oauth.error.js';
import type { TokenRequest } from './token-request.parser.js';

/** An application that has proved who it is. */
export interface AuthenticatedClient {
  readonly application: Application;
  /** Thumbprint of the certificate it proved it with; its tokens are bound to it (RFC 8705 §3). */
  readonly certificateThumbprint?: string;
}

/** What a client can be recognized by. */
export interface ClientEvidence {
  readonly request: TokenRequest;
  readonly authorization: string | undefined;
  readonly certificate: X509Certificate | undefined;
  /** The time in milliseconds. */
  readonly moment: number;
}

/** What the tenant knows. */
export interface ClientAuthenticationContext {
  readonly ca: CertificateAuthority;
  readonly findApplication: (clientId: string) => Application | undefined;
}

interface Secret {
  readonly clientId: string;
  readonly value: string;
}

/** Text seen in public for an unknown client (facts.md §4). */
const UNKNOWN_CLIENT = 'Client not found';
/** IAS's text for a refused credential is not known; RFC 6749 §5.2 demands only the code. */
const REFUSED_CREDENTIAL = 'Client authentication failed';

/**
 * Authenticates the client of a token request: by secret (basic or post), else by its certificate.
 * @throws {OAuthError} `invalid_client` when the proof does not hold, `invalid_request` when it is ambiguous
 */
export function authenticateClient(
  evidence: ClientEvidence,
  context: ClientAuthenticationContext,
): AuthenticatedClient {
  const { request, authorization, certificate } = evidence;
  const secret = secretOf(request, authorization);
  const clientId = secret?.clientId ?? request.clientId;
  if (clientId === undefined) {
    throw new OAuthError('invalid_request', 'The parameter client_id is missing.');
  }
  const refuse = (description: string, detail: string): OAuthError =>
    new OAuthError('invalid_client', description, detail, challengeFor(authorization));

  const application = context.findApplication(clientId);
  if (application === undefined) throw refuse(UNKNOWN_CLIENT, 'client_unknown');
  if (secret !== undefined) {
    if (!application.credentials.hasSecret(secret.value)) throw refuse(REFUSED_CREDENTIAL, 'secret_wrong');
    return { application };
  }
  if (request.hasClientAssertion) throw refuse(REFUSED_CREDENTIAL, 'private_key_jwt_not_simulated');
  if (certificate === undefined) throw refuse(REFUSED_CREDENTIAL, 'credential_missing');
  const refusal = refusalOf(certificate, application, context.ca, evidence.moment);
  if (refusal !== undefined) throw refuse(REFUSED_CREDENTIAL, refusal);
  return { application, certificateThumbprint: certificateThumbprint(certificate) };
}

function refusalOf(
  certificate: X509Certificate,
  application: Application,
  ca: CertificateAuthority,
  moment: number,
): string | undefined {
  if (!ca.hasIssued(certificate)) return 'certificate_untrusted';
  if (!isWithin(validityOf(certificate), moment)) return 'certificate_outside_validity';
  return application.credentials.refusalOf(certificate);
}

function secretOf(request: TokenRequest, authorization: string | undefined): Secret | undefined {
  const basic = authorization === undefined ? undefined : basicSecret(authorization);
  if (basic === undefined) {
    if (request.clientSecret === undefined || request.clientId === undefined) return undefined;
    return { clientId: request.clientId, value: request.clientSecret };
  }
  if (request.clientSecret !== undefined) {
    throw new OAuthError('invalid_request', 'The client used more than one authentication method.');
  }
  if (request.clientId !== undefined && request.clientId !== basic.clientId) {
    throw new OAuthError('invalid_request', 'The parameter client_id is not the client that authenticated.');
  }
  return basic;
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
function basicSecret(authorization: string): Secret {
  const encoded = /^basic +([\w+/=-]+) *$/i.exec(authorization)?.[1];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) {
    const detail = 'authorization_header_unusable';
    throw new OAuthError('invalid_client', REFUSED_CREDENTIAL, detail, challengeFor(authorization));
  }
  return { clientId: formDecode(text.slice(0, colon)), value: formDecode(text.slice(colon + 1)) };
}

function formDecode(text: string): string {
  // Tolerant towards clients that do not encode (`%` alone never decodes), as servers in the wild are.
  return new URLSearchParams(`v=${text.replaceAll('&', '%26')}`).get('v') ?? '';
}

/** RFC 6749 §5.2: whoever tried the Authorization header is told the scheme to use there. */
function challengeFor(authorization: string | undefined): Record<string, string> {
  return authorization === undefined ? {} : { 'www-authenticate': 'Basic realm="landscape"' };
}
