import type { IncomingHttpHeaders } from 'node:http';
import type { X509Certificate } from 'node:crypto';
import { decodeJwt } from 'jose';
import { type Answer, json } from '../http/answer.js';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';
import type { Application } from '../tenant/application.js';
import type { TenantUser } from '../tenant/tenant-user.js';
import {
  type AuthorizationRequest,
  readAuthorizationRequest,
  RedirectedError,
  UnredirectableError,
} from './authorization-request.js';
import type { LoginGrants } from './login-grants.js';
import { loginPage, messagePage } from './login-page.js';
import { isRedirectAllowed } from './redirect-uris.js';
import type { UserSession, UserSessions } from './user-sessions.js';
import { userOf, type UserTokenContext } from './user-tokens.js';

/** The parts of the tenant that the login endpoints use. */
export interface LoginContext extends UserTokenContext {
  readonly users: readonly TenantUser[];
  readonly sessions: UserSessions;
  readonly grants: LoginGrants;
  readonly findApplication: (clientId: string) => Application | undefined;
}

/** A request of a browser. */
export interface BrowserRequest {
  readonly headers: IncomingHttpHeaders;
  /** The query of a GET, the form of a POST. */
  readonly parameters: URLSearchParams;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** An answer, and the reason for a refusal. */
export interface LoginOutcome {
  readonly answer: Answer;
  readonly refusal?: string;
}

/** The authorization endpoint, `userinfo` and logout of a tenant (OpenID Connect Core, RP-Initiated Logout 1.0). */
export class LoginEndpoints {
  readonly #context: LoginContext;

  constructor(context: LoginContext) {
    this.#context = context;
  }

  /** Shows the login page, or redirects with a code if the user has signed in before. */
  authorize(request: BrowserRequest): LoginOutcome {
    return this.#answering(request, (authorization) => {
      const session = this.#context.sessions.find(request.headers.cookie);
      if (session !== undefined && !authorization.prompt.includes('login')) {
        return redirect(this.#withCode(authorization, session, request.now));
      }
      const { application, redirectUri, state, prompt, parameters } = authorization;
      if (prompt.includes('none')) {
        throw new RedirectedError('login_required', 'The user has not signed in.', redirectUri, state);
      }
      return loginPage({
        clientId: application.clientId,
        users: this.#context.users,
        parameters,
        redirectUri,
      });
    });
  }

  /** Signs the selected user in and redirects with a code. */
  signIn(request: BrowserRequest): LoginOutcome {
    const { headers, parameters, now } = request;
    // Another website could otherwise sign a user of its choice in.
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') {
      return refused(403, 'Only the login page of the landscape can sign a user in.');
    }
    return this.#answering(request, (authorization) => {
      const user = this.#context.users.find(({ id }) => id === parameters.get('user'));
      if (user === undefined) throw new UnredirectableError('The tenant has no such user.');
      const { session, cookie } = this.#context.sessions.create(user, now);
      return redirect(this.#withCode(authorization, session, now), { 'set-cookie': cookie });
    });
  }

  /** Returns the claims of the user of an access token (OpenID Connect Core §5.3). */
  async userInfo(
    { headers, now }: Omit<BrowserRequest, 'parameters'>,
    certificate: X509Certificate | undefined,
  ): Promise<LoginOutcome> {
    const token = /^bearer ([\w.~+/=-]+)$/i.exec(headers.authorization ?? '')?.[1];
    const user = token === undefined ? undefined : await userOf(token, this.#context, now);
    if (user === undefined) return invalidToken('userinfo needs an access token of a user.');
    const { certificateThumbprint: bound } = user;
    // RFC 8705 §3.
    if (bound !== undefined && (certificate === undefined || certificateThumbprint(certificate) !== bound)) {
      return invalidToken('The access token is bound to another certificate.');
    }
    return { answer: json(200, user.claims, { 'cache-control': 'no-store' }) };
  }

  /** Signs the user out and redirects to the application, if it is known (RP-Initiated Logout 1.0 §2). */
  logOut({ headers, parameters }: BrowserRequest): LoginOutcome {
    const cookie = { 'set-cookie': this.#context.sessions.end(headers.cookie) };
    const target = parameters.get('post_logout_redirect_uri');
    const done = messagePage(200, 'Signed out', 'You have signed out of the landscape.');
    if (target === null) return { answer: withHeaders(done, cookie) };
    const application = this.#context.findApplication(clientIdIn(parameters) ?? '');
    if (application !== undefined && isRedirectAllowed(target, application.postLogoutRedirectUris)) {
      return { answer: redirect(withParameters(target, { state: parameters.get('state') }), cookie) };
    }
    const sentence =
      'You have signed out, but the landscape may not redirect to this post_logout_redirect_uri of an unknown application.';
    return { answer: withHeaders(messagePage(400, 'Signed out', sentence), cookie), refusal: sentence };
  }

  #answering(
    { parameters }: BrowserRequest,
    answer: (authorization: AuthorizationRequest) => Answer,
  ): LoginOutcome {
    try {
      return { answer: answer(readAuthorizationRequest(parameters, this.#context.findApplication)) };
    } catch (error) {
      if (error instanceof UnredirectableError) return refused(400, error.message);
      if (!(error instanceof RedirectedError)) throw error;
      const { code, message, redirectUri, state = null } = error;
      const target = withParameters(redirectUri, { error: code, error_description: message, state });
      return { answer: redirect(target), refusal: message };
    }
  }

  #withCode(authorization: AuthorizationRequest, session: UserSession, now: number): string {
    const { redirectUri, state = null } = authorization;
    const code = this.#context.grants.createCode({ ...authorization, session }, authorization, now);
    return withParameters(redirectUri, { code, state });
  }
}

function redirect(location: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 303, headers: { location, 'cache-control': 'no-store', ...headers }, body: '' };
}

function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function refused(status: number, sentence: string): LoginOutcome {
  return { answer: messagePage(status, 'Sign-in refused', sentence), refusal: sentence };
}

function invalidToken(refusal: string): LoginOutcome {
  const content = { error: 'invalid_token', error_description: refusal };
  return { answer: json(401, content, { 'www-authenticate': 'Bearer error="invalid_token"' }), refusal };
}

function withParameters(uri: string, parameters: Readonly<Record<string, string | null>>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(parameters))
    if (value !== null) url.searchParams.set(name, value);
  return url.href;
}

/** The signature of the hint does not matter: it only selects the URIs to which the landscape may redirect. */
function clientIdIn(parameters: URLSearchParams): string | undefined {
  const clientId = parameters.get('client_id');
  if (clientId !== null) return clientId;
  try {
    const { aud } = decodeJwt(parameters.get('id_token_hint') ?? '');
    return Array.isArray(aud) ? aud[0] : aud;
  } catch {
    return undefined;
  }
}
