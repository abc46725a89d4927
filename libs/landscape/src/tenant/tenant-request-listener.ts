import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Answer, json, tooManyRequests } from '../http/answer.js';
import { BodyTooLargeError, readBody } from '../http/body-reader.js';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';
import { loginOutcomeOf, type LoginRoutes } from '../login/login-routes.js';
import type { RequestLimiter } from '../limit/request-limiter.js';
import { deliverAnswer } from '../fault/faulty-delivery.js';
import type { Fault } from '../fault/fault.js';
import { faultyAnswer } from '../fault/faulty-answer.js';
import { peerCertificateOf } from '../pki/peer-certificate.js';
import { discoveryDocument } from './discovery-document.js';
import type { JwksEndpoint } from './jwks-endpoint.js';
import { NO_STORE, OAuthError } from './oauth-error.js';
import type { RequestCounters, TenantEndpoint } from './request-counters.js';
import { reasonFor } from './refusal-reasons.js';
import type { FaultRegistry } from '../fault/fault-registry.js';
import type { RequestLog } from './request-log.js';
import type { TokenEndpoint } from './token-endpoint.js';
import { isForm } from './token-request-parser.js';

/** The parts of a tenant that handle its requests. */
export interface TenantEndpoints {
  readonly issuer: string;
  readonly token: TokenEndpoint;
  readonly jwks: JwksEndpoint;
  readonly login: LoginRoutes;
  readonly log: RequestLog;
  readonly counters: RequestCounters;
  readonly faults: FaultRegistry;
  readonly limiter: RequestLimiter;
  /** The clock: milliseconds since the epoch. */
  readonly now: () => number;
}

interface Outcome {
  readonly answer: Answer;
  readonly form?: URLSearchParams | undefined;
  readonly refusal?: string | undefined;
  /** The application that could not authenticate. */
  readonly clientId?: string | undefined;
  /** The fault to apply while writing the answer. */
  readonly fault?: Fault | undefined;
}

interface Target {
  readonly path: string;
  readonly query: string | undefined;
  readonly endpoint: TenantEndpoint | undefined;
}

const MAXIMUM_BODY_BYTES = 64 * 1024;

const ENDPOINTS = new Map<string, { endpoint: TenantEndpoint; methods: readonly string[] }>([
  ['/oauth2/token', { endpoint: 'token', methods: ['POST'] }],
  ['/oauth2/certs', { endpoint: 'jwks', methods: ['GET', 'HEAD'] }],
  ['/.well-known/openid-configuration', { endpoint: 'discovery', methods: ['GET', 'HEAD'] }],
]);

/** Creates the listener that routes, counts and logs the requests of a tenant. No request can crash it. */
export function createTenantRequestListener(
  endpoints: TenantEndpoints,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    serve(endpoints, request, response)
      .catch(async (error: unknown) => {
        // The client disconnected or its request cannot be read: no answer is possible.
        if (request.socket.destroyed || response.headersSent) request.socket.destroy();
        else await answerFailure(endpoints, request, response, error);
      })
      .catch(() => request.socket.destroy());
  };
}

/** Answers an internal error of the landscape and logs its message. */
async function answerFailure(
  endpoints: TenantEndpoints,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): Promise<void> {
  const content = { error: 'server_error', error_description: 'Internal error of the landscape.' };
  const answer = json(500, content, NO_STORE);
  const refusal = `internal_error: ${error instanceof Error ? error.message : String(error)}`;
  // The landscape's clock may be what failed.
  log(endpoints.log, request, { answer, refusal, time: Date.now() });
  await deliverAnswer(response, answer, undefined);
}

async function serve(
  endpoints: TenantEndpoints,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = targetOf(request);
  if (target.endpoint !== undefined) count(endpoints.counters, target.endpoint, request.socket);
  const now = endpoints.now();
  const address = request.socket.remoteAddress ?? '';
  const exceeded = endpoints.limiter.exceededBy({ path: target.path, address, now });
  const outcome: Outcome =
    exceeded === undefined
      ? await faultyOutcomeOf(endpoints, request, target, now)
      : { answer: tooManyRequests(), refusal: exceeded };
  log(endpoints.log, request, { ...outcome, time: now });
  await deliverAnswer(response, outcome.answer, outcome.fault);
}

function log(requests: RequestLog, request: IncomingMessage, outcome: Outcome & { time: number }): void {
  const { answer, form, refusal, clientId = form?.get('client_id') ?? undefined } = outcome;
  const certificate = peerCertificateOf(request.socket);
  requests.add({
    time: outcome.time,
    method: request.method ?? '',
    path: targetOf(request).path,
    headers: request.headers,
    form,
    status: answer.status,
    ...(certificate === undefined ? {} : { clientCertificateThumbprint: certificateThumbprint(certificate) }),
    ...(refusal === undefined ? {} : { refusal, reason: reasonFor(refusal, clientId) }),
  });
}

const counted = new WeakSet<Socket>();

function count(counters: RequestCounters, endpoint: TenantEndpoint, socket: Socket): void {
  counters[endpoint] += 1;
  if (counted.has(socket)) return;
  counted.add(socket);
  counters.countConnection(endpoint, socket instanceof TLSSocket && socket.isSessionReused());
}

async function faultyOutcomeOf(
  endpoints: TenantEndpoints,
  request: IncomingMessage,
  target: Target,
  now: number,
): Promise<Outcome> {
  const fault = target.endpoint === undefined ? undefined : endpoints.faults.take(target.endpoint);
  const skew = fault?.kind === 'clock-skew' ? fault.seconds * 1000 : 0;
  const outcome = await outcomeOf(endpoints, request, target, now + skew);
  return { ...outcome, answer: faultyAnswer(outcome.answer, fault), fault };
}

async function outcomeOf(
  endpoints: TenantEndpoints,
  request: IncomingMessage,
  target: Target,
  now: number,
): Promise<Outcome> {
  const known = ENDPOINTS.get(target.path);
  if (known === undefined) {
    const notFound = { answer: json(404, { error: 'not_found' }) };
    return (await loginOutcomeOf(endpoints.login, request, target, now)) ?? notFound;
  }
  if (!known.methods.includes(request.method ?? '')) {
    return { answer: json(405, { error: 'method_not_allowed' }, { allow: known.methods.join(', ') }) };
  }
  switch (known.endpoint) {
    case 'token':
      return tokenOutcome(endpoints.token, request, target.query, now);
    case 'jwks':
      return endpoints.jwks.answer(request.headers);
    case 'discovery':
      return { answer: json(200, discoveryDocument(endpoints.issuer)) };
  }
}

async function tokenOutcome(
  endpoint: TokenEndpoint,
  request: IncomingMessage,
  query: string | undefined,
  now: number,
): Promise<Outcome> {
  // Read before the body: a closed connection no longer has a certificate.
  const certificate = peerCertificateOf(request.socket);
  const { authorization, 'content-type': contentType } = request.headers;
  let form: URLSearchParams | undefined;
  try {
    const body = await readBody(request, MAXIMUM_BODY_BYTES);
    if (isForm(contentType)) form = new URLSearchParams(body);
    if ((request.headersDistinct['authorization']?.length ?? 0) > 1) {
      throw new OAuthError('invalid_request', 'The Authorization header is repeated.');
    }
    return {
      form,
      answer: await endpoint.answer({ query, form, authorization, certificate, now }),
    };
  } catch (error) {
    if (error instanceof OAuthError) {
      return { form, answer: error.toAnswer(), refusal: error.detail, clientId: error.clientId };
    }
    if (error instanceof BodyTooLargeError) return { answer: tooLarge(error), refusal: error.message };
    throw error;
  }
}

function tooLarge(error: BodyTooLargeError): Answer {
  const content = { error: 'invalid_request', error_description: error.message };
  return json(413, content, { ...NO_STORE, connection: 'close' });
}

function targetOf(request: IncomingMessage): Target {
  const url = request.url ?? '';
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  return {
    path,
    query: mark === -1 ? undefined : url.slice(mark + 1),
    endpoint: ENDPOINTS.get(path)?.endpoint,
  };
}
