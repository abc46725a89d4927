import { describeSpan } from '@nest-ias/runtime/internal';
import type { TokenRequestError } from 'nest-ias/internal';
import { commandName } from '../repository.js';
import { command } from '../text/shell-quote.js';
import { visibleValue } from '../text/visible.js';
import { broken } from './check.js';
import type { Finding } from './check.js';
import { isHtml, jsonObject } from '../token/http.js';
import type { Answer } from '../token/http.js';
import type { Investigation } from './investigation.js';
import { tryByHand } from './remedies.js';

/** A known reason for a refusal: when it applies, and what it means. */
interface Refusal {
  readonly applies: (evidence: Evidence) => boolean;
  readonly cause: (investigation: Investigation, evidence: Evidence) => string;
  readonly remedy: (investigation: Investigation, evidence: Evidence) => string;
}

interface Evidence {
  readonly code: string;
  /** `error` of RFC 6749 §5.2. */
  readonly error: string;
  readonly description: string;
  readonly status: number | undefined;
  readonly html: boolean;
  readonly resources: readonly string[];
  readonly retryAfter: number | undefined;
}

/** Codes of failures that any server can answer with a page. */
const PASSING: ReadonlySet<string> = new Set([
  'token_endpoint_overloaded',
  'token_endpoint_unavailable',
  'token_endpoint_redirected',
]);

const isUrn = (resource: string) => /^urn:sap:identity:(api|application:provider):/.test(resource);

const newCertificate = ({ remedies }: Investigation) => remedies.newCertificate;

/** The first that applies explains the refusal. */
const REFUSALS: readonly Refusal[] = [
  {
    applies: ({ html, code }) => html && !PASSING.has(code),
    cause: () =>
      'The answer is an HTML page: "url" leads to an application, a logon page or a proxy, not to a tenant.',
    remedy: ({ tenant }) =>
      `Correct "url" in the binding: it must be the URL of a tenant.${tenant === undefined ? '' : ` To see the answer:\n${tryByHand(tenant)}`}`,
  },
  {
    applies: ({ code }) => code === 'token_endpoint_overloaded',
    cause: () =>
      'The tenant limits requests to 1000 per minute and to 50 per second from one address. An app sends too many.',
    remedy: (_, { retryAfter }) =>
      `Wait ${retryAfter === undefined ? 'a minute' : describeSpan(retryAfter)}, and use one cached token instead of one for each request.`,
  },
  {
    applies: ({ error, description }) => error === 'invalid_client' && /\block(ed)?\b/i.test(description),
    cause: () => 'The client is locked. After five failed attempts, IAS locks a client id for 60 minutes.',
    remedy: () =>
      'Unlock the client id in the administration console of the tenant, or wait 60 minutes. Stop the app that sends wrong credentials first.',
  },
  {
    applies: ({ code, description }) =>
      code === 'client_rejected' && /not found|unknown client/i.test(description),
    cause: ({ service }) =>
      service?.origin === 'key'
        ? 'The tenant does not know the client id. The service key is stale: the instance was deleted or recreated, or the key belongs to another tenant.'
        : 'The tenant does not know the client id: the instance was deleted or recreated after the app was bound, or "url" names another tenant.',
    remedy: newCertificate,
  },
  {
    applies: ({ code }) => code === 'client_rejected',
    cause: ({ service, credentialType, chainIsIncomplete }) => {
      if (credentialType === 'SECRET')
        return 'The client secret is wrong or was replaced, or the client is locked after five failed attempts.';
      if (chainIsIncomplete)
        return 'The tenant rejects the certificate. The intermediate certificate is missing, so the tenant may not find the issuer.';
      const stale = service?.origin === 'key' ? ' The service key may have been deleted.' : '';
      return `The certificate is unknown to the tenant or was revoked: the binding was deleted or rotated and the app still has the old one.${stale} A client can also be locked after five failed attempts, for 60 minutes.`;
    },
    remedy: newCertificate,
  },
  {
    applies: ({ error, resources }) =>
      error === 'invalid_target' ||
      (error === 'invalid_request' && resources.some((resource) => !isUrn(resource))),
    cause: (_, { resources }) =>
      `The application has no dependency for ${resources.map((name) => `"${visibleValue(name)}"`).join(', ') || 'this resource'}: the name is misspelt, the dependency is not configured, or the resource needs ":apptid:<tenant id>" after the client id of a multi-tenant provider.`,
    remedy: () =>
      'Compare the name with the dependencies of the application in the administration console (Applications & Resources, Dependencies): urn:sap:identity:application:provider:name:<dependency>, or …:provider:clientid:<id>:apptid:<tenant id>.',
  },
  {
    applies: ({ error, description }) =>
      error !== '' && /app_tid|apptid|tenant|subscriber|subscription/i.test(description),
    cause: ({ options: { appTid } }) =>
      appTid === undefined
        ? 'The request needs the tenant of the subscriber (app_tid), and the binding does not name it.'
        : `The application does not serve the tenant "${visibleValue(appTid)}": the subscriber has not subscribed, or the id is not an app_tid but, for example, a subaccount id.`,
    remedy: ({ context, options }) =>
      `Take ID from the claim app_tid in a token of a user of the subscriber:\n${commandName(context.environment)} doctor ${options.from === undefined ? '' : `${command('--from', options.from)} `}--app-tid ID`,
  },
  {
    applies: ({ code }) => code === 'assertion_rejected',
    cause: () =>
      'The token of the user is expired, revoked, from another tenant, or for another application.',
    remedy: ({ context }) =>
      `Let the user log on again, and inspect the token:\n${commandName(context.environment)} inspect -`,
  },
  {
    applies: ({ error }) => error === 'unauthorized_client' || error === 'unsupported_grant_type',
    cause: () =>
      'The application may not use this grant type. jwt-bearer is not among the default grant types.',
    remedy: ({ service }) =>
      `Add the grant type to oauth2-configuration.grant-types of the instance:\n${command('cf', 'update-service', service?.name ?? 'INSTANCE', '-c', 'ias.json')}`,
  },
  {
    applies: ({ status }) => status === 404,
    cause: () => 'There is no token endpoint at "url" + /oauth2/token.',
    remedy: () => 'Correct "url" in the binding: it must be the URL of the tenant, without a path.',
  },
];

/** Explains why no token was issued. It shows the texts of the tenant, but nothing of the request. */
export function explainRefusal(
  investigation: Investigation,
  failure: TokenRequestError,
  answer: Answer | undefined,
): Finding {
  const body = answer && jsonObject(answer.text);
  const evidence: Evidence = {
    code: failure.code,
    error: textOf(body?.['error']),
    description: textOf(body?.['error_description']),
    status: answer?.status,
    html: answer !== undefined && isHtml(answer),
    resources: investigation.options.resource ?? [],
    retryAfter: failure.retryAfter,
  };
  const known = REFUSALS.find(({ applies }) => applies(evidence));
  const said = [evidence.error, evidence.description && `"${visibleValue(evidence.description)}"`]
    .filter(Boolean)
    .join(' ');
  const summary =
    answer === undefined
      ? 'No token: the request failed'
      : `No token: the tenant answered ${answer.status}${said && ` ${said}`}`;
  const [general = failure.message, ...advice] = failure.message
    .replace(/^No access token from \S+: /, '')
    .split('; ');
  return broken(summary, {
    cause: known?.cause(investigation, evidence) ?? `${general}.`,
    remedy: known?.remedy(investigation, evidence) ?? advice.join('; '),
    code: failure.code,
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 300) : '';
}
