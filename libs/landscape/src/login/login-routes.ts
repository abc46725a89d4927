import type { IncomingMessage } from 'node:http';
import { type Answer, json } from '../http/answer.js';
import { BodyTooLargeError, readBody } from '../http/body-reader.js';
import { peerCertificateOf } from '../pki/peer-certificate.js';
import { isForm } from '../tenant/token-request-parser.js';
import type { LoginEndpoints, LoginOutcome } from './login-endpoints.js';
import { isTenantLoginInfo, tenantLoginInfo, type TenantLogin } from './tenant-login-info.js';

/** The endpoints for users and application routers. */
export interface LoginRoutes {
  readonly endpoints: LoginEndpoints;
  /** Every tenant of the landscape. */
  readonly tenants: () => readonly TenantLogin[];
}

interface Route {
  readonly methods: readonly string[];
  readonly answer: (routes: LoginRoutes, request: LoginRequest) => LoginOutcome | Promise<LoginOutcome>;
}

interface LoginRequest {
  readonly message: IncomingMessage;
  readonly parameters: URLSearchParams;
  readonly now: number;
}

const MAXIMUM_BODY_BYTES = 64 * 1024;

const ROUTES = new Map<string, Route>([
  [
    '/oauth2/authorize',
    {
      methods: ['GET', 'POST'],
      answer: ({ endpoints }, { message, ...request }) => {
        const browser = { ...request, headers: message.headers };
        return message.method === 'POST' ? endpoints.signIn(browser) : endpoints.authorize(browser);
      },
    },
  ],
  [
    '/oauth2/userinfo',
    {
      methods: ['GET', 'POST'],
      answer: async ({ endpoints }, { message, now }) =>
        endpoints.userInfo({ headers: message.headers, now }, peerCertificateOf(message.socket)),
    },
  ],
  [
    '/oauth2/logout',
    {
      methods: ['GET', 'POST'],
      answer: ({ endpoints }, { message, ...request }) =>
        endpoints.logOut({ ...request, headers: message.headers }),
    },
  ],
]);

/** Returns the answer to a request of a user or an application router; undefined if the path belongs to neither. */
export async function loginOutcomeOf(
  routes: LoginRoutes,
  message: IncomingMessage,
  { path, query }: { readonly path: string; readonly query: string | undefined },
  now: number,
): Promise<LoginOutcome | undefined> {
  const parameters = new URLSearchParams(query);
  if (isTenantLoginInfo(path)) {
    if (message.method !== 'GET') return { answer: notAllowed(['GET']) };
    return { answer: tenantLoginInfo(path, parameters, routes.tenants()) };
  }
  const route = ROUTES.get(path);
  if (route === undefined) return undefined;
  if (!route.methods.includes(message.method ?? '')) return { answer: notAllowed(route.methods) };
  if (message.method === 'GET') return route.answer(routes, { message, parameters, now });
  try {
    const body = await readBody(message, MAXIMUM_BODY_BYTES);
    const form = new URLSearchParams(isForm(message.headers['content-type']) ? body : '');
    return await route.answer(routes, { message, parameters: form, now });
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    const content = { error: 'invalid_request', error_description: error.message };
    return { answer: json(413, content, { connection: 'close' }), refusal: error.message };
  }
}

function notAllowed(methods: readonly string[]): Answer {
  return json(405, { error: 'method_not_allowed' }, { allow: methods.join(', ') });
}
