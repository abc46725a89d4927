import { describeSpan } from '@nest-ias/runtime/internal';
import {
  createClientCredential,
  parseIdentityBinding,
  parseRetryAfter,
  parseTokenResponse,
  statusFailure,
  TokenRequestError,
} from 'nest-ias/internal';
import { isObject } from '../binding/service.js';
import { thumbprintOf } from '../inspect/certificate-report.js';
import { visibleValue } from '../text/visible.js';
import { broken, ok, skipped, skippedFor, warning } from './check.js';
import type { Finding } from './check.js';
import { readToken } from '../token/readable-token.js';
import { sendTokenRequest } from '../token/token-exchange.js';
import type { Answer } from '../token/http.js';
import type { Investigation } from './investigation.js';
import { explainRefusal } from './token-refusal.js';

/** Sends one token request, and never a second one: five failures lock a client for an hour. */
export async function checkToken(investigation: Investigation): Promise<Finding> {
  if (investigation.role === 'receiver') return skipped('a receiver fetches no token');
  const { context, name, usesOwnKey, unreadable } = investigation;
  if (usesOwnKey && (unreadable.has('own key') || unreadable.has('own certificate')))
    return skippedFor('environment');
  const binding = parseIdentityBinding(name, investigation.credentials, investigation.own);
  const credential = createClientCredential(binding, investigation.authorities);
  investigation.credential = credential;
  let answer: Answer | undefined;
  try {
    answer = await sendTokenRequest(credential, investigation.options, context.now);
    return judge(investigation, binding.url, answer);
  } catch (error) {
    if (!(error instanceof TokenRequestError)) throw error;
    return explainRefusal(investigation, error, answer);
  }
}

function judge(investigation: Investigation, tenant: string, answer: Answer): Finding {
  const { status, text, headers } = answer;
  if (status < 200 || status >= 300) {
    const retryAfter = parseRetryAfter(headers['retry-after'], investigation.context.now());
    return explainRefusal(investigation, statusFailure(tenant, status, text, retryAfter), answer);
  }
  const { accessToken, lifetime } = parseTokenResponse(text, tenant, status);
  investigation.secrets.add(accessToken);
  const parts = readToken(accessToken);
  if (parts === undefined) {
    return broken('The tenant issued an opaque token', {
      cause:
        'Receivers cannot read it. For the grant jwt-bearer, IAS answers like this unless the request contains token_format=jwt, which this command sent: something in between removed it, or the tenant does not support it.',
      remedy:
        'Check the token format in the settings of the application in the tenant, and send token_format=jwt.',
      code: 'token_malformed',
    });
  }
  const { header, claims, defect } = parts;
  if (defect !== undefined) {
    return broken('The tenant issued a damaged token', {
      cause: `${defect} Receivers reject it.`,
      remedy: 'Look for a proxy between this machine and the tenant that changes responses.',
      code: 'token_malformed',
    });
  }
  investigation.token = { value: accessToken, header, claims };
  const { aud } = claims;
  return ok(`for ${visibleValue(aud ?? 'no audience')}, valid for ${describeSpan(lifetime * 1_000)}`);
}

/** Whether the token is bound to the certificate with which it was fetched (RFC 8705 §3). */
export function checkConfirmation(investigation: Investigation): Finding {
  const { token, chain, role, tenant } = investigation;
  if (role === 'receiver') return skipped('a receiver fetches no token');
  if (token === undefined) return skipped('needs a token');
  const { cnf } = token.claims;
  const thumbprint = isObject(cnf) ? cnf['x5t#S256'] : undefined;
  const [leaf] = chain;
  if (thumbprint === undefined) {
    return warning('The token is not bound to a certificate', {
      cause:
        leaf === undefined
          ? 'It was fetched with a client secret. Anyone who steals it can use it.'
          : 'The tenant issued it without cnf although the app presented its certificate. Anyone who steals it can use it.',
      remedy:
        leaf === undefined
          ? investigation.remedies.newCertificate
          : `Check whether a proxy ends TLS before ${tenant?.host ?? 'the tenant'}, and whether "url" is the host of the tenant itself.`,
    });
  }
  if (leaf !== undefined && thumbprint === thumbprintOf(leaf))
    return ok('cnf is the thumbprint of the certificate');
  return broken('The token is bound to another certificate', {
    cause: `cnf is ${visibleValue(thumbprint)}. A proxy between this machine and the tenant presents its own certificate.`,
    remedy: `Exempt ${tenant?.hostname ?? 'the tenant'} from TLS interception.`,
    code: 'token_not_bound',
  });
}
