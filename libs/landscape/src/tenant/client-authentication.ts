import type { X509Certificate } from 'node:crypto';
import type { ClientLocks } from '../limit/client-locks.js';
import type { CertificateAuthority } from '../pki/certificate-authority.js';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';
import { isWithin, validityOf } from '../pki/validity.js';
import type { Application } from './application.js';
import { claimedClientOf, JWT_ASSERTION_TYPE } from './client-assertions.js';
import { OAuthError } from './oauth-error.js';
import type { TokenRequest } from './token-request-parser.js';

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
  readonly locks: ClientLocks;
  readonly findApplication: (clientId: string) => Application | undefined;
  /** Whether a certificate was stolen, by its thumbprint. */
  readonly isRevoked: (thumbprint: string) => boolean;
  /** What clients may call this authorization server in the `aud` of an assertion. */
  readonly audiences: readonly string[];
}

/** What a client says it is, and what it proves it with: the first of these that it brought. */
interface Claimant {
  readonly clientId: string;
  readonly secret: string | undefined;
  readonly assertion: string | undefined;
  readonly certificate: X509Certificate | undefined;
}

interface Secret {
  readonly clientId: string;
  readonly value: string;
}

/** Text seen in public for an unknown client (facts.md §4). */
const UNKNOWN_CLIENT = 'Client not found';
/** IAS's text for a refused credential is not known; RFC 6749 §5.2 demands only the code. */
const REFUSED_CREDENTIAL = 'Client authentication failed';
const TWO_METHODS = 'The client used more than one authentication method.';

/**
 * Authenticates the client of a token request: by secret (basic or post), else by a signed assertion, else by its
 * certificate.
 * @throws {OAuthError} `invalid_client` when the proof does not hold, `invalid_request` when it is ambiguous
 */
export async function authenticateClient(
  evidence: ClientEvidence,
  context: ClientAuthenticationContext,
): Promise<AuthenticatedClient> {
  const { authorization, moment } = evidence;
  const claimant = claimantOf(evidence);
  const refuse = (description: string, detail: string): OAuthError =>
    new OAuthError('invalid_client', description, detail, challengeFor(authorization));

  const { clientId, secret, assertion, certificate } = claimant;
  const application = context.findApplication(clientId);
  if (application === undefined) throw refuse(UNKNOWN_CLIENT, 'client_unknown');
  if (context.locks.isLocked(clientId, moment)) throw refuse(REFUSED_CREDENTIAL, 'client_locked');
  const refusal = await refusalOf(claimant, application, context, moment);
  if (refusal !== undefined) {
    context.locks.countFailure(clientId, moment);
    throw refuse(REFUSED_CREDENTIAL, refusal);
  }
  context.locks.clear(clientId);
  const isBound = secret === undefined && assertion === undefined && certificate !== undefined;
  return isBound
    ? { application, certificateThumbprint: certificateThumbprint(certificate) }
    : { application };
}

async function refusalOf(
  { clientId, secret, assertion, certificate }: Claimant,
  application: Application,
  { ca, audiences, isRevoked }: ClientAuthenticationContext,
  moment: number,
): Promise<string | undefined> {
  if (secret !== undefined) return application.credentials.hasSecret(secret) ? undefined : 'secret_wrong';
  if (assertion !== undefined) {
    return application.assertions.refusalOf(assertion, { clientId, audiences, moment });
  }
  if (certificate === undefined) return 'credential_missing';
  if (!ca.hasIssued(certificate)) return 'certificate_untrusted';
  if (!isWithin(validityOf(certificate), moment)) return 'certificate_outside_validity';
  if (isRevoked(certificateThumbprint(certificate))) return 'certificate_revoked';
  return application.credentials.refusalOf(certificate);
}

function claimantOf({ request, authorization, certificate }: ClientEvidence): Claimant {
  const secret = secretOf(request, authorization);
  const assertion = assertionOf(request, secret);
  const clientId = secret?.clientId ?? request.clientId ?? (assertion && claimedClientOf(assertion));
  if (clientId === undefined) {
    if (assertion !== undefined) {
      throw new OAuthError('invalid_client', REFUSED_CREDENTIAL, 'assertion_without_client');
    }
    throw new OAuthError('invalid_request', 'The parameter client_id is missing.');
  }
  return { clientId, secret: secret?.value, assertion, certificate };
}

function secretOf(request: TokenRequest, authorization: string | undefined): Secret | undefined {
  const basic = authorization === undefined ? undefined : basicSecret(authorization);
  if (basic === undefined) {
    if (request.clientSecret === undefined || request.clientId === undefined) return undefined;
    return { clientId: request.clientId, value: request.clientSecret };
  }
  if (request.clientSecret !== undefined) {
    throw new OAuthError('invalid_request', TWO_METHODS);
  }
  if (request.clientId !== undefined && request.clientId !== basic.clientId) {
    throw new OAuthError('invalid_request', 'The parameter client_id is not the client that authenticated.');
  }
  return basic;
}

/** RFC 7521 §4.2: assertion and type come together. */
function assertionOf(request: TokenRequest, secret: Secret | undefined): string | undefined {
  const { clientAssertion, clientAssertionType } = request;
  if (clientAssertion === undefined && clientAssertionType === undefined) return undefined;
  if (clientAssertion === undefined || clientAssertionType === undefined) {
    throw new OAuthError('invalid_request', 'An assertion needs client_assertion and client_assertion_type.');
  }
  if (secret !== undefined || request.clientSecret !== undefined) {
    throw new OAuthError('invalid_request', TWO_METHODS);
  }
  if (clientAssertionType === JWT_ASSERTION_TYPE) return clientAssertion;
  throw new OAuthError('invalid_client', REFUSED_CREDENTIAL, 'assertion_type_unknown');
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
