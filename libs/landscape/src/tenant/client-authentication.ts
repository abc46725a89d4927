import type { X509Certificate } from 'node:crypto';
import type { ClientLocks } from '../limit/client-locks.js';
import type { ClientAuthority } from '../pki/client-authority.js';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';
import { isWithin, validityOf } from '../pki/validity.js';
import type { Application } from './application.js';
import { claimedClientOf, JWT_ASSERTION_TYPE } from './client-assertions.js';
import { OAuthError } from './oauth-error.js';
import type { TokenRequest } from './token-request-parser.js';

/** An authenticated application. */
export interface AuthenticatedClient {
  readonly application: Application;
  /** Thumbprint of the certificate that authenticated it; its tokens are bound to this certificate (RFC 8705 §3). */
  readonly certificateThumbprint?: string;
}

/** The parts of a token request that can authenticate the client. */
export interface ClientEvidence {
  readonly request: TokenRequest;
  readonly authorization: string | undefined;
  readonly certificate: X509Certificate | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The parts of the tenant that authentication needs. */
export interface ClientAuthenticationContext {
  readonly clients: ClientAuthority;
  readonly locks: ClientLocks;
  readonly findApplication: (clientId: string) => Application | undefined;
  /** Whether the certificate with a thumbprint is revoked. */
  readonly isRevoked: (thumbprint: string) => boolean;
  /** Whether Basic with an empty secret counts as no secret if the client presents a certificate. */
  readonly acceptEmptySecret: boolean;
  /** Valid values of `aud` in an assertion. */
  readonly audiences: readonly string[];
}

/** The client ID that a request claims, and the first credential that it contains. */
interface ClaimedClient {
  readonly clientId: string;
  readonly secret: string | undefined;
  readonly assertion: string | undefined;
  readonly certificate: X509Certificate | undefined;
}

interface Secret {
  readonly clientId: string;
  readonly value: string;
}

/** Text of IAS for an unknown client (`docs/reference/ias-facts.md#token-errors`). */
const UNKNOWN_CLIENT = 'Client not found';
/** IAS's text for a rejected credential is not known. RFC 6749 §5.2 requires only the code. */
const REJECTED_CREDENTIAL = 'Client authentication failed';
const TWO_METHODS = 'The client used more than one authentication method.';

/**
 * Authenticates the client of a token request by secret (basic or post), otherwise by a signed assertion, otherwise by
 * its certificate.
 * @throws {OAuthError} `invalid_client` if the credential is rejected, `invalid_request` if the request is ambiguous
 */
export async function authenticateClient(
  evidence: ClientEvidence,
  context: ClientAuthenticationContext,
): Promise<AuthenticatedClient> {
  const { authorization, now } = evidence;
  const claimedClient = withoutEmptySecret(claimedClientIn(evidence), context);
  const invalidClient = (description: string, detail: string, known?: Application): OAuthError =>
    new OAuthError('invalid_client', description, detail, challengeFor(authorization), known?.clientId);

  const { clientId, secret, assertion, certificate } = claimedClient;
  const application = context.findApplication(clientId);
  if (application === undefined) throw invalidClient(UNKNOWN_CLIENT, 'client_unknown');
  if (context.locks.isLocked(clientId, now)) {
    throw invalidClient(REJECTED_CREDENTIAL, 'client_locked', application);
  }
  const refusal = await refusalOf(claimedClient, application, context, now);
  if (refusal !== undefined) {
    context.locks.countFailure(clientId, now);
    throw invalidClient(REJECTED_CREDENTIAL, refusal, application);
  }
  context.locks.clear(clientId);
  const isBound = secret === undefined && assertion === undefined && certificate !== undefined;
  return isBound
    ? { application, certificateThumbprint: certificateThumbprint(certificate) }
    : { application };
}

/** Some libraries always send Basic, with an empty secret beside a certificate (RFC 8705 §2 asks for `client_id` only). */
function withoutEmptySecret(claimed: ClaimedClient, context: ClientAuthenticationContext): ClaimedClient {
  const isEmpty = claimed.secret === '' && claimed.certificate !== undefined;
  return isEmpty && context.acceptEmptySecret ? { ...claimed, secret: undefined } : claimed;
}

async function refusalOf(
  { clientId, secret, assertion, certificate }: ClaimedClient,
  application: Application,
  { clients, audiences, isRevoked }: ClientAuthenticationContext,
  now: number,
): Promise<string | undefined> {
  if (secret !== undefined) return application.credentials.hasSecret(secret) ? undefined : 'secret_wrong';
  if (assertion !== undefined) {
    return application.assertions.refusalOf(assertion, { clientId, audiences, now });
  }
  if (certificate === undefined) return 'credential_missing';
  if (!clients.hasIssued(certificate)) return 'certificate_untrusted';
  if (!isWithin(validityOf(certificate), now)) return 'certificate_outside_validity';
  if (isRevoked(certificateThumbprint(certificate))) return 'certificate_revoked';
  return application.credentials.refusalOf(certificate);
}

function claimedClientIn({ request, authorization, certificate }: ClientEvidence): ClaimedClient {
  const secret = secretOf(request, authorization);
  const assertion = assertionOf(request, secret);
  const clientId = secret?.clientId ?? request.clientId ?? (assertion && claimedClientOf(assertion));
  if (clientId === undefined) {
    if (assertion !== undefined) {
      throw new OAuthError('invalid_client', REJECTED_CREDENTIAL, 'assertion_without_client');
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
    throw new OAuthError('invalid_request', 'The parameter client_id is not the authenticated client.');
  }
  return basic;
}

/** RFC 7521 §4.2: assertion and type must come together. */
function assertionOf(request: TokenRequest, secret: Secret | undefined): string | undefined {
  const { clientAssertion, clientAssertionType } = request;
  if (clientAssertion === undefined && clientAssertionType === undefined) return undefined;
  if (clientAssertion === undefined || clientAssertionType === undefined) {
    throw new OAuthError(
      'invalid_request',
      'The parameters client_assertion and client_assertion_type must come together.',
    );
  }
  if (secret !== undefined || request.clientSecret !== undefined) {
    throw new OAuthError('invalid_request', TWO_METHODS);
  }
  if (clientAssertionType === JWT_ASSERTION_TYPE) return clientAssertion;
  throw new OAuthError('invalid_client', REJECTED_CREDENTIAL, 'assertion_type_unknown');
}

/** RFC 6749 §2.3.1: clients form-encode both parts before they join them. */
function basicSecret(authorization: string): Secret {
  const encoded = /^basic +([\w+/=-]+) *$/i.exec(authorization)?.[1];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) {
    const detail = 'authorization_header_unusable';
    throw new OAuthError('invalid_client', REJECTED_CREDENTIAL, detail, challengeFor(authorization));
  }
  return { clientId: formDecode(text.slice(0, colon)), value: formDecode(text.slice(colon + 1)) };
}

function formDecode(text: string): string {
  // Like common servers, accepts clients that do not encode: a `%` without hex digits is not decoded.
  return new URLSearchParams(`v=${text.replaceAll('&', '%26')}`).get('v') ?? '';
}

/** RFC 6749 §5.2: the answer to a client that used the Authorization header names the scheme. */
function challengeFor(authorization: string | undefined): Record<string, string> {
  return authorization === undefined ? {} : { 'www-authenticate': 'Basic realm="landscape"' };
}
